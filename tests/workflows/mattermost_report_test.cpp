// What a run of the bundle's target tells about everything it changes or leaves out.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workflows/mattermost_target_double.hpp"

namespace crossdock::mattermost {
namespace {

using namespace testing_tools;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::int64_t second = 1'700'000'000;
constexpr std::int64_t micros = second * 1'000'000;

std::string letters(char letter, std::size_t count) {
  return std::string(count, letter);
}

TEST(bundle_report, names_bots_that_became_users_and_why) {
  memory_engine engine;
  engine.user("U1", {{"name", "beep"}, {"is_bot", true}});
  engine.run();
  const auto told = engine.finding("bot_became_user", "U1");
  EXPECT_EQ(told.what, api::finding::kind::changed);
  EXPECT_EQ(told.type, "user");
  EXPECT_THAT(told.detail, AllOf(HasSubstr("\"beep\""), HasSubstr("target.bot_owner")));
  EXPECT_EQ(engine.lines("user").size(), 1U);
}

TEST(bundle_report, says_nothing_of_bots_that_stay_bots) {
  memory_engine engine(json::object{{"bot_owner", "ada"}});
  engine.user("U1", {{"name", "beep"}, {"is_bot", true}});
  engine.run();
  EXPECT_EQ(engine.lines("bot").size(), 1U);
  for (const auto& finding : engine.findings) EXPECT_NE(finding.reason, "bot_became_user");
}

TEST(bundle_report, says_that_an_old_server_has_no_bots) {
  memory_engine engine(json::object{{"bot_owner", "ada"}, {"server_version", "7.8"}});
  engine.user("U1", {{"name", "beep"}, {"is_bot", true}});
  engine.run();
  EXPECT_THAT(engine.finding("bot_became_user", "U1").detail, HasSubstr("server version"));
}

TEST(bundle_report, shows_what_of_a_persons_texts_is_cut_off) {
  memory_engine engine;
  engine.user("U1", {{"name", "ada"},
                     {"profile",
                      {{"email", "a@b.example"},
                       {"display_name", letters('d', 64) + "DD"},
                       {"first_name", letters('f', 64) + "FF"},
                       {"last_name", letters('l', 64) + "LL"},
                       {"title", letters('t', 128) + "TT"}}}});
  engine.run();
  EXPECT_EQ(engine.finding("nickname_shortened", "U1").detail,
            "66 characters became 64, the most the target allows: \"" + letters('d', 64) +
                "\" stays, \"DD\" is cut off");
  EXPECT_THAT(engine.finding("first_name_shortened", "U1").detail, HasSubstr("\"FF\""));
  EXPECT_THAT(engine.finding("last_name_shortened", "U1").detail, HasSubstr("\"LL\""));
  EXPECT_THAT(engine.finding("position_shortened", "U1").detail,
              AllOf(HasSubstr("130"), HasSubstr("\"TT\"")));
}

TEST(bundle_report, shows_every_shortened_text_of_a_channel) {
  memory_engine engine;
  engine.channel("C1", {{"name", letters('n', 80)},
                        {"topic", {{"value", letters('h', 1024) + "HH"}}},
                        {"purpose", {{"value", letters('p', 250) + "PP"}}}});
  engine.run();
  EXPECT_THAT(engine.finding("header_shortened", "C1").detail, HasSubstr("\"HH\" is cut off"));
  EXPECT_THAT(engine.finding("purpose_shortened", "C1").detail, HasSubstr("\"PP\" is cut off"));
  EXPECT_THAT(engine.finding("display_name_shortened", "C1").detail, HasSubstr("80 characters"));
  EXPECT_THAT(engine.finding("name_changed", "C1").detail, HasSubstr("shortened"));
}

TEST(bundle_report, keeps_its_details_short) {
  memory_engine engine;
  engine.channel("C1", {{"name", "dev"}, {"topic", {{"value", letters('h', 1'000'000)}}}});
  engine.run();
  EXPECT_LT(engine.finding("header_shortened", "C1").detail.size(), 500U);
}

TEST(bundle_report, names_the_address_that_a_user_cannot_keep) {
  memory_engine engine;
  engine.user("U1", {{"name", "ada"}, {"profile", {{"email", "same@x.example"}}}});
  engine.user("U2", {{"name", "bob"}, {"profile", {{"email", "same@x.example"}}}});
  engine.user("U3", {{"name", "eve"}});
  engine.run();
  EXPECT_EQ(engine.finding("email_invented", "U2").detail,
            "\"same@x.example\" became \"bob@users.invalid\" for bob: another user has that "
            "address already");
  EXPECT_THAT(engine.finding("email_invented", "U3").detail, HasSubstr("tells no address"));
}

/// One person in a public channel.
class small_team : public memory_engine {
 public:
  small_team() {
    user("U1", {{"name", "ada"}, {"profile", {{"email", "ada@x.example"}}}});
    channel("C1", {{"name", "dev"}, {"members", {"U1"}}});
  }
};

TEST(bundle_report, names_every_message_whose_time_moved) {
  small_team engine;
  // The import has made the second one distinct; replies of one millisecond are moved here.
  engine.message("C1", "1700000000.000100", micros + 100, {{"user", "U1"}, {"text", "a"}});
  engine.message("C1", "1700000000.000200", micros + 1000, {{"user", "U1"}, {"text", "b"}});
  engine.message("C1", "1700000001.000000", micros + 1'000'000, {{"user", "U1"}, {"text", "root"}});
  engine.message("C1", "1700000000.500000", micros + 1'000'000, {{"user", "U1"}, {"text", "c"}},
                 "1700000001.000000", micros + 1'000'000);
  engine.run();
  const auto told = engine.finding("time_moved", "C1:1700000000.000200");
  EXPECT_THAT(told.detail, HasSubstr("2023-11-14T22:13:20.000Z became 2023-11-14T22:13:20.001Z"));
  EXPECT_THAT(engine.finding("time_moved", "C1:1700000000.500000").detail,
              HasSubstr("2023-11-14T22:13:20.500Z became 2023-11-14T22:13:21.001Z"));
  EXPECT_EQ(std::ranges::count(engine.findings, "time_moved", &api::finding::reason), 2);
}

TEST(bundle_report, names_an_edit_before_the_message) {
  small_team engine;
  engine.message("C1", "1700000000.000000", micros,
                 {{"user", "U1"}, {"text", "a"}, {"edited", {{"ts", "1600000000.000000"}}}});
  engine.run();
  EXPECT_THAT(engine.finding("edit_time_moved", "C1:1700000000.000000").detail,
              HasSubstr("2020-09-13T12:26:40.000Z became 2023-11-14T22:13:20.000Z"));
}

TEST(bundle_report, names_reactions_that_go_by_another_name) {
  small_team engine;
  engine.message(
      "C1", "1700000000.000000", micros,
      {{"user", "U1"}, {"text", "a"}, {"reactions", {{{"name", "котик"}, {"users", {"U1"}}}}}});
  engine.add("custom_emoji", "котик", {{"name", "котик"}});
  engine.add("custom_emoji", "cat", {{"name", "cat"}, {"alias_of", "котик"}});
  engine.files.add("emoji:котик", "GIF89a");
  engine.add("reaction", "R1", {{"name", "котик"}}, {{"message", "C1:1700000000.000000"}});
  engine.run();
  const auto line = engine.lines("emoji").front();
  const auto name = std::string(line.at("name").as_string());
  EXPECT_THAT(engine.finding("name_changed", "котик").detail,
              AllOf(HasSubstr("\"котик\" became \"" + name + "\""), HasSubstr("a-z")));
  EXPECT_THAT(engine.finding("emoji_renamed", "котик").detail,
              HasSubstr("\"котик\" became \"" + name + "\""));
}

TEST(bundle_report, names_emoji_that_were_aliases) {
  memory_engine engine;
  engine.add("custom_emoji", "aparty", {{"name", "aparty"}, {"alias_of", "parrot_x"}});
  engine.add("custom_emoji", "parrot_x", {{"name", "parrot_x"}});
  engine.add("custom_emoji", "yes_sir", {{"name", "yes_sir"}, {"alias_of", "tada"}});
  engine.files.add("emoji:parrot_x", "GIF89a");
  engine.run();
  EXPECT_THAT(engine.finding("alias_copied", "aparty").detail, HasSubstr("\"parrot_x\""));
  EXPECT_THAT(engine.outcomes.at("custom_emoji yes_sir").message,
              AllOf(HasSubstr("built-in emoji tada"), HasSubstr("use instead")));
}

TEST(bundle_report, names_conversations_that_became_one) {
  memory_engine engine;
  engine.user("U1", {{"name", "ada"}});
  engine.user("U2", {{"name", "bob"}});
  engine.channel("D1", {{"members", {"U1", "U2"}}}, "direct");
  engine.channel("D2", {{"members", {"U2", "U1"}}}, "direct");
  engine.run();
  EXPECT_THAT(engine.finding("conversation_merged", "D2").detail, HasSubstr("D1"));
}

TEST(bundle_report, names_files_whose_name_changed) {
  small_team engine;
  engine.message("C1", "1700000000.000000", micros,
                 {{"user", "U1"}, {"text", "a"}, {"files", {{{"id", "F1"}, {"name", "a/b.txt"}}}}});
  engine.files.add("F1", "text");
  engine.run();
  EXPECT_THAT(engine.finding("name_changed", "F1").detail, HasSubstr("\"a/b.txt\" became \""));
}

TEST(bundle_times, of_archiving_are_the_sources_where_it_tells_them) {
  small_team engine;
  engine.user("U2", {{"name", "gone"}, {"deleted", true}, {"updated", second}});
  engine.user("U3", {{"name", "lost"}, {"deleted", true}});
  engine.channel("C2", {{"name", "told"}, {"is_archived", true}, {"updated", 1'650'000'000'123}});
  engine.channel("C3", {{"name", "read"}, {"is_archived", true}});
  engine.channel("C4", {{"name", "unknown"}, {"is_archived", true}});
  engine.message("C3", "1700000000.123456", micros + 123'456, {{"user", "U1"}, {"text", "end"}});
  engine.run();
  std::map<std::string, std::int64_t> times;
  for (const auto& user : engine.lines("user")) {
    if (const auto* at = user.if_contains("delete_at")) {
      times[user.at("username").as_string().c_str()] = at->as_int64();
    }
  }
  for (const auto& channel : engine.lines("channel")) {
    if (const auto* at = channel.if_contains("deleted_at")) {
      times[channel.at("name").as_string().c_str()] = at->as_int64();
    }
  }
  EXPECT_EQ(times, (std::map<std::string, std::int64_t>{{"gone", second * 1000},
                                                        {"lost", 1},
                                                        {"told", 1'650'000'000'123},
                                                        {"read", second * 1000 + 123},
                                                        {"unknown", 1}}));
}

TEST(bundle_report, knows_a_web_page_in_place_of_a_file_before_it_settles) {
  small_team engine;
  const std::string page = "<!DOCTYPE html><html><title>Slack</title></html>";
  const json::object lost{
      {"id", "F1"}, {"name", "a.png"}, {"mimetype", "image/png"}, {"size", 70000}};
  const json::object kept{{"id", "F2"}, {"name", "b.html"}, {"size", 70000}};
  const json::object right{{"id", "F3"}, {"name", "c.png"}, {"size", 4}};
  engine.message("C1", "1700000000.000000", micros,
                 {{"user", "U1"}, {"text", "a"}, {"files", {lost, kept, right}}});
  for (const auto& file : {lost, kept, right}) {
    engine.add("attachment", file.at("id").as_string().c_str(), file,
               {{"message", "C1:1700000000.000000"}});
  }
  engine.files.add("F1", page);
  engine.files.add("F2", page);
  engine.files.add("F3", "\x89PNG");
  engine.run();
  const auto& outcome = engine.outcomes.at("attachment F1");
  EXPECT_EQ(outcome.kind, api::outcome_kind::skipped);
  EXPECT_THAT(outcome.message, HasSubstr("a web page lies in the archive in its place"));
  EXPECT_EQ(engine.outcomes.at("attachment F2").kind, api::outcome_kind::success);
  EXPECT_EQ(engine.outcomes.at("attachment F3").kind, api::outcome_kind::success);
  const auto post = engine.lines("post").front();
  EXPECT_EQ(post.at("attachments").as_array().size(), 2U);
  EXPECT_THAT(std::string(post.at("message").as_string()), HasSubstr("a.png _(a web page"));
  EXPECT_EQ(engine.outputs.at("missing_files"), 0);
  EXPECT_EQ(engine.files.readings, 3) << "only those of another size are looked into";
}

TEST(bundle_report, lists_a_file_without_bytes_once) {
  small_team engine;
  const json::object file{{"id", "F1"}, {"name", "plan.pdf"}};
  engine.message("C1", "1700000000.000000", micros,
                 {{"user", "U1"}, {"text", "a"}, {"files", {file}}});
  engine.add("attachment", "F1", file, {{"message", "C1:1700000000.000000"}});
  engine.run();
  const auto& outcome = engine.outcomes.at("attachment F1");
  EXPECT_EQ(outcome.kind, api::outcome_kind::skipped);
  EXPECT_EQ(outcome.error_code, "file_without_bytes");
  EXPECT_THAT(outcome.message, AllOf(HasSubstr("plan.pdf"), HasSubstr("C1:1700000000.000000"),
                                     HasSubstr("not in the archive")));
  EXPECT_EQ(std::ranges::count(engine.findings, "F1", &api::finding::item), 0);
}

}  // namespace
}  // namespace crossdock::mattermost
