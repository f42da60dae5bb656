#include <algorithm>
#include <sstream>
#include <string>
#include <utility>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "observability/logging.hpp"

namespace crossdock::logging {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

/// Takes the program's log lines for the time of a test.
class logging_test : public testing::Test {
 protected:
  void set_up(log_format format, std::string level = "info") {
    log_options options;
    options.level = std::move(level);
    options.format = format;
    options.sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(out_);
    set_up_logging(options);
  }
  ~logging_test() override { set_up_logging({}); }

  std::string taken() { return std::exchange(out_, std::ostringstream()).str(); }

  boost::json::object json_line() {
    const auto text = taken();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
    return boost::json::parse(text).as_object();
  }

  std::ostringstream out_;
};

TEST_F(logging_test, writes_one_text_line) {
  set_up(log_format::text);
  logger("exporter")->info("exported {} of {}", 3, 4);
  EXPECT_THAT(taken(), MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{"
                                    "3}Z INFO  exporter: exported 3 of 4\n"));
}

TEST_F(logging_test, writes_fields_as_key_and_value) {
  set_up(log_format::text);
  const std::string id = "C1:1.5";
  log_action(*logger("exporter"), "exported",
             {{"type", "message"},
              {"id", id},
              {"ms", 12},
              {"rate", 2.5},
              {"late", false},
              {"name", "two words"},
              {"quote", "a\"b"},
              {"empty", ""},
              {"size", std::size_t{7}}});
  EXPECT_THAT(taken(),
              EndsWith("INFO  exporter: exported type=message id=C1:1.5 ms=12 rate=2.5 "
                       "late=false name=\"two words\" quote=\"a\\\"b\" empty=\"\" size=7\n"));
}

TEST_F(logging_test, writes_json_lines) {
  set_up(log_format::json);
  log_action(*logger("exporter"), "exported",
             {{"type", "message"}, {"ms", 12}, {"rate", 2.5}, {"late", true}});
  const auto line = json_line();
  EXPECT_THAT(std::string(line.at("time").as_string()),
              MatchesRegex("[0-9-]{10}T[0-9:]{8}\\.[0-9]{6}Z"));
  EXPECT_EQ(line.at("level"), "info");
  EXPECT_EQ(line.at("logger"), "exporter");
  EXPECT_EQ(line.at("message"), "exported");
  EXPECT_EQ(line.at("fields"),
            boost::json::parse(R"({"type":"message","ms":12,"rate":2.5,"late":true})"));
}

TEST_F(logging_test, has_no_fields_left_over) {
  set_up(log_format::json);
  log_action(*logger("a"), "first", {{"key", 1}});
  taken();
  logger("a")->info("second");
  EXPECT_FALSE(json_line().contains("fields"));
}

TEST_F(logging_test, keeps_an_event_on_its_line) {
  const std::string forged = "name\n2024-01-01T00:00:00.000Z INFO  audit: all is well\x1b[2K";
  set_up(log_format::text);
  logger("a")->warn("user {}", forged);
  log_action(*logger("a"), "seen", {{"user", forged}});
  const auto text = taken();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("user name\\n2024"));

  set_up(log_format::json);
  taken();
  logger("a")->warn("user {}", forged);
  EXPECT_EQ(json_line().at("message").as_string(), "user " + forged);
}

TEST_F(logging_test, never_shows_a_secret) {
  register_secret("xoxb-12345-secret");
  register_secret("two\nlines");
  for (const auto format : {log_format::text, log_format::json}) {
    set_up(format);
    taken();
    logger("a")->error("login with {}-{}-{} failed", "xoxb", 12345, "secret");
    log_action(*logger("a"), "sent",
               {{"header", "Bearer xoxb-12345-secret"}, {"key", "two\nlines"}});
    const auto text = taken();
    EXPECT_THAT(text, Not(HasSubstr("12345")));
    EXPECT_THAT(text, Not(HasSubstr("lines")));
    EXPECT_THAT(text, HasSubstr("login with [secret] failed"));
    EXPECT_THAT(text, HasSubstr("Bearer [secret]"));
  }
}

TEST_F(logging_test, changes_the_level_of_loggers_that_exist) {
  set_up(log_format::text, "warning");
  const auto early = logger("early");
  early->info("hidden");
  log_action(*early, "hidden too", {{"a", 1}});
  EXPECT_EQ(taken(), "");
  set_up(log_format::text, "debug");
  early->debug("shown");
  logger("late")->debug("shown");
  const auto text = taken();
  EXPECT_THAT(text, HasSubstr("DEBUG early: shown"));
  EXPECT_THAT(text, HasSubstr("DEBUG late: shown"));
}

TEST_F(logging_test, takes_what_libraries_log) {
  set_up(log_format::text);
  spdlog::warn("from a library");
  EXPECT_THAT(taken(), EndsWith("WARN  crossdock: from a library\n"));
}

TEST_F(logging_test, returns_one_logger_per_name) {
  EXPECT_EQ(logger("same"), logger("same"));
}

TEST(logging_options, refuse_an_unknown_level) {
  log_options options;
  options.level = "loud";
  EXPECT_THROW(set_up_logging(options), std::invalid_argument);
  options.level = "off";
  EXPECT_NO_THROW(set_up_logging(options));
  set_up_logging({});
}

TEST(logging_options, have_names) {
  EXPECT_EQ(log_format_from("text"), log_format::text);
  EXPECT_EQ(log_format_from("json"), log_format::json);
  EXPECT_EQ(log_format_from("xml"), std::nullopt);
  EXPECT_EQ(log_colour_from("auto"), log_colour::automatic);
  EXPECT_EQ(log_colour_from("never"), log_colour::never);
  EXPECT_EQ(log_colour_from("always"), std::nullopt);
}

TEST(logging_output, goes_to_standard_error_without_colour_codes_when_it_is_no_terminal) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  set_up_logging({});
  logger("a")->error("broken");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  const auto text = testing::internal::GetCapturedStderr();
  EXPECT_THAT(text, EndsWith("ERROR a: broken\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace crossdock::logging
