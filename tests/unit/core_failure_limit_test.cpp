#include <limits>

#include <gtest/gtest.h>

#include "actors/core/failure_limit.hpp"

namespace crossdock {
namespace {

failure_limit limit(const char* text) {
  return failure_limit::parse(text).value();
}

TEST(failure_limit, of_a_percentage_allows_exactly_that_share) {
  EXPECT_FALSE(limit("5%").exceeded(5, 100));
  EXPECT_TRUE(limit("5%").exceeded(6, 100));
  EXPECT_FALSE(limit("5%").exceeded(0, 10));
  EXPECT_TRUE(limit("5%").exceeded(1, 10));
  EXPECT_FALSE(limit("0.5%").exceeded(100, 20'000));
  EXPECT_TRUE(limit("0.5%").exceeded(101, 20'000));
  EXPECT_FALSE(limit("100%").exceeded(7, 7));
  EXPECT_TRUE(limit("0%").exceeded(1, 1'000'000));
}

TEST(failure_limit, of_a_count_ignores_the_total) {
  EXPECT_FALSE(limit("3").exceeded(3, 4));
  EXPECT_TRUE(limit("3").exceeded(4, 1'000'000));
  EXPECT_TRUE(limit("0").exceeded(1, 0));
}

TEST(failure_limit, holds_for_totals_of_any_size) {
  constexpr auto huge = std::numeric_limits<std::int64_t>::max();
  EXPECT_FALSE(limit("50%").exceeded(huge / 2, huge));
  EXPECT_TRUE(limit("50%").exceeded(huge / 2 + 1, huge));
}

TEST(failure_limit, reads_what_it_writes) {
  for (const char* text : {"5%", "0.5%", "12.3456%", "100%", "0%", "0", "250"}) {
    EXPECT_EQ(limit(text).text(), text);
  }
  EXPECT_EQ(limit("5.00%"), limit("5%"));
}

TEST(failure_limit, refuses_anything_else) {
  for (const char* text : {"", "%", "-1", "-1%", "101%", "100.01%", "5 %", "5%%", ".5%", "5.%",
                           "1.23456%", "five", "1.5", "+3", "1e2", "99999999999999999999"}) {
    EXPECT_EQ(failure_limit::parse(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace crossdock
