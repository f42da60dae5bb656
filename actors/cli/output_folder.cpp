#include "actors/cli/output_folder.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <ranges>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/cli/exit_code.hpp"

namespace crossdock::cli {

namespace fs = std::filesystem;

namespace {

/// A process that was killed a moment ago still goes, thread by thread.
constexpr std::chrono::milliseconds patience{1000};
constexpr std::chrono::milliseconds ask_again{50};

std::string error_text() {
  return std::generic_category().message(errno);
}

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw std::runtime_error(path.string() + " " + what + ": " + error_text());
}

std::string this_process() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return "process " + std::to_string(::getpid()) +
         (host[0] == '\0' ? "" : " on " + std::string(host.data()));
}

/// What the holder has written; it may be about to.
std::string holder_in(int descriptor) {
  std::array<char, 512> text{};
  const auto length = ::pread(descriptor, text.data(), text.size(), 0);
  return length > 0 ? std::string(text.data(), static_cast<std::size_t>(length))
                    : "another process";
}

/// The file under that name is the one that was locked, not one that its holder has removed since.
bool is_current(int descriptor, const fs::path& file) {
  struct stat held {};
  struct stat named {};
  return ::fstat(descriptor, &held) == 0 && ::stat(file.c_str(), &named) == 0 &&
         held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

}  // namespace

std::string why_not_writable(const fs::path& folder) {
  auto nearest = folder;
  std::error_code error;
  while (!fs::exists(nearest, error) && nearest.has_relative_path())
    nearest = nearest.parent_path();
  const bool is_folder = fs::is_directory(nearest, error);
  if (is_folder && ::access(nearest.c_str(), W_OK | X_OK) == 0) return {};
  return nearest.string() + (is_folder ? ": " + error_text() : " is not a directory");
}

output_lock::output_lock(const fs::path& output)
    : output_(output), file_(output / ".crossdock" / "lock") {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!try_open(deadline)) {
  }
  write_holder(this_process());
}

output_lock::~output_lock() {
  // Removed while it is locked: whoever waits for it finds that out and makes another.
  std::error_code ignored;  // a file that stays is locked anew by the next run
  fs::remove(file_, ignored);
  ::close(descriptor_);
  // What is not empty any more stays, which is no error.
  for (const auto& folder : std::views::reverse(made_)) fs::remove(folder, ignored);
}

void output_lock::name_job(store::job_id job) {
  write_holder(this_process() + ", job " + std::to_string(job));
}

void output_lock::make_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::create_directories(folder, error)) made_.push_back(folder);
  if (!error) return;
  errno = error.value();
  fail(folder, "cannot be made");
}

/// False when it is worth another try: the file was removed meanwhile, or its holder may be ending.
bool output_lock::try_open(std::chrono::steady_clock::time_point deadline) {
  make_folder(output_);
  make_folder(file_.parent_path());
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0 && errno == ENOENT) return false;
  if (descriptor_ < 0) fail(file_, "cannot be opened");
  const bool locked = ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
  if (locked && is_current(descriptor_, file_)) return true;
  const auto why = errno;
  const auto holder = locked ? std::string() : holder_in(descriptor_);
  ::close(descriptor_);
  if (locked) return false;
  errno = why;
  if (why != EWOULDBLOCK) fail(file_, "cannot be locked");
  if (std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(ask_again);
    return false;
  }
  throw usage_error("--output " + output_.string() + " is being worked on by another process (" +
                    holder + "): wait for it to end, or choose another --output");
}

void output_lock::write_holder(const std::string& text) {
  const auto length = static_cast<ssize_t>(text.size());
  if (::pwrite(descriptor_, text.data(), text.size(), 0) == length &&
      ::ftruncate(descriptor_, length) == 0) {
    return;
  }
  fail(file_, "cannot be written");
}

}  // namespace crossdock::cli
