#include <gtest/gtest.h>

#include "actors/core/order_pass.hpp"

namespace crossdock {

namespace {

constexpr std::int64_t ms = 1000;
using moves = std::vector<order_move>;
using names = std::vector<std::string>;

}  // namespace

TEST(order_pass, distinct_times_are_left_alone) {
  order_pass pass;
  pass.see("a", "1", 5 * ms, 5 * ms);
  pass.see("a", "2", 6 * ms + 1, 6 * ms + 1);
  pass.see("b", "3", 5 * ms, 5 * ms);
  EXPECT_EQ(pass.moves(), moves{});
  EXPECT_EQ(pass.unordered_lanes(), names{});
}

TEST(order_pass, who_shares_a_millisecond_moves_to_the_next_and_pushes_on) {
  order_pass pass;
  pass.see("a", "1", 5 * ms + 1, 5 * ms + 1);
  pass.see("a", "2", 5 * ms + 2, 5 * ms + 2);
  pass.see("a", "3", 5 * ms + 2, 6 * ms + 7);
  pass.see("a", "4", 9 * ms, 9 * ms);
  EXPECT_EQ(pass.moves(),
            (moves{{"a", "2", 5 * ms + 2, 6 * ms, true}, {"a", "3", 6 * ms + 7, 7 * ms, false}}));
}

TEST(order_pass, a_lane_out_of_order_is_named_and_its_moves_are_dropped) {
  order_pass pass;
  for (const auto* lane : {"back", "same", "early", "good"}) {
    pass.see(lane, "1", 5 * ms, 5 * ms);
    pass.see(lane, "2", 5 * ms + 1, 5 * ms + 1);
  }
  pass.see("back", "3", 4 * ms, 4 * ms);
  pass.see("same", "3", 5 * ms + 1, 5 * ms + 1);
  pass.see("early", "3", 9 * ms, 8 * ms);
  EXPECT_EQ(pass.unordered_lanes(), (names{"back", "early", "same"}));
  EXPECT_EQ(pass.moves(), (moves{{"good", "2", 5 * ms + 1, 6 * ms, true}}));
  EXPECT_TRUE(pass.complete());
}

TEST(order_pass, more_moves_than_it_may_keep_make_it_useless_and_say_so) {
  order_pass pass(2);
  for (int i = 0; i < 4; ++i) pass.see("a", std::to_string(i), 5 * ms + i, 5 * ms + i);
  EXPECT_FALSE(pass.complete());
  EXPECT_EQ(pass.moves(), moves{});
}

}  // namespace crossdock
