#include "actors/store/local_cluster.hpp"

#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pqxx/pqxx>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace crossdock::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Another process that uses the cluster.
class holder {
 public:
  explicit holder(const fs::path& directory) {
    int in[2];
    int out[2];
    EXPECT_EQ(::pipe2(in, O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(out, O_CLOEXEC), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(in[0], 0);
      ::dup2(out[1], 1);
      ::execl(CROSSDOCK_CLUSTER_HOLDER, CROSSDOCK_CLUSTER_HOLDER, directory.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    in_ = in[1];
    out_ = out[0];
  }
  ~holder() {
    if (pid_ > 0) finish();
    ::close(out_);
  }

  /// What it prints first: the URL, or "error: …". Waits for it.
  std::string answer() {
    std::string text;
    for (char c = 0; ::read(out_, &c, 1) == 1 && c != '\n';) text += c;
    return text;
  }
  void kill() {
    ::kill(pid_, SIGKILL);
    end();
  }
  void finish() { end(); }

 private:
  void end() {
    ::close(in_);
    ::waitpid(std::exchange(pid_, -1), nullptr, 0);
  }

  pid_t pid_ = -1;
  int in_ = -1;
  int out_ = -1;
};

std::string query(const std::string& url, const std::string& sql) {
  pqxx::connection connection(url);
  return pqxx::nontransaction(connection).exec(sql).one_field().as<std::string>();
}

std::string started_at(const std::string& url) {
  return query(url, "SELECT pg_postmaster_start_time()::text");
}

bool answers(const std::string& url) {
  try {
    return query(url, "SELECT 1") == "1";
  } catch (const pqxx::broken_connection&) {
    return false;
  }
}

std::string error_of(const fs::path& directory) {
  try {
    const local_cluster cluster({.directory = directory});
    return "no error";
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

std::string read(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

pid_t postmaster(const fs::path& directory) {
  return std::stoi(read(directory / "data" / "postmaster.pid"));
}

/// A folder that any user may pass through, with one cluster in it for most tests: creating one
/// takes seconds.
class local_cluster_test : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string name = fs::temp_directory_path() / "crossdock-cluster-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    place_ = name;
    ASSERT_EQ(::chmod(name.c_str(), 0755), 0);
  }
  static void TearDownTestSuite() { fs::remove_all(place_); }

  static fs::path shared() { return place_ / "shared"; }
  static bool is_root() { return ::geteuid() == 0; }

  inline static fs::path place_;
};

TEST_F(local_cluster_test, creates_starts_and_stops) {
  std::string url;
  {
    const local_cluster cluster({.directory = shared()});
    url = cluster.url();
    EXPECT_EQ(query(url, "SELECT current_database() || ' ' || current_user"),
              "crossdock crossdock");
    query(url, "CREATE TABLE IF NOT EXISTS kept(v int); INSERT INTO kept VALUES (7); SELECT 1");
  }
  EXPECT_FALSE(answers(url));
  const local_cluster again({.directory = shared()});
  EXPECT_EQ(query(again.url(), "SELECT v FROM kept"), "7");
}

TEST_F(local_cluster_test, is_set_up_to_be_safe) {
  const local_cluster cluster({.directory = shared()});
  const auto setting = [&](const std::string& name) {
    return query(cluster.url(), "SELECT current_setting('" + name + "')");
  };
  EXPECT_EQ(setting("listen_addresses"), "");
  EXPECT_EQ(setting("fsync"), "on");
  EXPECT_EQ(setting("synchronous_commit"), "on");
  EXPECT_EQ(setting("full_page_writes"), "on");
  EXPECT_EQ(setting("data_checksums"), "on");
  EXPECT_EQ(setting("server_encoding"), "UTF8");
  EXPECT_EQ(setting("timezone"), "UTC");
  EXPECT_GE(std::stoi(setting("max_connections")), 100);
  EXPECT_EQ(query(cluster.url(), "SELECT datcollate FROM pg_database WHERE datname='crossdock'"),
            "C.UTF-8");
}

TEST_F(local_cluster_test, lets_no_other_user_in) {
  if (!is_root()) GTEST_SKIP() << "needs root, to become another user";
  const local_cluster cluster({.directory = shared()});
  struct stat sockets {};
  ASSERT_EQ(::stat((shared() / "run").c_str(), &sockets), 0);
  EXPECT_EQ(sockets.st_mode & 0777, 0700u);
  EXPECT_NE(sockets.st_uid, 0u);

  // Even with the folders open, the server refuses by the kernel's word on who connects.
  ASSERT_EQ(::chmod((shared() / "run").c_str(), 0755), 0);
  ASSERT_EQ(::chmod((shared() / "run/.s.PGSQL.5432").c_str(), 0777), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t stranger = 12345;
    if (::setgid(stranger) != 0 || ::setuid(stranger) != 0) ::_exit(2);
    ::_exit(answers(cluster.url()) ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  ASSERT_EQ(::chmod((shared() / "run").c_str(), 0700), 0);
}

TEST_F(local_cluster_test, is_shared_until_the_last_user_ends) {
  std::optional<local_cluster> mine(std::in_place, local_cluster::options{.directory = shared()});
  const auto start = started_at(mine->url());
  holder other(shared());
  const auto url = other.answer();
  EXPECT_EQ(url, mine->url());
  EXPECT_EQ(started_at(url), start);

  mine.reset();
  EXPECT_EQ(started_at(url), start);
  other.finish();
  EXPECT_FALSE(answers(url));
}

TEST_F(local_cluster_test, survives_the_kill_of_a_user) {
  std::optional<local_cluster> mine(std::in_place, local_cluster::options{.directory = shared()});
  const auto url = mine->url();
  holder other(shared());
  EXPECT_EQ(other.answer(), url);
  other.kill();
  EXPECT_TRUE(answers(url));
  mine.reset();
  EXPECT_FALSE(answers(url));
}

TEST_F(local_cluster_test, takes_over_a_server_whose_user_was_killed) {
  holder other(shared());
  const auto url = other.answer();
  const auto start = started_at(url);
  other.kill();
  EXPECT_EQ(started_at(url), start);
  {
    const local_cluster cluster({.directory = shared()});
    EXPECT_EQ(started_at(cluster.url()), start);
  }
  EXPECT_FALSE(answers(url));
}

TEST_F(local_cluster_test, recovers_from_the_kill_of_everything) {
  holder other(shared());
  const auto url = other.answer();
  query(url, "CREATE TABLE committed AS SELECT 5 AS v; SELECT 1");
  ::kill(postmaster(shared()), SIGKILL);
  other.kill();
  const local_cluster cluster({.directory = shared()});
  EXPECT_EQ(query(cluster.url(), "SELECT v FROM committed"), "5");
}

TEST_F(local_cluster_test, is_not_misled_by_a_process_number_that_recurs) {
  { const local_cluster cluster({.directory = shared()}); }
  // As after a crash: the file is there, and its number is now that of a process of the same user.
  const fs::path file = shared() / "data" / "postmaster.pid";
  write(file, std::to_string(::getpid()) + "\n" + (shared() / "data").string() +
                  "\n1700000000\n5432\n/nowhere\n\n  1 1\nready   \n");
  {
    const local_cluster cluster({.directory = shared()});
    EXPECT_TRUE(answers(cluster.url()));
  }
  EXPECT_EQ(::kill(::getpid(), 0), 0);
}

TEST_F(local_cluster_test, starts_once_for_users_that_come_together) {
  const fs::path fresh = place_ / "together";
  holder a(fresh);
  holder b(fresh);
  holder c(fresh);
  const auto url = a.answer();
  EXPECT_THAT(url, HasSubstr("host="));
  EXPECT_EQ(b.answer(), url);
  EXPECT_EQ(c.answer(), url);
  EXPECT_TRUE(answers(url));
  a.finish();
  b.kill();
  EXPECT_TRUE(answers(url));
  c.finish();
  EXPECT_FALSE(answers(url));
}

TEST_F(local_cluster_test, begins_a_creation_again_that_was_cut_off) {
  const fs::path fresh = place_ / "cut-off";
  fs::create_directories(fresh / "data.new");
  write(fresh / "data.new" / "PG_VERSION", "15\n");
  const local_cluster cluster({.directory = fresh});
  EXPECT_TRUE(answers(cluster.url()));
}

TEST_F(local_cluster_test, can_be_left_running) {
  std::string url;
  {
    const local_cluster cluster({.directory = shared(), .keep_running = true});
    url = cluster.url();
  }
  EXPECT_TRUE(answers(url));
  { const local_cluster cluster({.directory = shared()}); }
  EXPECT_FALSE(answers(url));
}

TEST_F(local_cluster_test, needs_no_path_and_no_home) {
  const std::string path = std::getenv("PATH") ? std::getenv("PATH") : "";
  const std::string home = std::getenv("HOME") ? std::getenv("HOME") : "";
  ::unsetenv("PATH");
  ::unsetenv("HOME");
  {
    const local_cluster cluster({.directory = shared()});
    EXPECT_TRUE(answers(cluster.url()));
  }
  ::setenv("PATH", path.c_str(), 1);
  ::setenv("HOME", home.c_str(), 1);
}

TEST_F(local_cluster_test, ignores_the_environment_of_other_clusters) {
  ::setenv("PGHOSTADDR", "127.0.0.1", 1);
  ::setenv("PGDATABASE", "elsewhere", 1);
  {
    const local_cluster cluster({.directory = shared()});
    EXPECT_EQ(query(cluster.url(), "SELECT current_database()"), "crossdock");
  }
  ::unsetenv("PGHOSTADDR");
  ::unsetenv("PGDATABASE");
}

TEST_F(local_cluster_test, puts_the_socket_elsewhere_when_the_name_is_too_long) {
  const fs::path deep = place_ / std::string(60, 'd') / std::string(60, 'e');
  fs::create_directories(deep.parent_path());
  fs::path sockets;
  {
    const local_cluster cluster({.directory = deep});
    sockets =
        query(cluster.url(), "SELECT trim('\"' FROM current_setting('unix_socket_directories'))");
    EXPECT_LE((sockets / ".s.PGSQL.5432").native().size(), 107u);
    struct stat status {};
    ASSERT_EQ(::lstat(sockets.c_str(), &status), 0);
    EXPECT_TRUE(S_ISDIR(status.st_mode));
    EXPECT_EQ(status.st_mode & 0777, 0700u);
  }
  // Somebody else's folder under that name is not used.
  if (is_root()) {
    ASSERT_EQ(::chown(sockets.c_str(), 12345, 12345), 0);
    EXPECT_THAT(error_of(deep), HasSubstr("not a private folder"));
  }
  fs::remove_all(sockets);
}

TEST_F(local_cluster_test, says_which_version_made_the_data) {
  const fs::path file = shared() / "data" / "PG_VERSION";
  const auto version = read(file);
  write(file, "9\n");
  const auto error = error_of(shared());
  write(file, version);
  EXPECT_THAT(error, HasSubstr("was made by PostgreSQL 9, but only these are installed: "));
  EXPECT_THAT(error, HasSubstr("Install postgresql-9"));
}

TEST_F(local_cluster_test, shows_the_log_when_the_server_does_not_start) {
  const fs::path file = shared() / "data" / "postgresql.auto.conf";
  const auto text = read(file);
  write(file, "no_such_setting = 1\n");
  const auto error = error_of(shared());
  write(file, text);
  EXPECT_THAT(error, HasSubstr("did not start"));
  EXPECT_THAT(error, HasSubstr("no_such_setting"));
}

TEST_F(local_cluster_test, names_the_folder_that_is_closed_to_the_server) {
  if (!is_root()) GTEST_SKIP() << "only root needs another user for the server";
  const fs::path closed = place_ / "closed";
  fs::create_directories(closed);
  ASSERT_EQ(::chmod(closed.c_str(), 0700), 0);
  EXPECT_THAT(error_of(closed / "inner"),
              HasSubstr(closed.string() + " lets no other user through"));
}

TEST_F(local_cluster_test, refuses_a_folder_of_somebody_else) {
  if (!is_root()) GTEST_SKIP() << "needs root, to give a folder away";
  const fs::path theirs = place_ / "theirs";
  fs::create_directories(theirs);
  const passwd* nobody = ::getpwnam("nobody");
  ASSERT_NE(nobody, nullptr);
  ASSERT_EQ(::chown(theirs.c_str(), nobody->pw_uid, nobody->pw_gid), 0);
  EXPECT_THAT(error_of(theirs), HasSubstr("belongs to user nobody"));
}

}  // namespace
}  // namespace crossdock::store
