#include "actors/store/local_cluster.hpp"

#include <algorithm>
#include <optional>
#include <sstream>
#include <string_view>

#include <libpq-fe.h>
#include <poll.h>
#include <pqxx/pqxx>
#include <sys/file.h>

#include "actors/core/digest.hpp"
#include "actors/store/local_cluster_host.hpp"
#include "actors/store/local_cluster_settings.hpp"

namespace crossdock::store {

using namespace detail;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds poll_interval{20};
constexpr milliseconds fast_stop_timeout{60'000};
constexpr milliseconds immediate_stop_timeout{10'000};
constexpr std::size_t max_socket_path = 107;  // sockaddr_un::sun_path without its NUL
constexpr std::uintmax_t max_log_bytes = 10 << 20;
constexpr std::size_t log_tail_lines = 20;

void pause() {
  ::poll(nullptr, 0, static_cast<int>(poll_interval.count()));
}

/// Calls `condition` until it holds or the time is over; false then.
template <class Condition>
bool wait_until(milliseconds timeout, Condition condition) {
  const auto end = steady_clock::now() + timeout;
  while (!condition()) {
    if (steady_clock::now() >= end) return false;
    pause();
  }
  return true;
}

/// The end of what the server logged from `offset` on.
std::string log_tail(const fs::path& log, std::uintmax_t offset) {
  const std::string all = read_text(log);
  const std::string text = all.substr(std::min<std::size_t>(offset, all.size()));
  std::size_t begin = text.size();
  for (std::size_t lines = 0; begin > 0; --begin) {
    if (text[begin - 1] == '\n' && ++lines > log_tail_lines) break;
  }
  return text.empty() ? " (its log is empty)"
                      : ". The end of " + log.string() + ":\n" + text.substr(begin);
}

}  // namespace

/// What is on disk, and the locks this process holds. Lock files:
///   guard.lock   exclusive while somebody starts or stops the server, or decides whether to
///   users.lock   shared by every user for as long as it uses the server
///   server.lock  exclusive, inherited by the server and all its processes: free means that no
///   server
///                runs, whatever postmaster.pid says
struct local_cluster::impl {
  explicit impl(options o)
      : options_(std::move(o)),
        root(fs::absolute(options_.directory.empty() ? default_directory() : options_.directory)
                 .lexically_normal()),
        data(root / "data"),
        log(root / "server.log") {
    if (!root.has_filename()) root = root.parent_path();
  }

  std::string open();
  void close() noexcept;

  file_descriptor lock_guard();
  std::optional<file_descriptor> take_server_lock();
  void create(const programs& found, const file_descriptor& server_lock);
  fs::path choose_socket_folder();
  void launch(const programs& found, file_descriptor server_lock);
  void refuse_strangers();
  void ensure_running();
  void ensure_database(const std::string& url);
  void stop_if_last();

  std::optional<std::vector<std::string>> pid_file() const;
  std::optional<pid_t> postmaster() const;
  bool ready() const;
  std::string url() const;
  [[noreturn]] void explain(const std::exception& error) const;

  options options_;
  fs::path root;
  fs::path data;
  fs::path log;
  unix_user user;
  file_descriptor users_lock;
  pid_t child = -1;  ///< the server, when this process started it
  std::uintmax_t log_offset = 0;
  bool is_ready = false;
};

// -- locks ---------------------------------------------------------------------------------------

file_descriptor local_cluster::impl::lock_guard() {
  auto guard = open_file(root / "guard.lock", O_RDWR | O_CREAT);
  const bool locked = wait_until(2 * options_.start_timeout,
                                 [&] { return ::flock(guard.get(), LOCK_EX | LOCK_NB) == 0; });
  if (!locked) {
    refuse("another process is starting or stopping the private database in " + root.string() +
           " and does not come to an end");
  }
  return guard;
}

std::optional<file_descriptor> local_cluster::impl::take_server_lock() {
  auto lock = open_file(root / "server.lock", O_RDWR | O_CREAT);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return std::nullopt;
  return lock;
}

// -- the server's life
// -----------------------------------------------------------------------------

/// Data in a folder of its own that takes its name when it is complete: a creation that was cut off
/// is begun again.
void local_cluster::impl::create(const programs& found, const file_descriptor& server_lock) {
  if (fs::exists(data)) return;
  const fs::path fresh = root / "data.new";
  fs::remove_all(fresh);
  prepare_private(fresh, user);
  try {
    run({.arguments = {found.folder / "initdb", "--pgdata=" + fresh.string(),
                       std::string("--username=") + role_and_database, "--encoding=UTF8",
                       "--locale=C.UTF-8", "--auth-local=peer", "--auth-host=reject",
                       "--data-checksums"},
         .directory = fresh,
         .user = user,
         .inherited = server_lock.get()});
  } catch (const std::exception& error) {
    explain(error);
  }
  fs::rename(fresh, data);
}

fs::path local_cluster::impl::choose_socket_folder() {
  const auto fits = [](const fs::path& folder) {
    return (folder / socket_name).native().size() <= max_socket_path;
  };
  fs::path folder = root / "run";
  if (!fits(folder)) {
    const auto name = "crossdock-" + sha256_hex(root.string()).substr(0, 12);
    const char* runtime = ::geteuid() == 0 ? "/run" : variable("XDG_RUNTIME_DIR");
    const bool usable = runtime && *runtime == '/' && ::access(runtime, W_OK) == 0;
    folder = fs::path(usable ? runtime : "/tmp") / name;
    if (!fits(folder)) folder = fs::path("/tmp") / name;
  }
  prepare_private(folder, user);
  return folder;
}

/// No process of ours runs. A server that somebody started by hand on the same data would be lost
/// from sight; a postmaster.pid of a server that was killed may name a process that has nothing to
/// do with it, which PostgreSQL takes for a running server (seen in containers, where numbers
/// recur).
void local_cluster::impl::refuse_strangers() {
  if (const auto pid = postmaster()) {
    refuse("a PostgreSQL server that crossdock did not start (process " + std::to_string(*pid) +
           ") uses " + data.string() + ": stop it");
  }
  fs::remove(data / "postmaster.pid");
}

void local_cluster::impl::launch(const programs& found, file_descriptor server_lock) {
  write_access_rules(root, user);
  const auto sockets = choose_socket_folder();
  // Like postmaster.pid, the socket's lock file may name a process that has nothing to do with it.
  fs::remove(sockets / (std::string(socket_name) + ".lock"));
  std::error_code none;  // there is no log before the first start
  if (fs::file_size(log, none) > max_log_bytes && !none) {
    fs::rename(log, log.string() + ".1");
  }
  const auto output = open_file(log, O_WRONLY | O_CREAT | O_APPEND);
  log_offset = fs::file_size(log);

  std::vector<std::string> arguments{found.folder / "postgres", "-D", data.string()};
  for (auto& setting : server_settings(root, sockets)) {
    arguments.emplace_back("-c");
    arguments.push_back(std::move(setting));
  }
  try {
    child = start({.arguments = std::move(arguments),
                   .directory = data,
                   .user = user,
                   .output = output.get(),
                   .inherited = server_lock.get()});
  } catch (const std::exception& error) {
    explain(error);
  }
}

void local_cluster::impl::ensure_running() {
  bool launched = false;
  const bool up = wait_until(options_.start_timeout, [&] {
    auto server_lock = take_server_lock();
    if (!server_lock) return ready();
    if (launched) {
      refuse("the private database in " + root.string() + " did not start" +
             log_tail(log, log_offset));
    }
    const auto found = find_programs(data);
    create(found, *server_lock);
    refuse_strangers();
    launch(found, std::move(*server_lock));
    launched = true;
    return false;
  });
  if (!up) {
    refuse("the private database in " + root.string() + " is not ready after " +
           std::to_string(options_.start_timeout.count()) +
           " s; it may be recovering from a crash: try again later" + log_tail(log, log_offset));
  }
  is_ready = true;
}

void local_cluster::impl::ensure_database(const std::string& url) {
  try {
    pqxx::connection probe(url);
    return;
  } catch (const pqxx::broken_connection&) {
    // The first start; or the next connection fails as well, and says why.
  }
  pqxx::connection server(url + " dbname=postgres");
  pqxx::nontransaction(server).exec(std::string("CREATE DATABASE ") + role_and_database);
}

std::string local_cluster::impl::open() {
  prepare_root(root);
  const auto guard = lock_guard();
  user = server_user(data);
  users_lock = open_file(root / "users.lock", O_RDWR | O_CREAT);
  if (::flock(users_lock.get(), LOCK_SH | LOCK_NB) != 0) {
    fail("cannot lock " + (root / "users.lock").string());
  }
  try {
    ensure_running();
    ensure_database(url());
    return url();
  } catch (...) {
    if (is_ready) stop_if_last();
    throw;
  }
}

void local_cluster::impl::close() noexcept {
  if (options_.keep_running) return;
  try {
    const auto guard = lock_guard();
    stop_if_last();
  } catch (const std::exception&) {
    // Nobody to tell: the server goes on, and the next user finds and stops it.
  }
}

void local_cluster::impl::stop_if_last() {
  if (::flock(users_lock.get(), LOCK_EX | LOCK_NB) != 0) return;
  const auto stopped = [&] { return take_server_lock().has_value(); };
  const auto ask = [&](int signal) {
    if (const auto pid = postmaster()) ::kill(*pid, signal);
  };
  if (!stopped()) {
    ask(SIGINT);  // "fast": ends sessions, writes a checkpoint
    if (!wait_until(fast_stop_timeout, stopped)) {
      ask(SIGQUIT);  // "immediate": the next start recovers
      if (!wait_until(immediate_stop_timeout, stopped)) return;
    }
  }
  if (child > 0) ::waitpid(child, nullptr, 0);
}

// -- what postmaster.pid says --------------------------------------------------------------------

/// Its lines: process, data folder, start time, port, socket folder, address, shared memory, state.
std::optional<std::vector<std::string>> local_cluster::impl::pid_file() const {
  std::istringstream text(read_text(data / "postmaster.pid"));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  if (lines.size() < 8) return std::nullopt;
  return lines;
}

/// The process of postmaster.pid, if it is a PostgreSQL server on our data: the number may have
/// gone to another process. Its command line is readable by everybody, unlike its working
/// directory.
std::optional<pid_t> local_cluster::impl::postmaster() const {
  const pid_t pid = leading_number(first_line(read_text(data / "postmaster.pid")));
  if (pid <= 0) return std::nullopt;
  const auto arguments = read_text("/proc/" + std::to_string(pid) + "/cmdline");
  if (arguments.find(data.string()) == std::string::npos) return std::nullopt;
  return pid;
}

/// The file alone may be that of a server that is just dying, so the server is asked as well.
bool local_cluster::impl::ready() const {
  const auto lines = pid_file();
  if (!lines || !lines->at(7).starts_with("ready") || !postmaster()) return false;
  return ::PQping(url().c_str()) == PQPING_OK;
}

/// The socket folder is the running server's, which another process may have chosen. An empty
/// hostaddr keeps PGHOSTADDR in the environment from leading elsewhere.
std::string local_cluster::impl::url() const {
  const auto lines = pid_file();
  if (!lines) refuse("the private database in " + root.string() + " has just stopped: try again");
  return "host=" + in_single_quotes(lines->at(4)) + " hostaddr='' port=" + lines->at(3) +
         " user=" + role_and_database + " requirepeer=" + in_single_quotes(user.name) +
         " dbname=" + role_and_database;
}

/// A folder above that is closed to the server's user is the usual reason.
void local_cluster::impl::explain(const std::exception& error) const {
  std::string text = error.what();
  const fs::path closed = first_closed(root);
  if (::geteuid() == 0 && closed != root) {
    text += "\nThe server runs as user " + user.name + ", and " + closed.string() +
            " lets no other user through: choose another place with XDG_STATE_HOME, or " +
            "chmod o+x it";
  }
  refuse(text);
}

local_cluster::local_cluster(options o) : impl_(std::make_unique<impl>(std::move(o))) {
  url_ = impl_->open();
}

local_cluster::~local_cluster() {
  impl_->close();
}

}  // namespace crossdock::store
