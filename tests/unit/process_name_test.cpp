#include "actors/process_name.hpp"

#include <csignal>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace crossdock {

namespace {

/// A process that says its name and then waits to be ended.
class other_process {
 public:
  other_process() {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    id_ = ::fork();
    if (id_ == 0) {
      const auto name = make_process_name();
      if (::write(ends[1], name.data(), name.size()) < 0) ::_exit(1);
      for (;;) ::pause();
    }
    std::string buffer(4096, '\0');
    const auto size = ::read(ends[0], buffer.data(), buffer.size());
    EXPECT_GT(size, 0);
    name = buffer.substr(0, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    ::close(ends[0]);
    ::close(ends[1]);
  }
  ~other_process() {
    kill();
    collect();
  }
  void kill() { ::kill(id_, SIGKILL); }
  /// Waits until it has ended, but leaves its entry in the process table.
  void wait() {
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOWAIT);
  }
  void collect() { ::waitpid(id_, nullptr, 0); }

  std::string name;

 private:
  pid_t id_ = 0;
};

}  // namespace

TEST(process_name, is_new_every_time_and_has_no_colon) {
  const auto name = make_process_name();
  EXPECT_NE(name, make_process_name());
  EXPECT_EQ(name.find(':'), std::string::npos);
  EXPECT_FALSE(has_ended(name));
}

TEST(process_name, tells_a_living_process_from_one_that_was_killed) {
  other_process other;
  EXPECT_FALSE(has_ended(other.name));
  other.kill();
  other.wait();
  EXPECT_TRUE(has_ended(other.name)) << "before its parent has collected it";
  other.collect();
  EXPECT_TRUE(has_ended(other.name));
}

TEST(process_name, another_process_with_the_same_id_is_not_the_same) {
  auto name = make_process_name();
  const auto random = name.rfind('.');
  const auto started = name.rfind('.', random - 1);
  name.replace(started + 1, random - started - 1, "1");
  EXPECT_TRUE(has_ended(name));
}

TEST(process_name, of_what_cannot_be_seen_from_here_nothing_is_known) {
  const auto name = make_process_name();
  for (const auto* unknown :
       {"", "a", "e58ed763-928c-4155-bee9-fdbaaadc15f3", "a.b.c.d.e", "...."}) {
    EXPECT_FALSE(has_ended(unknown)) << unknown;
  }
  const auto boot = name.find('.');
  EXPECT_FALSE(has_ended("another-boot" + name.substr(boot)));
  const auto space = name.find('.', boot + 1);
  EXPECT_FALSE(has_ended(name.substr(0, boot + 1) + "1" + name.substr(space)));
  EXPECT_FALSE(has_ended(name.substr(0, space + 1) + "../1.1.x"));
}

}  // namespace crossdock
