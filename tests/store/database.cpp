#include "tests/store/database.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <pqxx/pqxx>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace crossdock::testing {

namespace fs = std::filesystem;

namespace {

/// A user PostgreSQL agrees to run as: empty when that is who we are.
std::optional<passwd> server_user() {
  if (geteuid() != 0) return {};
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* user = getpwnam(name)) return *user;
  }
  throw std::runtime_error("tests run as root and there is no user postgres or nobody");
}

/// Where initdb and postgres lie: PATH, else Debian's folders, newest version first.
fs::path server_programs() {
  const auto complete = [](const fs::path& folder) {
    return fs::exists(folder / "initdb") && fs::exists(folder / "postgres");
  };
  const char* path = std::getenv("PATH");
  for (std::string_view rest = path ? path : ""; !rest.empty();) {
    const auto end = std::min(rest.find(':'), rest.size());
    if (complete(rest.substr(0, end))) return rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  std::vector<std::pair<int, fs::path>> versions;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
    if (complete(entry.path() / "bin")) {
      versions.emplace_back(std::atoi(entry.path().filename().c_str()), entry.path() / "bin");
    }
  }
  if (versions.empty()) {
    throw std::runtime_error(
        "the tests need PostgreSQL's initdb and postgres: apt-get install postgresql");
  }
  return std::max_element(versions.begin(), versions.end())->second;
}

/// Starts a program as the server's user, its output going to `log`. It ends with this process.
pid_t start(const std::vector<std::string>& command, const fs::path& log) {
  std::vector<char*> arguments;
  for (const auto& part : command) arguments.push_back(const_cast<char*>(part.c_str()));
  arguments.push_back(nullptr);
  const auto user = server_user();
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child > 0) return child;

  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  if (user &&
      (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
    _exit(126);
  }
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (getppid() != parent || chdir("/") != 0) _exit(126);
  execv(arguments[0], arguments.data());
  _exit(127);
}

class cluster {
 public:
  cluster() {
    std::string pattern = (fs::temp_directory_path() / "crossdock-test-XXXXXX").string();
    if (!mkdtemp(pattern.data())) {
      throw std::system_error(errno, std::generic_category(), "mkdtemp " + pattern);
    }
    folder_ = pattern;
    try {
      create();
      launch();
    } catch (...) {
      stop();
      throw;
    }
  }
  ~cluster() { stop(); }
  cluster(const cluster&) = delete;
  cluster& operator=(const cluster&) = delete;

  std::string url(const std::string& database) const {
    return "host=" + folder_.string() + " user=postgres dbname=" + database;
  }

  void execute(const std::string& sql) const {
    pqxx::connection admin{url("postgres")};
    pqxx::nontransaction tx{admin};
    tx.exec(sql);
  }

 private:
  void create() {
    if (const auto user = server_user()) {
      if (chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
        throw std::system_error(errno, std::generic_category(), "chown " + folder_.string());
      }
    }
    const pid_t initdb =
        start({(programs_ / "initdb").string(), "--pgdata", data(), "--username", "postgres",
               "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"},
              log());
    int status = 0;
    waitpid(initdb, &status, 0);
    if (status != 0) throw std::runtime_error("initdb failed:\n" + read_log());
  }

  void launch() {
    std::vector<std::string> command{(programs_ / "postgres").string(), "-D", data(), "-k",
                                     folder_.string()};
    for (const char* setting :
         {"listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off",
          "max_connections=200", "shared_buffers=64MB", "deadlock_timeout=200ms"}) {
      command.insert(command.end(), {"-c", setting});
    }
    server_ = start(command, log());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (;;) {
      try {
        execute("SELECT 1");
        return;
      } catch (const pqxx::broken_connection&) {
        if (waitpid(server_, nullptr, WNOHANG) == server_) server_ = 0;
        if (server_ == 0 || std::chrono::steady_clock::now() > deadline) {
          throw std::runtime_error("PostgreSQL does not start:\n" + read_log());
        }
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  void stop() noexcept {
    if (server_ > 0) {
      kill(server_, SIGQUIT);
      waitpid(server_, nullptr, 0);
    }
    std::error_code ignored;  // a leftover in the temporary folder harms nobody
    fs::remove_all(folder_, ignored);
  }

  std::string data() const { return (folder_ / "data").string(); }
  fs::path log() const { return folder_ / "log"; }
  std::string read_log() const {
    std::ifstream in{log()};
    return {std::istreambuf_iterator<char>(in), {}};
  }

  fs::path folder_;
  fs::path programs_ = server_programs();
  pid_t server_ = 0;
};

/// The program's cluster, with a migrated template database in it.
cluster& shared_cluster() {
  static cluster instance;
  [[maybe_unused]] static const bool prepared = [] {
    instance.execute("CREATE DATABASE migrated");
    store::session{instance.url("migrated")}.migrate();
    return true;
  }();
  return instance;
}

}  // namespace

test_database::test_database(content with) {
  static std::atomic<int> count = 0;
  name_ = "test_" + std::to_string(++count);
  cluster& server = shared_cluster();
  server.execute("CREATE DATABASE " + name_ +
                 (with == content::migrated ? " TEMPLATE migrated" : " TEMPLATE template0"));
  url_ = server.url(name_);
}

test_database::~test_database() {
  shared_cluster().execute("DROP DATABASE " + name_ + " WITH (FORCE)");
}

std::string query(store::session& db, const std::string& sql) {
  pqxx::nontransaction tx{db.raw()};
  const auto rows = tx.exec(sql);
  if (rows.empty() || rows.columns() == 0) return {};
  return rows[0][0].as<std::optional<std::string>>().value_or("");
}

std::int64_t query_number(store::session& db, const std::string& sql) {
  return std::stoll(query(db, sql));
}

}  // namespace crossdock::testing
