#include <algorithm>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/workflows/text_names_double.hpp"
#include "workflows/slack_mattermost/text/emoji.hpp"
#include "workflows/slack_mattermost/text/emoji_data.hpp"
#include "workflows/slack_mattermost/text/utf8.hpp"

namespace crossdock::test {
namespace {

using slack::clean_custom_emoji_name;
using slack::is_system_emoji;

std::optional<std::string> name_of(std::string_view slack_name, std::string_view unicode = {}) {
  return slack::emoji_name(slack_name, unicode, fixed_options().names);
}

TEST(text_emoji, system_names_number_as_in_mattermost) {
  std::set<std::string> names;
  std::istringstream lines{std::string(slack::emoji_data::embedded("system_emoji.txt"))};
  for (std::string line; std::getline(lines, line);) {
    const std::string name = line.substr(0, line.find(' '));
    names.insert(name);
    if (!line.ends_with(" +")) continue;
    for (const char* tone : {"light", "medium_light", "medium", "medium_dark", "dark"}) {
      names.insert(name + "_" + tone + "_skin_tone");
    }
  }
  EXPECT_EQ(names.size(), 4463U);
  EXPECT_TRUE(std::all_of(names.begin(), names.end(), is_system_emoji));
}

TEST(text_emoji, only_whole_names_are_system_names) {
  EXPECT_TRUE(is_system_emoji("thinking"));
  EXPECT_TRUE(is_system_emoji("+1_medium_dark_skin_tone"));
  EXPECT_FALSE(is_system_emoji("+1_purple_skin_tone"));
  EXPECT_FALSE(is_system_emoji("heart_dark_skin_tone"));
  EXPECT_FALSE(is_system_emoji("thinkin"));
  EXPECT_FALSE(is_system_emoji(""));
}

TEST(text_emoji, every_alias_target_is_a_system_name) {
  int aliases = 0;
  std::istringstream lines{std::string(slack::emoji_data::embedded("slack_emoji.txt"))};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.find(' ');
    const std::string name = line.substr(0, space);
    EXPECT_FALSE(is_system_emoji(name)) << name;
    if (line[space + 1] == '=') {
      ++aliases;
      EXPECT_TRUE(is_system_emoji(line.substr(space + 2))) << name;
      EXPECT_EQ(name_of(name), line.substr(space + 2));
    } else {
      EXPECT_EQ(name_of(name), std::nullopt) << name;
      EXPECT_NE(slack::emoji_characters(name, {}), std::nullopt) << name;
    }
  }
  EXPECT_EQ(aliases, 8);
}

TEST(text_emoji, reactions_keep_their_skin_tone) {
  EXPECT_EQ(name_of("+1::skin-tone-2"), "+1_light_skin_tone");
  EXPECT_EQ(name_of("+1::skin-tone-3"), "+1_medium_light_skin_tone");
  EXPECT_EQ(name_of("clap::skin-tone-4"), "clap_medium_skin_tone");
  EXPECT_EQ(name_of("thumbsup::skin-tone-5"), "thumbsup_medium_dark_skin_tone");
  EXPECT_EQ(name_of("man-shrugging::skin-tone-6"), "man-shrugging_dark_skin_tone");
}

TEST(text_emoji, a_tone_the_target_lacks_is_dropped) {
  EXPECT_EQ(name_of("heart::skin-tone-2"), "heart");
  EXPECT_EQ(name_of("+1::skin-tone-9"), "+1");
  EXPECT_EQ(name_of("+1::skin-tone-"), "+1");
}

TEST(text_emoji, code_points_name_what_the_name_does_not) {
  EXPECT_EQ(name_of("renamed", "1f44d"), "+1");
  EXPECT_EQ(name_of("renamed", "1F44D-1F3FF"), "+1_dark_skin_tone");
  EXPECT_EQ(name_of("renamed", "2764"), "heart");
  EXPECT_EQ(name_of("renamed", "zz"), std::nullopt);
}

TEST(text_emoji, custom_emoji_go_by_their_target_name) {
  EXPECT_EQ(name_of("party_parrot"), "party_parrot");
  EXPECT_EQ(name_of("котик"), clean_custom_emoji_name("котик"));
  EXPECT_EQ(name_of("never_seen"), std::nullopt);
}

TEST(text_emoji, an_alias_of_a_built_in_emoji_goes_by_that_name) {
  EXPECT_EQ(name_of("yes"), "thumbsup");
  EXPECT_EQ(name_of("yes::skin-tone-3"), "thumbsup_medium_light_skin_tone");
  EXPECT_EQ(name_of("gone"), std::nullopt);
  EXPECT_EQ(name_of("yes", "1f680"), "rocket");  // the element's own code points count
}

TEST(text_emoji, characters_only_of_valid_code_points) {
  EXPECT_EQ(slack::emoji_characters("x", "1fae0"), "🫠");
  EXPECT_EQ(slack::emoji_characters("x", "2764-fe0f-200d-1f525"), "❤️‍🔥");
  EXPECT_EQ(slack::emoji_characters("x", "d800"), std::nullopt);
  EXPECT_EQ(slack::emoji_characters("x", "110000"), std::nullopt);
  EXPECT_EQ(slack::emoji_characters("x", "0a"), std::nullopt);
  EXPECT_EQ(slack::emoji_characters("unknown", ""), std::nullopt);
}

TEST(text_emoji_name, valid_names_stay) {
  for (const char* name : {"party_parrot", "z", "+1-custom", "x-Y_9"}) {
    EXPECT_EQ(clean_custom_emoji_name(name), name);
  }
}

TEST(text_emoji_name, others_become_readable) {
  EXPECT_EQ(clean_custom_emoji_name("котик").substr(0, 6), "kotik-");
  EXPECT_EQ(clean_custom_emoji_name("grüße").substr(0, 8), "gruesse-");
  EXPECT_EQ(clean_custom_emoji_name("猫").substr(0, 6), "u732b-");
  EXPECT_EQ(clean_custom_emoji_name("").substr(0, 6), "emoji-");
  EXPECT_EQ(clean_custom_emoji_name("metal").substr(0, 6), "metal-");
}

TEST(text_emoji_name, names_that_look_alike_stay_different) {
  const std::set<std::string> names{clean_custom_emoji_name("котик"),
                                    clean_custom_emoji_name("kotik"),
                                    clean_custom_emoji_name("Котик"),
                                    clean_custom_emoji_name("ко тик"),
                                    clean_custom_emoji_name(std::string(70, 'a')),
                                    clean_custom_emoji_name(std::string(71, 'a'))};
  EXPECT_EQ(names.size(), 6U);
}

TEST(text_emoji_name, is_always_accepted_by_mattermost_and_idempotent) {
  const bool held = rc::check([](const std::string& any) {
    const std::string name = clean_custom_emoji_name(any);
    RC_ASSERT(!name.empty() && name.size() <= 64U);
    RC_ASSERT(
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "+_-") == std::string::npos);
    RC_ASSERT(!is_system_emoji(name));
    RC_ASSERT(clean_custom_emoji_name(name) == name);
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace crossdock::test
