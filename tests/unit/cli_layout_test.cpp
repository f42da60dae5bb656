#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "actors/cli/text_layout.hpp"

namespace crossdock::cli {
namespace {

TEST(text_layout, counts_columns_not_bytes) {
  EXPECT_EQ(display_width("channel"), 7);
  EXPECT_EQ(display_width("кухня"), 5);
  EXPECT_EQ(display_width("漢字"), 4);
  EXPECT_EQ(display_width("e\u0301"), 1);  // a combining accent
  EXPECT_EQ(display_width("🚀"), 2);
  EXPECT_EQ(display_width("\xff\xfe"), 0);
  EXPECT_EQ(display_width(""), 0);
}

TEST(text_layout, cuts_at_characters) {
  EXPECT_EQ(fitted("channel", 7), "channel");
  EXPECT_EQ(fitted("channel", 6), "chann…");
  EXPECT_EQ(fitted("漢字漢", 4), "漢…");  // the second would need columns 3 and 4
  EXPECT_EQ(fitted("channel", 1), "…");
  EXPECT_EQ(fitted("channel", 0), "");
}

RC_GTEST_PROP(text_layout, fills_exactly_the_width, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("ab \xd0\xb6\xe6\xbc\xa2\xff")));
  const int width = *rc::gen::inRange(1, 40);
  RC_ASSERT(display_width(padded(text, width)) == width);
  RC_ASSERT(display_width(right_aligned(text, width)) == width);
  RC_ASSERT(display_width(fitted(text, width)) <= width);
}

TEST(text_layout, neutralises_what_could_steer_a_terminal) {
  EXPECT_EQ(printable("a\x1b[2Jb\nc"), "a\\x1b[2Jb\\nc");
}

TEST(table, aligns_columns) {
  table shown({{"JOB", true}, {"STATE"}, {"SOURCE"}});
  EXPECT_TRUE(shown.empty());
  shown.add({"7", "done", "кухня.zip"});
  shown.add({"1200", "done_with_failures", "a\nb"});
  EXPECT_EQ(shown.text(),
            " JOB  STATE               SOURCE\n"
            "   7  done                кухня.zip\n"
            "1200  done_with_failures  a\\nb\n");
}

TEST(table, refuses_rows_of_another_size) {
  table shown({{"A"}, {"B"}});
  EXPECT_THROW(shown.add({"1"}), std::logic_error);
}

}  // namespace
}  // namespace crossdock::cli
