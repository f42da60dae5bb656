#pragma once

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/// Starting the programs of PostgreSQL, for local_cluster.cpp only: another user, no shell, nothing
/// inherited by accident.
namespace crossdock::store::detail {

[[noreturn]] inline void fail(const std::string& what, int error = errno) {
  throw std::runtime_error(what + ": " + std::strerror(error));
}

class file_descriptor {
 public:
  explicit file_descriptor(int fd = -1) : fd_(fd) {}
  file_descriptor(file_descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  file_descriptor& operator=(file_descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~file_descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

inline file_descriptor open_file(const std::filesystem::path& path, int flags) {
  file_descriptor fd(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) fail("cannot open " + path.string());
  return fd;
}

struct unix_user {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string name;
  std::string home;
};

struct command {
  std::vector<std::string> arguments;  ///< the first is the program's absolute path
  std::filesystem::path directory = "/";
  unix_user user;      ///< differs from ours only when we are root
  int output = -1;     ///< standard output and error
  int inherited = -1;  ///< one more descriptor to keep open, or -1
};

/// What failed in the child before the program ran.
struct child_failure {
  const char* step = nullptr;
  int error = 0;
};

/// Every other descriptor must not live on in the server: it would hold pipes and files open.
inline void close_all_on_exec() {
  if (::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  constexpr int enough = 4096;  // kernels before 5.11
  for (int fd = 3; fd < enough; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/// The child between fork and exec: system calls only. Returns what failed.
inline child_failure become(const command& what, char* const* arguments, char* const* environment) {
  // A session of its own: Ctrl-C on crossdock's terminal is not for the server.
  if (::setsid() < 0) return {"leave the session", errno};
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGCHLD}) {
    ::signal(number, SIG_DFL);
  }
  if (what.user.uid != ::geteuid()) {
    if (::setgroups(1, &what.user.gid) != 0 || ::setgid(what.user.gid) != 0 ||
        ::setuid(what.user.uid) != 0) {
      return {"become the user of the server", errno};
    }
  }
  ::umask(077);
  if (::chdir(what.directory.c_str()) != 0) return {"enter the folder", errno};
  const int null = ::open("/dev/null", O_RDONLY);
  if (null < 0 || ::dup2(null, 0) < 0 || ::dup2(what.output, 1) < 0 || ::dup2(what.output, 2) < 0) {
    return {"connect its output", errno};
  }
  close_all_on_exec();
  if (what.inherited >= 0) ::fcntl(what.inherited, F_SETFD, 0);
  ::execve(arguments[0], arguments, environment);
  return {"execute it", errno};
}

inline std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// Starts the program and returns once it runs. Throws std::runtime_error that names the step.
inline pid_t start(command what) {
  std::vector<std::string> variables{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC",
                                     "HOME=" + what.directory.string()};
  const auto arguments = pointers(what.arguments);
  const auto environment = pointers(variables);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("cannot make a pipe");
  const file_descriptor reader(ends[0]);
  file_descriptor writer(ends[1]);

  const pid_t pid = ::fork();
  if (pid < 0) fail("cannot start " + what.arguments[0]);
  if (pid == 0) {
    const child_failure failure = become(what, arguments.data(), environment.data());
    // The parent reads it or has died; there is nothing to do about either here.
    [[maybe_unused]] const auto written = ::write(ends[1], &failure, sizeof failure);
    ::_exit(127);
  }
  writer = file_descriptor();
  child_failure failure;
  ssize_t size = 0;
  do {
    size = ::read(reader.get(), &failure, sizeof failure);
  } while (size < 0 && errno == EINTR);
  if (size == 0) return pid;  // closed by exec
  ::waitpid(pid, nullptr, 0);
  if (size != sizeof failure) fail("starting " + what.arguments[0] + " was cut off");
  fail("cannot start " + what.arguments[0] + " as " + what.user.name + " in " +
           what.directory.string() + ": failed to " + failure.step,
       failure.error);
}

/// Runs the program to its end; returns what it wrote. Throws with that text when it fails.
inline std::string run(command what) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("cannot make a pipe");
  const file_descriptor reader(ends[0]);
  file_descriptor writer(ends[1]);
  what.output = writer.get();
  const std::string program = what.arguments[0];
  const pid_t pid = start(std::move(what));
  writer = file_descriptor();

  std::string output;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t size = ::read(reader.get(), buffer.data(), buffer.size());
    if (size > 0) output.append(buffer.data(), static_cast<std::size_t>(size));
    if (size == 0 || (size < 0 && errno != EINTR)) break;
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw std::runtime_error(program + " failed:\n" + output);
  }
  return output;
}

}  // namespace crossdock::store::detail
