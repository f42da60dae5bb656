#include <queue>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "actors/core/job_state.hpp"

namespace crossdock {
namespace {

constexpr job_state every_state[] = {
    job_state::queued,
    job_state::running,
    job_state::paused,
    job_state::done,
    job_state::done_with_failures,
    job_state::failed,
    job_state::canceled,
};

TEST(job_state_machine, has_a_name_for_every_state) {
  std::set<std::string_view> names;
  for (const auto state : every_state) {
    EXPECT_TRUE(names.insert(to_string(state)).second);
    EXPECT_EQ(job_state_from(to_string(state)), state);
  }
  EXPECT_EQ(job_state_from("?"), std::nullopt);
  EXPECT_EQ(job_state_from(""), std::nullopt);
  for (const auto wish : {desired_state::run, desired_state::pause, desired_state::cancel}) {
    EXPECT_EQ(desired_state_from(to_string(wish)), wish);
  }
  EXPECT_EQ(desired_state_from("stop"), std::nullopt);
}

TEST(job_state_machine, moves_between_named_states_only_and_lists_nothing_twice) {
  std::set<std::pair<job_state, job_state>> seen;
  for (const auto& [from, to] : job_transitions) {
    EXPECT_NE(from, to);
    EXPECT_TRUE(job_state_from(to_string(from)) && job_state_from(to_string(to)));
    EXPECT_TRUE(seen.insert({from, to}).second) << to_string(from) << " → " << to_string(to);
  }
}

TEST(job_state_machine, reaches_every_state_from_queued) {
  std::set<job_state> reached{job_state::queued};
  std::queue<job_state> next{{job_state::queued}};
  for (; !next.empty(); next.pop()) {
    for (const auto state : every_state) {
      if (may_become(next.front(), state) && reached.insert(state).second) next.push(state);
    }
  }
  EXPECT_EQ(reached.size(), std::size(every_state));
}

TEST(job_state_machine, leaves_a_final_state_only_by_an_operators_wish) {
  for (const auto state : every_state) {
    if (!is_final(state)) continue;
    for (const auto next : every_state) {
      if (!may_become(state, next)) continue;
      EXPECT_TRUE(next == job_state::queued || next == job_state::canceled)
          << to_string(state) << " → " << to_string(next);
    }
  }
}

TEST(job_state_machine, never_revives_a_canceled_job) {
  for (const auto next : every_state) EXPECT_FALSE(may_become(job_state::canceled, next));
}

TEST(job_state_machine, knows_its_final_states) {
  std::set<std::string_view> final_states;
  for (const auto state : every_state) {
    if (is_final(state)) final_states.insert(to_string(state));
  }
  EXPECT_EQ(final_states,
            (std::set<std::string_view>{"done", "done_with_failures", "failed", "canceled"}));
}

TEST(job_state_machine, runs_from_the_queue_only) {
  for (const auto state : every_state) {
    EXPECT_EQ(may_become(state, job_state::running), state == job_state::queued);
  }
}

}  // namespace
}  // namespace crossdock
