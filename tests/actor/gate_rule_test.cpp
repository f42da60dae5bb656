#include "actors/gate_rule.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace crossdock {
namespace {

using namespace std::chrono_literals;
using api::server_reply;
using enum api::server_reply::kind;
using time = gate_rule::time;

const server_reply good{served, std::nullopt, {}};
const server_reply away{unavailable, std::nullopt, "HTTP 503"};

server_reply busy(time wait) {
  return {throttled, wait, "HTTP 429"};
}

/// As many admissions as are to be had at one time.
int admit_all(gate_rule& gate, time now) {
  int count = 0;
  while (!gate.enter(now)) ++count;
  return count;
}

/// Opens the window as far as it goes.
void warm_up(gate_rule& gate, time now) {
  for (int round = 0; round < 64; ++round) {
    const int count = admit_all(gate, now);
    for (int i = 0; i < count; ++i) gate.leave(now, good);
  }
}

TEST(gate_rule, grows_to_the_connections_it_is_given) {
  gate_rule gate({.connections = 16});
  EXPECT_LT(admit_all(gate, 0ms), 16) << "it begins carefully";
  gate_rule warm({.connections = 16});
  warm_up(warm, 0ms);
  EXPECT_EQ(admit_all(warm, 0ms), 16);
  EXPECT_EQ(warm.enter(0ms), time::max()) << "only a reply can change that";
}

TEST(gate_rule, a_429_closes_it_for_everybody_as_long_as_the_server_says) {
  gate_rule gate({.connections = 8});
  warm_up(gate, 0ms);
  ASSERT_FALSE(gate.enter(1000ms));
  ASSERT_FALSE(gate.enter(1000ms));
  gate.leave(1000ms, busy(7s));
  EXPECT_EQ(gate.status(), gate_rule::state::throttled);
  EXPECT_EQ(gate.enter(1000ms), 7s);
  gate.leave(1500ms, good);  // sent before
  EXPECT_EQ(gate.enter(3000ms), 5s) << "a late success does not open it";
  EXPECT_FALSE(gate.enter(8000ms));
  EXPECT_EQ(gate.status(), gate_rule::state::open);
}

TEST(gate_rule, the_longest_of_several_429s_holds) {
  gate_rule gate({.connections = 8});
  warm_up(gate, 0ms);
  ASSERT_EQ(admit_all(gate, 0ms), 8);
  gate.leave(0ms, busy(5s));
  gate.leave(1000ms, busy(1s));
  EXPECT_EQ(gate.enter(1000ms), 4s);
}

TEST(gate_rule, believes_no_server_that_asks_for_an_hour) {
  gate_rule gate({.connections = 8});
  ASSERT_FALSE(gate.enter(0ms));
  gate.leave(0ms, busy(3600s));
  EXPECT_EQ(gate.enter(0ms), 300s);
}

TEST(gate_rule, single_failures_do_not_close_it) {
  gate_rule gate({.connections = 4});
  for (int i = 0; i < 20; ++i) {
    ASSERT_FALSE(gate.enter(0ms));
    gate.leave(0ms, i % 3 == 0 ? good : away);
    ASSERT_EQ(gate.status(), gate_rule::state::open);
  }
}

TEST(gate_rule, a_server_that_is_away_is_asked_by_one_request_at_a_time) {
  gate_rule gate({.connections = 8});
  warm_up(gate, 0ms);
  ASSERT_EQ(admit_all(gate, 0ms), 8);
  for (int i = 0; i < 8; ++i) gate.leave(10ms, away);
  EXPECT_EQ(gate.status(), gate_rule::state::away);
  EXPECT_EQ(gate.reason(), "HTTP 503");
  EXPECT_EQ(gate.in_flight(), 0);
  auto now = 10ms;
  auto wait = gate.enter(now).value();
  for (int probe = 0; probe < 20; ++probe) {
    EXPECT_LE(wait, 5s) << "a server that came back is not left waiting";
    now += wait;
    ASSERT_FALSE(gate.enter(now));
    EXPECT_EQ(gate.enter(now), time::max()) << "one probe is enough";
    gate.leave(now, away);
    wait = gate.enter(now).value();
  }
  now += wait;
  ASSERT_FALSE(gate.enter(now));
  gate.leave(now, good);
  EXPECT_EQ(gate.status(), gate_rule::state::open);
  EXPECT_FALSE(gate.enter(now));
}

TEST(gate_rule, a_probe_that_is_given_up_leaves_room_for_the_next) {
  gate_rule gate({.connections = 1});
  for (int i = 0; i < 3; ++i) {
    ASSERT_FALSE(gate.enter(0ms));
    gate.leave(0ms, away);
  }
  const auto wait = gate.enter(0ms).value();
  ASSERT_FALSE(gate.enter(wait));
  gate.leave(wait, {unsent, std::nullopt, {}});
  EXPECT_FALSE(gate.enter(wait));
}

TEST(gate_rule, many_failures_at_one_time_halve_it_once) {
  gate_rule gate({.connections = 16});
  warm_up(gate, 0ms);
  ASSERT_EQ(admit_all(gate, 0ms), 16);
  for (int i = 0; i < 16; ++i) gate.leave(0ms, busy(1s));
  EXPECT_EQ(gate.allowed_in_flight(), 8);
  const auto after = 1000ms;
  EXPECT_EQ(admit_all(gate, after), 8);
  for (int i = 0; i < 8; ++i) gate.leave(after, good);
  warm_up(gate, after);
  EXPECT_EQ(gate.allowed_in_flight(), 16) << "and it recovers";
}

TEST(gate_rule, keeps_a_rate) {
  gate_rule gate({.connections = 100, .per_second = 10, .burst = 5});
  warm_up(gate, 0ms);
  int admitted = 0;
  for (time now = 100s; now < 110s; now += 10ms) {
    while (!gate.enter(now)) {
      ++admitted;
      gate.leave(now, good);
    }
  }
  EXPECT_GE(admitted, 100);
  EXPECT_LE(admitted, 105);
}

TEST(gate_rule, the_tighter_limits_hold) {
  gate_rule gate({.connections = 16});
  gate.tighten({.connections = 3, .per_second = 100, .burst = 2});
  gate.tighten({.connections = 8, .per_second = 200, .burst = 50});
  EXPECT_EQ(admit_all(gate, 0ms), 2) << "the burst";
}

/// Whatever replies come in whatever order: it counts right, never exceeds its limits, and lets
/// somebody through again within bounded time.
RC_GTEST_PROP(gate_rule, never_locks_up_and_never_exceeds, ()) {
  const int connections = *rc::gen::inRange(1, 20);
  gate_rule gate({.connections = connections});
  time now{0};
  int in_flight = 0;
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 8));
  for (const int step : steps) {
    now += time(*rc::gen::inRange(0, 2000));
    if (step < 3 || in_flight == 0) {
      if (!gate.enter(now)) ++in_flight;
    } else {
      --in_flight;
      const server_reply replies[] = {good, busy(2s), away, {unsent, std::nullopt, {}}, good};
      gate.leave(now, replies[step - 3]);
    }
    RC_ASSERT(gate.in_flight() == in_flight);
    RC_ASSERT(in_flight <= connections);
  }
  for (; in_flight > 0; --in_flight) gate.leave(now, away);
  const auto wait = gate.enter(now);
  RC_ASSERT(!wait || *wait <= time(300s));
  if (wait) RC_ASSERT(!gate.enter(now + *wait));
}

}  // namespace
}  // namespace crossdock
