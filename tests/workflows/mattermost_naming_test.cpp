#include <map>
#include <set>
#include <stdexcept>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "workflows/slack_mattermost/mattermost/naming.hpp"
#include "workflows/slack_mattermost/mattermost/rules.hpp"

namespace crossdock::mattermost {
namespace {

assigned_name assign(name_map& names, name_kind kind, std::string_view id,
                     std::string_view wanted) {
  return names.assign(kind, {id, wanted, "u123", false, true});
}

std::string one(name_kind kind, std::string_view wanted) {
  name_map names;
  return assign(names, kind, "U123", wanted).name;
}

std::string why(name_kind kind, std::string_view wanted) {
  name_map names;
  return describe(assign(names, kind, "U123", wanted).changes);
}

TEST(naming, keeps_valid_names) {
  for (const auto* name : {"bob", "a.b-c_d", "-x-"}) {
    EXPECT_EQ(one(name_kind::user, name), name);
    EXPECT_EQ(why(name_kind::user, name), "");
  }
  EXPECT_EQ(one(name_kind::channel, "dev_ops-"), "dev_ops-");
  EXPECT_EQ(one(name_kind::emoji, "+1_custom"), "+1_custom");
}

TEST(naming, cleans_to_readable_ascii) {
  EXPECT_EQ(one(name_kind::channel, "Общий-чат"), "obshchiy-chat");
  EXPECT_EQ(one(name_kind::channel, "Ελληνικά"), "ellinika");
  EXPECT_EQ(one(name_kind::user, "Jürgen Groß"), "jurgen-gross");
  EXPECT_EQ(one(name_kind::user, "Łukasz.Żółć"), "lukasz.zolc");
  EXPECT_EQ(one(name_kind::user, "Nguyễn"), "nguyen");
  EXPECT_EQ(one(name_kind::user, "a@b.com"), "a-b.com");
  EXPECT_EQ(one(name_kind::channel, "🎉 party!!"), "party");
  EXPECT_EQ(one(name_kind::channel, "a.b"), "a-b");
  EXPECT_EQ(one(name_kind::channel, "__x"), "x");
  EXPECT_EQ(one(name_kind::channel, "ｆｕｌｌ１"), "full1");
  EXPECT_EQ(one(name_kind::channel, "team-日本"), "team-u65e5u672c");
  EXPECT_EQ(one(name_kind::channel, "日本"), "u123") << "nothing readable: the source's id";
  EXPECT_EQ(one(name_kind::channel, "\xff\xfe"), "u123");
  EXPECT_EQ(one(name_kind::user, ""), "u123");
}

TEST(naming, composed_and_decomposed_text_give_one_name) {
  EXPECT_EQ(one(name_kind::user, "ju\xcc\x88rgen"), one(name_kind::user, "jürgen"));
  EXPECT_EQ(one(name_kind::channel, "чаи\xcc\x86"), one(name_kind::channel, "чай"));
  EXPECT_EQ(one(name_kind::channel, "е\xcc\x88лка"), one(name_kind::channel, "ёлка"));
}

TEST(naming, says_why_a_name_changed) {
  EXPECT_EQ(why(name_kind::user, "Bob"), "lower-cased");
  EXPECT_EQ(why(name_kind::user, "bób"), "transliterated");
  EXPECT_EQ(why(name_kind::user, "a b"), "characters replaced");
  EXPECT_EQ(why(name_kind::user, std::string(65, 'a')), "shortened");
  EXPECT_EQ(why(name_kind::user, "all"), "reserved by the server");
  EXPECT_EQ(why(name_kind::channel, "日本"), "nothing readable left");
}

TEST(naming, avoids_what_the_server_keeps_for_itself) {
  EXPECT_EQ(one(name_kind::user, "all"), "all-2");
  EXPECT_EQ(one(name_kind::user, "System"), "system-2");
  EXPECT_EQ(one(name_kind::channel, std::string(40, 'a')), std::string(40, 'a') + "-2");
  const std::string half(26, 'z');
  EXPECT_EQ(one(name_kind::channel, half + "__" + half), half + "__" + half + "-2");
  naming_options options;
  options.is_system_emoji = [](std::string_view name) { return name == "smile"; };
  name_map names(options);
  EXPECT_EQ(assign(names, name_kind::emoji, "smile", "smile").name, "smile-2");
}

TEST(naming, limits_are_bytes_and_suffixes_fit) {
  for (const auto kind : {name_kind::user, name_kind::channel, name_kind::emoji}) {
    name_map names;
    const std::string longest(64, 'a');
    EXPECT_EQ(assign(names, kind, "1", std::string(63, 'a')).name, std::string(63, 'a'));
    EXPECT_EQ(assign(names, kind, "2", longest).name, longest);
    EXPECT_EQ(assign(names, kind, "3", std::string(65, 'a')).name, std::string(62, 'a') + "-2");
    EXPECT_EQ(assign(names, kind, "4", std::string(99, 'a')).name, std::string(62, 'a') + "-3");
  }
}

TEST(naming, two_sources_never_share_a_name) {
  name_map names;
  EXPECT_EQ(assign(names, name_kind::channel, "C1", "dev").name, "dev");
  EXPECT_EQ(assign(names, name_kind::channel, "C2", "dev-2").name, "dev-2");
  const auto third = assign(names, name_kind::channel, "C3", "Dev");
  EXPECT_EQ(third.name, "dev-3");
  EXPECT_EQ(describe(third.changes), "lower-cased, already taken");
  EXPECT_EQ(assign(names, name_kind::user, "U1", "dev").name, "dev") << "kinds are separate";
}

TEST(naming, general_becomes_town_square) {
  name_map names;
  const auto general = names.assign(name_kind::channel, {"C1", "general", "c1", true, true});
  EXPECT_EQ(general.name, "town-square");
  EXPECT_EQ(describe(general.changes), "the server's default channel");
  EXPECT_EQ(assign(names, name_kind::channel, "C2", "town-square").name, "town-square-2");
  EXPECT_EQ(assign(names, name_kind::channel, "C3", "general").name, "general");
  EXPECT_EQ(assign(names, name_kind::channel, "C4", "off-topic").name, "off-topic");

  name_map before_general;
  EXPECT_EQ(assign(before_general, name_kind::channel, "C0", "town-square").name, "town-square-2");
}

TEST(naming, default_channels_are_public_and_open) {
  naming_options options;
  options.general_is_town_square = false;
  name_map names(options);
  EXPECT_EQ(names.assign(name_kind::channel, {"C1", "general", "c1", true, true}).name, "general");
  EXPECT_EQ(names.assign(name_kind::channel, {"C2", "off-topic", "c2", false, false}).name,
            "off-topic-2");
  EXPECT_EQ(names.assign(name_kind::channel, {"C3", "off-topic", "c3", false, true}).name,
            "off-topic");
  EXPECT_EQ(names.assign(name_kind::channel, {"C4", "town-square", "c4", false, true}).name,
            "town-square");
}

TEST(naming, a_name_once_given_stays) {
  name_map names;
  names.reserve(name_kind::user, "bob", "U9");
  EXPECT_EQ(assign(names, name_kind::user, "U1", "bob").name, "bob-2");
  EXPECT_EQ(assign(names, name_kind::user, "U1", "renamed").name, "bob-2");
  EXPECT_EQ(assign(names, name_kind::user, "U9", "robert").name, "bob");
  ASSERT_NE(names.find(name_kind::user, "U9"), nullptr);
  EXPECT_EQ(*names.find(name_kind::user, "U9"), "bob");
  EXPECT_EQ(names.find(name_kind::user, "U8"), nullptr);
  EXPECT_EQ(names.find(name_kind::channel, "U9"), nullptr);
}

TEST(naming, refuses_contradictions) {
  name_map names;
  names.reserve(name_kind::user, "bob", "U1");
  names.reserve(name_kind::user, "bob", "U1");
  EXPECT_THROW(names.reserve(name_kind::user, "bob", "U2"), std::invalid_argument);
  EXPECT_THROW(names.reserve(name_kind::user, "ann", "U1"), std::invalid_argument);
  names.reserve(name_kind::user, "ann", "U2");
  assign(names, name_kind::user, "U5", "eve");
  EXPECT_THROW(assign(names, name_kind::user, "U4", "dan"), std::logic_error);
}

TEST(naming, many_equal_names_are_quick) {
  name_map names;
  for (int i = 0; i < 50000; ++i) {
    char id[16];
    std::snprintf(id, sizeof id, "U%06d", i);
    assign(names, name_kind::user, id, "user");
  }
  EXPECT_EQ(*names.find(name_kind::user, "U049999"), "user-50000");
}

TEST(naming, team_names) {
  EXPECT_EQ(clean_team_name("acme", "t1").name, "acme");
  EXPECT_TRUE(clean_team_name("acme", "t1").changes.empty());
  EXPECT_EQ(clean_team_name("Acme Inc.", "t1").name, "acme-inc");
  EXPECT_EQ(clean_team_name("日本", "T1").name, "t1");
  EXPECT_EQ(clean_team_name("", "").name, "team");
  EXPECT_EQ(clean_team_name("API tools", "t1").name, "team-api-tools");
  EXPECT_EQ(clean_team_name("x", "t1").name, "team-x");
}

// -- properties -----------------------------------------------------------------------------------

using wanted_names = std::map<std::string, std::string>;  ///< by external id

/// Few different names with few different forms, so that they meet often.
rc::Gen<wanted_names> colliding_names() {
  static const std::vector<std::string> pool = {"a",
                                                "A",
                                                "a-2",
                                                "a-2-2",
                                                "ä",
                                                "b",
                                                "а",
                                                "all",
                                                "日本",
                                                "town-square",
                                                "off-topic",
                                                "u1",
                                                "U1",
                                                "",
                                                "-a",
                                                "a b",
                                                "a-b",
                                                "a.b",
                                                "general",
                                                std::string(64, 'x'),
                                                std::string(63, 'x'),
                                                std::string(70, 'x'),
                                                std::string(62, 'x') + "-2"};
  return rc::gen::container<wanted_names>(
      rc::gen::map(rc::gen::inRange(0, 60), [](int n) { return "U" + std::to_string(n); }),
      rc::gen::elementOf(pool));
}

bool hash_bit(const std::string& id) {
  return std::hash<std::string>{}(id) % 2 == 0;
}

name_request request_for(const std::string& id, const std::string& wanted) {
  return {id, wanted, "u1", wanted == "general" && id < "U3", hash_bit(id)};
}

wanted_names assign_all(name_map& names, name_kind kind, const wanted_names& wanted) {
  wanted_names given;
  for (const auto& [id, name] : wanted) given[id] = names.assign(kind, request_for(id, name)).name;
  return given;
}

RC_GTEST_PROP(naming_properties, names_are_unique_and_valid, ()) {
  const auto wanted = *colliding_names();
  const auto kind = *rc::gen::element(name_kind::user, name_kind::channel, name_kind::emoji);
  name_map names;
  std::set<std::string> seen;
  for (const auto& [id, name] : assign_all(names, kind, wanted)) {
    RC_ASSERT(seen.insert(name).second);
    if (kind == name_kind::user) RC_ASSERT(!check_username(name));
    if (kind == name_kind::channel) RC_ASSERT(!check_channel_name(name));
    if (kind == name_kind::emoji) RC_ASSERT(!check_emoji_name(name));
  }
}

RC_GTEST_PROP(naming_properties, any_text_gives_a_valid_name, (const std::string& text)) {
  name_map names;
  RC_ASSERT(!check_username(names.assign(name_kind::user, {"1", text, text, false, true}).name));
  RC_ASSERT(
      !check_channel_name(names.assign(name_kind::channel, {"1", text, text, false, true}).name));
  RC_ASSERT(!check_emoji_name(names.assign(name_kind::emoji, {"1", text, text, false, true}).name));
  RC_ASSERT(!check_team_name(clean_team_name(text, text).name));
}

RC_GTEST_PROP(naming_properties, an_unchanged_name_reports_no_change, (const std::string& text)) {
  name_map names;
  const auto given = names.assign(name_kind::user, {"1", text, "u1", false, true});
  RC_ASSERT((given.name == text) == given.changes.empty());
}

RC_GTEST_PROP(naming_properties, reserving_part_of_a_full_run_changes_nothing, ()) {
  const auto wanted = *colliding_names();
  const auto kind = *rc::gen::element(name_kind::user, name_kind::channel, name_kind::emoji);
  name_map full;
  const auto expected = assign_all(full, kind, wanted);
  name_map later;
  for (const auto& [id, name] : expected) {
    if (*rc::gen::arbitrary<bool>()) later.reserve(kind, name, id);
  }
  RC_ASSERT(assign_all(later, kind, wanted) == expected);
}

}  // namespace
}  // namespace crossdock::mattermost
