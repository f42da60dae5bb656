// A migration into a running server, disturbed: the program is killed, the network loses answers,
// the server throttles, fails and goes away. Afterwards the server shows what it shows after a run
// that nothing disturbed: no post twice, none missing.
//
//   CROSSDOCK_CRASH_ROUNDS=N   rounds of chance (default 4)
//   CROSSDOCK_CRASH_SEED=N     the chance of an earlier run, which printed it

#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>

#include "tests/crash/live_reference.hpp"

namespace crossdock::testing {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Every sort of trouble a network and a busy server can make.
constexpr const char* bad_weather = R"json({"seed": 11, "rules": [
  {"path": "*", "probability": 0.01, "fault": "reset_after"},
  {"path": "*", "probability": 0.01, "fault": "reset_before"},
  {"path": "*", "probability": 0.005, "fault": "half_response"},
  {"path": "*", "probability": 0.005, "fault": "status_after", "status": 504},
  {"path": "*", "probability": 0.01, "fault": "status", "status": 503},
  {"path": "*", "probability": 0.002, "fault": "status", "status": 429, "retry_after": 1}]})json";

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text && *text ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// Lets the run work for so long. False when it ended by itself before.
bool survives(const process& run, milliseconds moment) {
  constexpr milliseconds glance{2};
  const auto until = clock::now() + moment;
  while (clock::now() < until) {
    if (run.ended()) return false;
    std::this_thread::sleep_for(glance);
  }
  return !run.ended();
}

class live_kill_test : public ::testing::Test {
 protected:
  const live_reference& reference_ = live_reference::instance();
};

TEST_F(live_kill_test, the_undisturbed_run_needs_about_one_request_an_entity) {
  const auto world = reference_.fresh_world();
  const auto ran = world->finish();
  reference_.expect_undisturbed(*world, ran);
  const auto meta = answer_of(ran).at("meta").as_object();
  double entities = 0;
  for (const char* type : {"users", "channels", "messages", "attachments", "reactions"}) {
    entities += meta.at(std::string(type) + "_processed").to_number<double>();
  }
  EXPECT_LE(static_cast<double>(world->server().request_total()), 1.1 * entities);
}

TEST_F(live_kill_test, bad_weather_costs_time_only) {
  const auto world = reference_.fresh_world();
  world->server().faults().load_text(bad_weather);
  const auto ran = world->finish();
  world->server().faults().clear();
  reference_.expect_undisturbed(*world, ran);
}

TEST_F(live_kill_test, killed_at_moments_of_chance_in_bad_weather) {
  const auto seed = number_from("CROSSDOCK_CRASH_SEED", std::random_device{}());
  const auto rounds = number_from("CROSSDOCK_CRASH_ROUNDS", 4);
  std::cout << "CROSSDOCK_CRASH_SEED=" << seed << ", an undisturbed run takes "
            << reference_.duration().count() << " ms\n";
  std::mt19937_64 random(seed);
  int strikes = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const auto world = reference_.fresh_world();
    if (round % 2 == 1) world->server().faults().load_text(bad_weather);
    std::string story = "round " + std::to_string(round + 1) + ", killed at";
    const auto kills = std::uniform_int_distribution(1, 3)(random);
    for (int kill = 0; kill < kills; ++kill) {
      const auto moment = milliseconds(
          std::uniform_int_distribution<std::int64_t>(50, reference_.duration().count())(random));
      auto run = world->place().start(world->command());
      if (!survives(*run, moment)) break;
      run->send(SIGKILL);
      run->wait();
      ++strikes;
      story += ' ' + std::to_string(moment.count()) + " ms";
    }
    std::cout << story << std::endl;
    SCOPED_TRACE(story + ", CROSSDOCK_CRASH_SEED=" + std::to_string(seed));
    const auto ran = world->finish();
    world->server().faults().clear();
    reference_.expect_undisturbed(*world, ran);
  }
  EXPECT_GT(strikes, 0);
}

TEST_F(live_kill_test, a_server_that_goes_away_is_waited_for) {
  const auto world = reference_.fresh_world();
  auto run = world->place().start(world->command());
  constexpr milliseconds some_work{700};
  for (int time = 0; time < 2 && survives(*run, some_work); ++time) {
    world->server().stop();
    std::this_thread::sleep_for(std::chrono::seconds(2));
    world->server().start();
  }
  reference_.expect_undisturbed(*world, run->wait());
}

TEST_F(live_kill_test, a_token_that_is_refused_pauses_the_job) {
  const auto world = reference_.fresh_world();
  world->server().faults().load_text(R"json({"rules": [
    {"method": "POST", "path": "/api/v4/posts", "nth": 200, "count": 100000, "fault": "status",
     "status": 401, "body": "{\"id\":\"api.context.session_expired.app_error\",\"message\":\"Invalid or expired session\"}"}]})json");
  const auto paused = world->finish();
  EXPECT_EQ(paused.status, 4) << tail(paused.err);
  const auto answer = answer_of(paused);
  EXPECT_EQ(answer.at("state"), "paused");
  EXPECT_NE(answer.at("error").as_string().find("token"), std::string::npos);
  world->server().faults().clear();
  reference_.expect_undisturbed(*world, world->finish());
}

}  // namespace
}  // namespace crossdock::testing
