#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "actors/core/error_class.hpp"
#include "actors/core/retry_policy.hpp"

namespace crossdock {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

retry_policy any_policy() {
  retry_policy policy;
  policy.initial = milliseconds(*rc::gen::inRange(0, 5'000));
  policy.max = milliseconds(*rc::gen::inRange(0, 100'000));
  policy.spread = *rc::gen::element(jitter::full, jitter::none);
  return policy;
}

RC_GTEST_PROP(retry, delay_stays_within_its_bounds, ()) {
  const auto policy = any_policy();
  const int failed = *rc::gen::inRange(1, 1'000'000);
  const double random = *rc::gen::inRange(0, 1'001) / 1000.0;
  const auto delay = policy.delay(failed, random);
  const double exact = policy.initial.count() * std::pow(2.0, std::min(failed - 1, 60));
  const double most = std::min(exact, static_cast<double>(policy.max.count()));
  RC_ASSERT(delay >= 0ms);
  RC_ASSERT(static_cast<double>(delay.count()) <= most);
  if (policy.spread == jitter::none) RC_ASSERT(static_cast<double>(delay.count()) == most);
}

RC_GTEST_PROP(retry, delay_grows_with_failures_and_with_chance, ()) {
  const auto policy = any_policy();
  const int failed = *rc::gen::inRange(1, 100);
  const double low = *rc::gen::inRange(0, 500) / 1000.0;
  RC_ASSERT(policy.delay(failed, low) <= policy.delay(failed + 1, low));
  RC_ASSERT(policy.delay(failed, low) <= policy.delay(failed, low + 0.5));
}

TEST(retry, doubles_up_to_the_maximum) {
  const retry_policy policy{.attempts = 5, .initial = 500ms, .max = 3s, .spread = jitter::none};
  EXPECT_EQ(policy.delay(1, 0), 500ms);
  EXPECT_EQ(policy.delay(2, 0), 1s);
  EXPECT_EQ(policy.delay(3, 0), 2s);
  EXPECT_EQ(policy.delay(4, 0), 3s);
  EXPECT_EQ(policy.delay(5, 0), 3s);
}

TEST(retry, full_jitter_spreads_from_zero) {
  const retry_policy policy{.attempts = 5, .initial = 1s, .max = 60s, .spread = jitter::full};
  EXPECT_EQ(policy.delay(2, 0.0), 0ms);
  EXPECT_EQ(policy.delay(2, 0.25), 500ms);
  EXPECT_EQ(policy.delay(2, 1.0), 2s);
}

TEST(retry, is_exhausted_after_the_last_attempt) {
  const retry_policy policy{.attempts = 3};
  EXPECT_FALSE(policy.exhausted(2));
  EXPECT_TRUE(policy.exhausted(3));
}

TEST(retry, a_cap_only_shortens) {
  const retry_policy policy{.attempts = 9, .initial = 1s, .max = 60s, .spread = jitter::none};
  EXPECT_EQ(policy.capped(5s).delay(8, 0), 5s);
  EXPECT_EQ(policy.capped(2min).delay(8, 0), 60s);
}

TEST(retry, jitter_has_names) {
  for (const auto j : {jitter::full, jitter::none}) EXPECT_EQ(jitter_from(to_string(j)), j);
  EXPECT_EQ(jitter_from("some"), std::nullopt);
}

TEST(restart, gives_up_at_the_limit_within_the_window) {
  restart_budget budget({.restarts = 2, .window = 60s, .initial = 100ms, .max = 1s});
  EXPECT_EQ(budget.on_death(0ms, 1.0), 100ms);
  EXPECT_EQ(budget.on_death(10s, 1.0), 200ms);
  EXPECT_EQ(budget.on_death(20s, 1.0), std::nullopt);
}

TEST(restart, forgets_deaths_outside_the_window) {
  restart_budget budget({.restarts = 1, .window = 60s, .initial = 100ms, .max = 1s});
  EXPECT_TRUE(budget.on_death(0ms, 1.0));
  EXPECT_FALSE(budget.on_death(59'999ms, 1.0));
  EXPECT_EQ(budget.on_death(60s, 1.0), 100ms);
}

TEST(restart, waits_at_least_half_the_backoff) {
  restart_budget budget({.restarts = 5, .window = 60s, .initial = 100ms, .max = 1s});
  EXPECT_EQ(budget.on_death(0ms, 0.0), 50ms);
}

TEST(error_classes, have_names_and_say_what_to_do) {
  struct row {
    error_class value;
    const char* name;
    bool spends;
    bool retried;
  };
  for (const row& r : {row{error_class::transient, "transient", true, true},
                       row{error_class::throttled, "throttled", false, true},
                       row{error_class::permanent, "permanent", true, false},
                       row{error_class::poison, "poison", true, false}}) {
    EXPECT_EQ(to_string(r.value), r.name);
    EXPECT_EQ(error_class_from(r.name), r.value);
    EXPECT_EQ(spends_attempt(r.value), r.spends) << r.name;
    EXPECT_EQ(is_retried(r.value), r.retried) << r.name;
  }
  EXPECT_EQ(error_class_from("fatal"), std::nullopt);
}

}  // namespace
}  // namespace crossdock
