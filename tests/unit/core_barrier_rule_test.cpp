#include <map>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "actors/core/barrier_rule.hpp"

namespace crossdock {
namespace {

constexpr int ranks = 4;
constexpr int jobs = 5;

std::int64_t total(const open_counts& open) {
  return std::accumulate(open.begin(), open.end(), std::int64_t{0});
}

/// A group of jobs worked off at random: enters, claims that settle, leaves.
class group {
 public:
  void step() {
    const auto job = *rc::gen::inRange<std::int64_t>(1, jobs + 1);
    switch (*rc::gen::inRange(0, 6)) {
      case 0: enter(job); break;
      case 1: leave(job); break;
      default: settle(job);
    }
    check_order();
  }

  void enter(std::int64_t job) {
    if (open_.contains(job)) return;
    for (int rank = 0; rank < ranks; ++rank) {
      open_[job].push_back(*rc::gen::inRange<std::int64_t>(0, 3));
    }
    rule_.enter(job, open_[job]);
  }

  void leave(std::int64_t job) {
    open_.erase(job);
    rule_.leave(job);
    RC_ASSERT(!rule_.is_member(job) && !rule_.is_waiting(job));
  }

  void settle(std::int64_t job) {
    const auto at = open_.find(job);
    if (at == open_.end()) return;
    for (int rank = 0; rank < ranks; ++rank) {
      if (!rule_.may_claim(job, rank) || at->second[rank] == 0) continue;
      --at->second[rank];
      rule_.update(job, at->second);
      return;
    }
  }

  /// No rank of any member may be claimed while a lower one is open in a member.
  void check_order() const {
    for (const auto& [job, unused] : open_) {
      for (int rank = 0; rank < ranks; ++rank) {
        if (!rule_.may_claim(job, rank)) continue;
        RC_ASSERT(rule_.is_member(job));
        for (const auto& [other, open] : open_) {
          if (!rule_.is_member(other)) continue;
          for (int lower = 0; lower < rank; ++lower) RC_ASSERT(open[lower] == 0);
        }
      }
    }
  }

  bool can_progress() const {
    for (const auto& [job, open] : open_) {
      for (int rank = 0; rank < ranks; ++rank) {
        if (open[rank] > 0 && rule_.may_claim(job, rank)) return true;
      }
    }
    return false;
  }

  std::int64_t open() const {
    std::int64_t sum = 0;
    for (const auto& [job, counts] : open_) sum += total(counts);
    return sum;
  }

  void settle_one_of_any() {
    const auto before = open();
    for (std::int64_t job = 1; job <= jobs && open() == before; ++job) settle(job);
  }

 private:
  barrier_rule rule_;
  std::map<std::int64_t, open_counts> open_;
};

RC_GTEST_PROP(barrier, lets_no_later_rank_through_and_never_stands_still, ()) {
  group jobs;
  for (int steps = *rc::gen::inRange(0, 60); steps > 0; --steps) {
    jobs.step();
    RC_ASSERT(jobs.open() == 0 || jobs.can_progress());
  }
}

RC_GTEST_PROP(barrier, works_everything_off, ()) {
  group jobs;
  for (int steps = *rc::gen::inRange(1, 30); steps > 0; --steps) jobs.step();
  while (const auto before = jobs.open()) {
    jobs.settle_one_of_any();
    RC_ASSERT(jobs.open() == before - 1);
    jobs.check_order();
  }
}

TEST(barrier, a_late_job_waits_for_the_next_cohort) {
  barrier_rule rule;
  rule.enter(1, {1, 1});
  rule.enter(2, {1, 0});
  EXPECT_EQ(rule.cohort(), 1);
  EXPECT_TRUE(rule.may_claim(1, 0));
  EXPECT_FALSE(rule.may_claim(1, 1));
  EXPECT_FALSE(rule.may_claim(2, 0));
  EXPECT_TRUE(rule.is_waiting(2));

  rule.update(1, {0, 1});
  EXPECT_TRUE(rule.may_claim(1, 1));
  EXPECT_FALSE(rule.may_claim(2, 0));

  rule.update(1, {0, 0});
  EXPECT_EQ(rule.cohort(), 2);
  EXPECT_TRUE(rule.may_claim(2, 0));
  EXPECT_FALSE(rule.is_member(1));
}

TEST(barrier, an_endless_stream_of_jobs_holds_nobody_up) {
  barrier_rule rule;
  rule.enter(0, {1, 1});
  for (std::int64_t job = 1; job <= 100; ++job) rule.enter(job, {1, 1});
  rule.update(0, {0, 1});
  EXPECT_TRUE(rule.may_claim(0, 1));
}

TEST(barrier, a_job_that_leaves_holds_nobody_up) {
  barrier_rule rule;
  rule.enter(1, {5, 0});
  rule.enter(2, {0, 1});
  EXPECT_FALSE(rule.may_claim(2, 1));
  rule.leave(1);
  EXPECT_TRUE(rule.may_claim(2, 1));
}

TEST(barrier, waiting_jobs_become_one_cohort) {
  barrier_rule rule;
  rule.enter(1, {1, 0});
  rule.enter(2, {1, 1});
  rule.enter(3, {0, 1});
  rule.update(1, {0, 0});
  EXPECT_EQ(rule.cohort(), 2);
  EXPECT_EQ(rule.rank(), 0);
  EXPECT_TRUE(rule.may_claim(2, 0));
  EXPECT_FALSE(rule.may_claim(3, 1));
}

TEST(barrier, is_through_when_nothing_is_open) {
  barrier_rule rule;
  EXPECT_EQ(rule.rank(), std::nullopt);
  rule.enter(1, {0, 0});
  EXPECT_EQ(rule.rank(), std::nullopt);
  EXPECT_TRUE(rule.is_member(1));
}

TEST(barrier, ignores_news_of_strangers) {
  barrier_rule rule;
  rule.update(7, {1});
  EXPECT_FALSE(rule.is_member(7));
  EXPECT_FALSE(rule.is_waiting(7));
}

}  // namespace
}  // namespace crossdock
