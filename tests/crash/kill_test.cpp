// kill -9 of the program, of its private PostgreSQL, or of both, at moments of chance and at chosen
// ones: the same command then gives the same bytes, and counters that equal the tables.
//
//   CROSSDOCK_CRASH_ROUNDS=N   rounds of chance (default 4)
//   CROSSDOCK_CRASH_SEED=N     the chance of an earlier run, which printed it

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>

#include "tests/crash/crash_reference.hpp"

namespace crossdock::testing {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text && *text ? std::strtoull(text, nullptr, 10) : otherwise;
}

enum class victims { program, program_and_server, server_before_program };

const char* name_of(victims who) {
  switch (who) {
    case victims::program: return "program";
    case victims::program_and_server: return "program and server";
    case victims::server_before_program: break;
  }
  return "server, then program";
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

void strike(const program_place& place, process& run, victims who) {
  constexpr milliseconds agony{100};  // of a program whose server is gone
  if (who == victims::server_before_program) {
    place.kill_server();
    std::this_thread::sleep_for(agony);
  }
  run.send(SIGKILL);
  if (who == victims::program_and_server) place.kill_server();
  run.wait();
}

/// A moment of chance in the given part (0 to 1) of the undisturbed run.
milliseconds moment_in(milliseconds whole, double from, double to, std::mt19937_64& random) {
  const auto share = std::uniform_real_distribution(from, to)(random);
  return milliseconds(static_cast<std::int64_t>(share * static_cast<double>(whole.count())));
}

class kill_test : public ::testing::Test {
 protected:
  const crash_reference& reference_ = crash_reference::instance();
};

TEST_F(kill_test, at_moments_of_chance_and_several_times_in_a_row) {
  const auto seed = number_from("CROSSDOCK_CRASH_SEED", std::random_device{}());
  const auto rounds = number_from("CROSSDOCK_CRASH_ROUNDS", 4);
  std::cout << "CROSSDOCK_CRASH_SEED=" << seed << ", an undisturbed run takes "
            << reference_.duration().count() << " ms\n";
  std::mt19937_64 random(seed);
  int strikes = 0;
  const auto part = 1.0 / static_cast<double>(rounds);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const auto who = static_cast<victims>(round % 3);
    std::string story = "round " + std::to_string(round + 1) + ", " + name_of(who) + " killed at";
    const auto place = reference_.fresh_place();
    const auto kills = std::uniform_int_distribution(1, 3)(random);
    bool alive = true;
    for (int kill = 0; alive && kill < kills; ++kill) {
      // The first kills of all rounds are spread over the whole run.
      const double from = kill == 0 ? part * static_cast<double>(round) : 0;
      const auto moment =
          moment_in(reference_.duration(), from, kill == 0 ? from + part : 1, random);
      auto run = place->start(reference_.command(*place, kill == 0));
      alive = survives(*run, moment);
      if (!alive) {
        EXPECT_EQ(run->wait().status, 0);
        break;
      }
      strike(*place, *run, who);
      ++strikes;
      story += ' ' + std::to_string(moment.count()) + " ms";
    }
    std::cout << story << std::endl;
    SCOPED_TRACE(story + ", CROSSDOCK_CRASH_SEED=" + std::to_string(seed));
    reference_.expect_undisturbed(*place, reference_.finish(*place));
  }
  EXPECT_GT(strikes, 0);
}

/// Moments that chance rarely meets: when a file of this name appears.
class kill_when_test : public kill_test, public ::testing::WithParamInterface<const char*> {};

TEST_P(kill_when_test, a_file_appears) {
  const auto place = reference_.fresh_place();
  const auto file = std::filesystem::path(reference_.output(*place)) / GetParam();
  auto run = place->start(reference_.command(*place));
  while (!run->ended() && !std::filesystem::exists(file)) {
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  run->send(SIGKILL);
  EXPECT_EQ(run->wait().status, 128 + SIGKILL);
  reference_.expect_undisturbed(*place, reference_.finish(*place));
}

INSTANTIATE_TEST_SUITE_P(moments, kill_when_test,
                         ::testing::Values(".crossdock/job-1/parts", ".bundle-002.zip.partial",
                                           "bundle-001.zip", ".crossdock/job-1/outputs.json",
                                           "report.json.part"),
                         [](const auto& test) { return "file_" + std::to_string(test.index + 1); });

TEST_F(kill_test, while_the_private_database_is_made) {
  program_place place;
  for (const auto moment : {milliseconds(50), milliseconds(700)}) {
    auto run = place.start(reference_.command(place));
    std::this_thread::sleep_for(moment);
    run->send(SIGKILL);
    run->wait();
  }
  reference_.expect_undisturbed(place, reference_.finish(place));
}

}  // namespace
}  // namespace crossdock::testing
