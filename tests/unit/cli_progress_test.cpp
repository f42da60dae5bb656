#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/cli/progress_bars.hpp"
#include "actors/cli/text_layout.hpp"

namespace crossdock::cli {
namespace {

using status = progress_line::status;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

boost::json::object meta(std::string_view text) {
  return boost::json::parse(text).as_object();
}

run_progress sample() {
  return run_progress({"users", "messages"}, {{"user", "users", 0}, {"message", "messages", 1}});
}

progress_line line_of(const run_progress& progress, std::string_view label) {
  for (auto& line : progress.lines()) {
    if (line.label == label) return line;
  }
  ADD_FAILURE() << "no line " << label;
  return {};
}

TEST(run_progress, begins_with_everything_waiting) {
  std::vector<std::string> labels;
  for (const auto& line : sample().lines()) {
    labels.push_back(line.label);
    EXPECT_EQ(line.now, status::waiting) << line.label;
  }
  EXPECT_THAT(labels,
              ElementsAre("users", "messages", "ready_export", "user", "message", "finishing"));
}

TEST(run_progress, follows_a_stage_by_the_units_of_its_source) {
  auto progress = sample();
  progress.update(0, "messages", meta(R"({"files_total": 40, "users_processed": 25})"));
  progress.update(2, "messages", meta(R"({"files_total": 40, "files_processed": 10,
      "users_processed": 25, "messages_processed": 2000, "durations_ms": {"users": 400}})"));
  EXPECT_EQ(line_of(progress, "users").now, status::done);
  EXPECT_EQ(line_of(progress, "users").seconds, 0.4);
  const auto line = line_of(progress, "messages");
  EXPECT_EQ(line.now, status::running);
  EXPECT_EQ(line.count, 10);
  EXPECT_EQ(line.total, 40);
  EXPECT_EQ(line.rate, 1000);
  EXPECT_EQ(line.seconds_left, 6);
  EXPECT_EQ(line.note, "2,000 messages");  // users did not grow in this stage
  EXPECT_EQ(plain_text(line), "messages: 10/40, 2,000 messages, 1,000/s, 6.0 s left");
}

TEST(run_progress, follows_types_by_what_is_settled) {
  auto progress = sample();
  const auto totals = R"({"totals": {"users": 100, "messages": 1000}, "users_exported": 99,
      "users_failed": 1, "messages_exported": %, "messages_skipped": 5})";
  const auto with = [&](const char* exported) {
    std::string text = totals;
    return meta(text.replace(text.find('%'), 1, exported));
  };
  progress.update(10, "exporting", with("95"));
  progress.update(11, "exporting", with("195"));
  const auto users = line_of(progress, "user");
  EXPECT_EQ(users.now, status::done);
  EXPECT_EQ(users.note, "1 failed");
  const auto messages = line_of(progress, "message");
  EXPECT_EQ(messages.now, status::running);
  EXPECT_EQ(messages.count, 200);
  EXPECT_EQ(messages.rate, 100);
  EXPECT_EQ(messages.seconds_left, 8);
  EXPECT_EQ(messages.note, "5 left out");
  EXPECT_EQ(line_of(progress, "ready_export").now, status::done);
  EXPECT_EQ(line_of(progress, "finishing").now, status::waiting);
}

TEST(run_progress, takes_the_export_as_complete_once_finishing_began) {
  auto progress = sample();
  progress.update(0, "finishing", meta(R"({"totals": {"users": 9, "messages": 7},
      "users_exported": 9, "messages_exported": 3, "messages_skipped": 1})"));
  EXPECT_EQ(line_of(progress, "message").count, 7);
  EXPECT_EQ(line_of(progress, "message").note, "");
  EXPECT_EQ(line_of(progress, "finishing").now, status::running);
}

TEST(run_progress, survives_a_meta_of_any_shape) {
  auto progress = sample();
  progress.update(0, "messages", meta(R"({"files_total": "many", "files_processed": null,
      "totals": [], "durations_ms": 3, "messages_processed": 1e30})"));
  EXPECT_EQ(line_of(progress, "messages").total, 0);
}

std::vector<progress_line> busy_lines() {
  progress_line users;
  users.label = "users";
  users.now = status::done;
  users.seconds = 0.4;
  progress_line export_users;
  export_users.label = "сообщение";
  export_users.now = status::running;
  export_users.count = 10'400;
  export_users.total = 20'000;
  export_users.rate = 1400;
  export_users.seconds_left = 7;
  export_users.note = "3 failed, 1,212 left out";
  progress_line waiting;
  waiting.label = "attachment";
  waiting.total = 1212;
  return {users, export_users, waiting};
}

TEST(progress_bars, stand_under_each_other) {
  const auto text = render_bars(busy_lines(), {.width = 80, .height = 24, .unicode = false});
  EXPECT_THAT(
      text, ElementsAre(
                "users                 done                              400 ms",
                "сообщение   ####....   52%  10,400/20,000  1,400/s  7.0 s left  3 failed, 1,212…",
                "attachment  ........    0%        0/1,212"));
}

TEST(progress_bars, never_exceed_the_width) {
  for (int width = 1; width <= 200; ++width) {
    for (const bool unicode : {false, true}) {
      const auto text =
          render_bars(busy_lines(), {.width = width, .height = 24, .unicode = unicode});
      ASSERT_EQ(text.size(), 3U);
      for (const auto& line : text) EXPECT_LE(display_width(line), width) << line;
    }
  }
}

TEST(progress_bars, keep_label_and_percentage_longest) {
  for (int width = 20; width <= 200; ++width) {
    const auto text = render_bars(busy_lines(), {.width = width, .height = 24});
    EXPECT_THAT(text[1], AllOf(HasSubstr("сообщение"), HasSubstr("52%"))) << width;
  }
}

TEST(progress_bars, use_colour_only_when_told) {
  const auto plain = render_bars(busy_lines(), {.width = 80, .height = 24, .colour = false});
  EXPECT_THAT(plain, Not(Contains(HasSubstr("\x1b"))));
  const auto coloured = render_bars(busy_lines(), {.width = 80, .height = 24, .colour = true});
  EXPECT_THAT(coloured, ::testing::Each(AllOf(HasSubstr("\x1b["), ::testing::EndsWith("\x1b[0m"))));
}

TEST(progress_bars, show_what_runs_on_a_terminal_of_few_rows) {
  std::vector<progress_line> lines(20);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines[i].label = "type" + std::to_string(i);
    lines[i].now = i < 12 ? status::done : i == 12 ? status::running : status::waiting;
  }
  const auto text = render_bars(lines, {.width = 80, .height = 4});
  ASSERT_EQ(text.size(), 3U);
  EXPECT_THAT(text[0], HasSubstr("type12"));
  EXPECT_THAT(text[1], HasSubstr("type13"));
}

TEST(progress_bars, say_the_same_in_plain_lines) {
  progress_line done;
  done.label = "users";
  done.now = status::done;
  done.seconds = 0.4;
  EXPECT_EQ(plain_text(done), "users: done, 400 ms");
  progress_line fresh;
  fresh.label = "messages";
  fresh.now = status::running;
  EXPECT_EQ(plain_text(fresh), "messages");
}

}  // namespace
}  // namespace crossdock::cli
