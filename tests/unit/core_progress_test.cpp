#include <gtest/gtest.h>

#include "actors/core/progress.hpp"

namespace crossdock {
namespace {

TEST(progress, knows_nothing_before_two_samples) {
  progress_estimator estimator;
  EXPECT_EQ(estimator.rate(), std::nullopt);
  EXPECT_EQ(estimator.seconds_left(10), std::nullopt);
  estimator.add(0, 0);
  EXPECT_EQ(estimator.rate(), std::nullopt);
  estimator.add(0, 5);
  EXPECT_EQ(estimator.rate(), std::nullopt);
}

TEST(progress, extrapolates_a_steady_pace) {
  progress_estimator estimator;
  for (int second = 0; second <= 10; ++second) estimator.add(second, 100 * second);
  EXPECT_DOUBLE_EQ(estimator.rate().value(), 100);
  EXPECT_DOUBLE_EQ(estimator.seconds_left(2000).value(), 10);
}

TEST(progress, is_at_zero_seconds_when_the_total_is_reached) {
  progress_estimator estimator;
  estimator.add(0, 0);
  estimator.add(1, 10);
  EXPECT_EQ(estimator.seconds_left(10), 0.0);
  EXPECT_EQ(estimator.seconds_left(9), 0.0);
}

TEST(progress, forgets_an_old_pace) {
  progress_estimator estimator(10);
  for (int second = 0; second <= 100; ++second) estimator.add(second, 1000 * second);
  for (int second = 101; second <= 115; ++second) estimator.add(second, 100'000 + second - 100);
  EXPECT_DOUBLE_EQ(estimator.rate().value(), 1);
}

TEST(progress, shows_a_standstill) {
  progress_estimator estimator(10);
  estimator.add(0, 0);
  estimator.add(5, 500);
  estimator.add(60, 500);
  EXPECT_LT(estimator.rate().value(), 100);
  estimator.add(75, 500);
  EXPECT_EQ(estimator.rate(), 0.0);
  EXPECT_EQ(estimator.seconds_left(1000), std::nullopt);
}

TEST(progress, starts_anew_when_the_count_falls) {
  progress_estimator estimator;
  estimator.add(0, 1'000'000);
  estimator.add(1, 0);
  EXPECT_EQ(estimator.rate(), std::nullopt);
  estimator.add(2, 7);
  EXPECT_DOUBLE_EQ(estimator.rate().value(), 7);
}

TEST(progress, stays_exact_under_a_flood_of_samples) {
  progress_estimator estimator(10);
  for (int i = 0; i <= 1'000'000; ++i) estimator.add(i * 1e-4, i);
  EXPECT_NEAR(estimator.rate().value(), 10'000, 1);
}

TEST(texts, of_durations) {
  EXPECT_EQ(duration_text(-1), "0 ms");
  EXPECT_EQ(duration_text(0.35), "350 ms");
  EXPECT_EQ(duration_text(0.9996), "1.0 s");
  EXPECT_EQ(duration_text(4.24), "4.2 s");
  EXPECT_EQ(duration_text(9.96), "10 s");
  EXPECT_EQ(duration_text(59.6), "1m 00s");
  EXPECT_EQ(duration_text(187), "3m 07s");
  EXPECT_EQ(duration_text(2 * 3600 + 5 * 60), "2h 05m");
  EXPECT_EQ(duration_text(3 * 86400 + 4 * 3600), "3d 04h");
}

TEST(texts, of_bytes) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(1023), "1023 B");
  EXPECT_EQ(bytes_text(1536), "1.5 KiB");
  EXPECT_EQ(bytes_text(100ULL << 20), "100 MiB");
  EXPECT_EQ(bytes_text((1ULL << 20) - 1), "1.0 MiB");
  EXPECT_EQ(bytes_text(~0ULL), "16 EiB");
}

TEST(texts, of_counts_and_rates) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(20'000), "20,000");
  EXPECT_EQ(count_text(-1'234'567), "-1,234,567");
  EXPECT_EQ(count_text(-123), "-123");
  EXPECT_EQ(rate_text(2.46), "2.5/s");
  EXPECT_EQ(rate_text(1234.4), "1,234/s");
}

}  // namespace
}  // namespace crossdock
