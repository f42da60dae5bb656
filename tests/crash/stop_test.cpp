// Signals, and a database that goes away and comes back, in the middle of an import and of an
// export. A row that the test has inserted and not committed holds the program at the chosen place.

#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pqxx/pqxx>
#include <signal.h>

#include "tests/crash/crash_reference.hpp"

namespace crossdock::testing {
namespace {

using clock = std::chrono::steady_clock;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::chrono::milliseconds glance{2};
constexpr std::chrono::seconds patience{60};

/// Calls `condition` until it holds; false when it does not within a minute.
template <class Condition>
bool wait_until(Condition condition) {
  const auto end = clock::now() + patience;
  while (!condition()) {
    if (clock::now() > end) return false;
    std::this_thread::sleep_for(glance);
  }
  return true;
}

/// The mark of a day file in the middle of the export.
constexpr const char* hold_import = R"(
  INSERT INTO crossdock.source_unit (job_id, stage, unit, position, done)
  SELECT id, 'messages', 'channel-0004/2024-01-15.json', 0, false FROM crossdock.job
  WHERE state = 'running')";
/// The outcome of the first message of the last channel.
constexpr const char* hold_export = R"(
  INSERT INTO crossdock.outcome (entity_id, job_id, status)
  SELECT e.id, e.job_id, 'pending' FROM crossdock.entity e JOIN crossdock.job j ON j.id = e.job_id
  WHERE e.type = 'message' AND j.stage IN ('ready_export', 'exporting')
  ORDER BY e.lane DESC, e.group_seq, e.seq LIMIT 1)";

/// A program that runs and can get no further than the held row.
class held_run {
 public:
  held_run(const crash_reference& reference, const program_place& place, const char* hold)
      : server_(place.hold_server()),
        connection_(server_->url()),
        run_(place.start(reference.command(place))) {
    wait_until([&] {
      transaction_.emplace(connection_);
      return transaction_->exec(hold).affected_rows() == 1 || run_->ended();
    });
    held_ = wait_until([&] { return run_->ended() || !waiting().empty(); }) && !run_->ended();
  }

  bool held() const { return held_; }
  process& run() { return *run_; }
  void release() { transaction_.reset(); }
  std::string ask(const std::string& sql) const {
    pqxx::connection other(server_->url());
    pqxx::nontransaction tx(other);
    return tx.exec(sql)[0][0].as<std::string>();
  }
  /// Sends the signal and waits until the program has heard it.
  void signal(int number) {
    run_->send(number);
    EXPECT_TRUE(wait_until(
        [&] { return run_->errors_so_far().find("stopping in order") != std::string::npos; }));
  }

  /// A process of the database that waits for the held row; empty when none does.
  std::string waiting() const {
    return ask("SELECT coalesce(min(pid)::text, '') FROM pg_stat_activity WHERE " +
               std::to_string(connection_.backendpid()) + " = ANY (pg_blocking_pids(pid))");
  }

 private:
  std::unique_ptr<store::local_cluster> server_;
  pqxx::connection connection_;
  std::optional<pqxx::work> transaction_;
  std::unique_ptr<process> run_;
  bool held_ = false;
};

class stop_test : public ::testing::Test {
 protected:
  /// Stops a held run in order, and goes on at once.
  void stop_and_go_on(const char* hold, const std::string& stage, int signal, int status) {
    {
      held_run held(reference_, *place_, hold);
      ASSERT_TRUE(held.held());
      EXPECT_EQ(held.ask("SELECT stage FROM crossdock.job"), stage);
      held.signal(signal);
      held.release();
      const auto stopped = held.run().wait();
      EXPECT_EQ(stopped.status, status) << tail(stopped.err);
      EXPECT_EQ(answer_of(stopped).at("state"), "queued");
      EXPECT_EQ(held.ask("SELECT state || ' ' || stage || ' ' || coalesce(owner, 'nobody') FROM "
                         "crossdock.job"),
                "queued " + stage + " nobody");
      EXPECT_EQ(held.ask("SELECT count(*) FROM crossdock.lane WHERE owner IS NOT NULL"), "0");
    }
    const auto resumed = place_->run(reference_.command(*place_));
    EXPECT_THAT(resumed.err, Not(HasSubstr("waiting for its lease")));
    EXPECT_THAT(resumed.err, HasSubstr("going on with job 1 (queued, " + stage + ")"));
    reference_.expect_undisturbed(*place_, resumed);
  }

  const crash_reference& reference_ = crash_reference::instance();
  std::unique_ptr<program_place> place_ = reference_.fresh_place();
};

TEST_F(stop_test, sigterm_in_the_import_gives_the_job_back) {
  stop_and_go_on(hold_import, "messages", SIGTERM, 0);
}

TEST_F(stop_test, sigterm_in_the_export_gives_the_job_back) {
  stop_and_go_on(hold_export, "exporting", SIGTERM, 0);
}

TEST_F(stop_test, ctrl_c_in_the_export_gives_the_job_back_and_says_so) {
  stop_and_go_on(hold_export, "exporting", SIGINT, 130);
}

TEST_F(stop_test, a_second_signal_stops_at_once) {
  {
    held_run held(reference_, *place_, hold_export);
    ASSERT_TRUE(held.held());
    held.signal(SIGTERM);
    EXPECT_FALSE(held.run().ended());  // what is in flight cannot be settled yet
    const auto sent = clock::now();
    held.run().send(SIGTERM);
    EXPECT_EQ(held.run().wait().status, 128 + SIGTERM);
    EXPECT_LT(clock::now() - sent, std::chrono::seconds(5));
  }
  reference_.expect_undisturbed(*place_, reference_.finish(*place_));
}

/// kill -9 of one of its processes makes PostgreSQL break off everything and recover.
class breakdown_test : public stop_test, public ::testing::WithParamInterface<const char*> {};

TEST_P(breakdown_test, of_the_database_costs_time_only) {
  process_result ran;
  {
    held_run held(reference_, *place_, GetParam());
    ASSERT_TRUE(held.held());
    ASSERT_EQ(::kill(std::stoi(held.waiting()), SIGKILL), 0);
    ASSERT_TRUE(wait_until([&] { return held.run().ended(); })) << "the program stands still";
    ran = held.run().wait();
  }
  reference_.expect_undisturbed(*place_, ran);
}

INSTANTIATE_TEST_SUITE_P(moments, breakdown_test, ::testing::Values(hold_import, hold_export),
                         [](const auto& test) { return test.index == 0 ? "import" : "export"; });

}  // namespace
}  // namespace crossdock::testing
