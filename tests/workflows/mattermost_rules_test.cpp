#include <string>

#include <gtest/gtest.h>

#include "workflows/slack_mattermost/mattermost/rules.hpp"

namespace crossdock::mattermost {
namespace {

std::string repeat(std::string_view piece, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

std::string id_of(const verdict& result) {
  return result ? std::string(result->id) : "valid";
}

TEST(rules_text, counts_runes_like_the_server) {
  EXPECT_EQ(rune_count(""), 0u);
  EXPECT_EQ(rune_count("aä€😀"), 4u);
  EXPECT_EQ(rune_count("\xff\xfe"), 2u) << "each bad byte is one rune";
  EXPECT_EQ(rune_count("\xe2\x82"), 2u) << "a cut sequence";
  EXPECT_EQ(rune_count("\xed\xa0\x80"), 3u) << "a surrogate";
}

TEST(rules_text, knows_valid_utf8) {
  EXPECT_TRUE(valid_utf8("plain, ä, €, 😀, \xf4\x8f\xbf\xbf"));
  EXPECT_FALSE(valid_utf8("\xc0\x80")) << "overlong";
  EXPECT_FALSE(valid_utf8("\xe0\x80\x80")) << "overlong";
  EXPECT_FALSE(valid_utf8("\xed\xb0\x80")) << "surrogate";
  EXPECT_FALSE(valid_utf8("\xf4\x90\x80\x80")) << "above U+10FFFF";
  EXPECT_FALSE(valid_utf8("ab\xc3")) << "cut";
}

TEST(rules_text, truncates_without_cutting_a_rune) {
  EXPECT_EQ(truncate_runes("ä€😀x", 3), "ä€😀");
  EXPECT_EQ(truncate_runes("ä", 5), "ä");
  EXPECT_EQ(truncate_bytes("ä€x", 4), "ä");
  EXPECT_EQ(truncate_bytes("ä€x", 5), "ä€");
  EXPECT_EQ(truncate_bytes("€", 0), "");
}

TEST(rules_text, cleans_what_the_server_cannot_store) {
  EXPECT_EQ(clean_text("fine ä"), "fine ä");
  EXPECT_EQ(clean_text(std::string_view("a\0b", 3)), "ab");
  EXPECT_EQ(clean_text("a\xff"), "a\xef\xbf\xbd");
}

TEST(rules_text, cleans_file_names) {
  EXPECT_EQ(clean_file_name("Präsentation プレゼン.pdf"), "Präsentation プレゼン.pdf");
  EXPECT_EQ(clean_file_name("../../etc/passwd"), ".._.._etc_passwd");
  EXPECT_EQ(clean_file_name("a\\b\n\x01.txt"), "a_b.txt");
  EXPECT_EQ(clean_file_name("invoice\xe2\x80\xaegpj.exe"), "invoicegpj.exe")
      << "direction override";
  EXPECT_EQ(clean_file_name(""), "file");
  EXPECT_EQ(clean_file_name(".."), "file..");
  EXPECT_EQ(clean_file_name("  x "), "x");
  const auto longest = clean_file_name(repeat("ü", 300) + ".jpeg");
  EXPECT_LE(longest.size(), 200u);
  EXPECT_EQ(longest.substr(longest.size() - 5), ".jpeg");
  EXPECT_TRUE(valid_utf8(longest));
}

TEST(rules, usernames) {
  const std::string id = "model.user.is_valid.username.app_error";
  for (const auto* name : {"a", "bob", "a.b-c_d9", ".", "here"}) {
    EXPECT_EQ(id_of(check_username(name)), "valid") << name;
  }
  for (const auto* name : {"", "Bob", "a b", "ä", "a@b", "all", "channel", "matterbot", "system"}) {
    EXPECT_EQ(id_of(check_username(name)), id) << name;
  }
  EXPECT_FALSE(check_username(std::string(63, 'a')));
  EXPECT_FALSE(check_username(std::string(64, 'a')));
  EXPECT_EQ(id_of(check_username(std::string(65, 'a'))), id);
}

TEST(rules, emails) {
  const std::string id = "model.user.is_valid.email.app_error";
  for (const auto* email : {"a@b", "first.last+tag@sub.example.com", "o'neil@example.com"}) {
    EXPECT_EQ(id_of(check_email(email)), "valid") << email;
  }
  for (const auto* email : {"", "a", "@b", "a@", "A@b", "a@@b", "a@b@c", "a..b@c", ".a@b", "a.@b",
                            "a b@c", "a@b.", "a@.b", "ä@b", "Name <a@b>"}) {
    EXPECT_EQ(id_of(check_email(email)), id) << email;
  }
  EXPECT_FALSE(check_email(std::string(126, 'a') + "@b"));
  EXPECT_EQ(id_of(check_email(std::string(127, 'a') + "@b")), id);
  EXPECT_EQ(clean_email(" Ann.B@Example.COM\n"), "ann.b@example.com");
  EXPECT_EQ(clean_email(" \t"), "");
}

struct rune_limit {
  verdict (*check)(std::string_view);
  std::size_t most;
  const char* id;
};

class rune_limits : public testing::TestWithParam<rune_limit> {};

TEST_P(rune_limits, are_counted_in_runes_not_bytes) {
  const auto& [check, most, id] = GetParam();
  for (const auto* piece : {"x", "ä", "😀"}) {
    EXPECT_EQ(id_of(check(repeat(piece, most - 1))), "valid");
    EXPECT_EQ(id_of(check(repeat(piece, most))), "valid");
    EXPECT_EQ(id_of(check(repeat(piece, most + 1))), id);
  }
}

INSTANTIATE_TEST_SUITE_P(
    rules, rune_limits,
    testing::Values(
        rune_limit{check_nickname, 64, "model.user.is_valid.nickname.app_error"},
        rune_limit{check_first_name, 64, "model.user.is_valid.first_name.app_error"},
        rune_limit{check_last_name, 64, "model.user.is_valid.last_name.app_error"},
        rune_limit{check_position, 128, "model.user.is_valid.position.app_error"},
        rune_limit{check_bot_display_name, 64, "model.bot.is_valid.user_id.app_error"},
        rune_limit{check_bot_description, 1024, "model.bot.is_valid.description.app_error"},
        rune_limit{check_team_display_name, 64, "model.team.is_valid.name.app_error"},
        rune_limit{check_team_description, 255, "model.team.is_valid.description.app_error"},
        rune_limit{check_channel_display_name, 64, "model.channel.is_valid.display_name.app_error"},
        rune_limit{check_channel_header, 1024, "model.channel.is_valid.header.app_error"},
        rune_limit{check_channel_purpose, 250, "model.channel.is_valid.purpose.app_error"},
        rune_limit{check_message, 16383, "model.post.is_valid.message_length.app_error"},
        rune_limit{check_props, 800000, "model.post.is_valid.props.app_error"}));

TEST(rules, team_names) {
  const std::string characters = "model.team.is_valid.characters.app_error";
  for (const auto* name : {"ab", "acme", "a-b", "a1", "ab__cd", "9to5"}) {
    EXPECT_EQ(id_of(check_team_name(name)), "valid") << name;
  }
  for (const auto* name :
       {"", "a", "Acme", "-ab", "ab-", "a_b", "a__b__c", "a__", "a b", "a-b__c"}) {
    EXPECT_EQ(id_of(check_team_name(name)), characters) << name;
  }
  for (const auto* name : {"admin", "api-team", "playbooks", "posters"}) {
    EXPECT_EQ(id_of(check_team_name(name)), "model.team.is_valid.reserved.app_error") << name;
  }
  EXPECT_EQ(id_of(check_team_display_name("")), "model.team.is_valid.name.app_error");
  EXPECT_FALSE(check_team_name(std::string(64, 'a')));
  EXPECT_TRUE(check_team_name(std::string(65, 'a')));
}

TEST(rules, channel_names) {
  const std::string pattern = "model.channel.is_valid.1_or_more.app_error";
  const std::string taken_form = "model.channel.is_valid.name.app_error";
  for (const auto* name : {"x", "general", "a-b_c", "a-", "a_", "1"}) {
    EXPECT_EQ(id_of(check_channel_name(name)), "valid") << name;
  }
  for (const auto* name : {"", "-a", "_a", "General", "a.b", "a b", "ä"}) {
    EXPECT_EQ(id_of(check_channel_name(name)), pattern) << name;
  }
  EXPECT_EQ(id_of(check_channel_name(std::string(64, 'a'))), "valid");
  EXPECT_EQ(id_of(check_channel_name(std::string(65, 'a'))), pattern);
  EXPECT_EQ(id_of(check_channel_name(std::string(40, 'f'))), taken_form);
  EXPECT_EQ(id_of(check_channel_name(std::string(40, 'g'))), "valid");
  EXPECT_EQ(id_of(check_channel_name(std::string(39, 'f'))), "valid");
  const std::string half(26, 'z');
  EXPECT_EQ(id_of(check_channel_name(half + "__" + half)), taken_form);
  EXPECT_EQ(id_of(check_channel_name(half + "__" + half + "z")), "valid");
}

TEST(rules, direct_members) {
  EXPECT_EQ(id_of(check_direct_members(1)),
            "app.import.validate_direct_channel_import_data.members_too_few.error");
  EXPECT_EQ(id_of(check_direct_members(2)), "valid");
  EXPECT_EQ(id_of(check_direct_members(8)), "valid");
  EXPECT_EQ(id_of(check_direct_members(9)),
            "app.import.validate_direct_channel_import_data.members_too_many.error");
}

TEST(rules, emoji) {
  for (const auto* name : {"parrot", "+1", "a_b-c", "UPPER"}) {
    EXPECT_EQ(id_of(check_emoji_name(name)), "valid") << name;
    EXPECT_EQ(id_of(check_reaction_name(name)), "valid") << name;
  }
  for (const auto* name : {"", ":x:", "+1::skin-tone-4", "ä", "a b"}) {
    EXPECT_EQ(id_of(check_emoji_name(name)), "model.emoji.name.app_error") << name;
    EXPECT_EQ(id_of(check_reaction_name(name)), "model.reaction.is_valid.emoji_name.app_error");
  }
  EXPECT_FALSE(check_emoji_name(std::string(64, 'a')));
  EXPECT_TRUE(check_emoji_name(std::string(65, 'a')));
  EXPECT_FALSE(check_emoji_image_size(512 * 1024));
  EXPECT_EQ(id_of(check_emoji_image_size(512 * 1024 + 1)), "api.emoji.create.too_large.app_error");
}

TEST(rules, posts) {
  EXPECT_EQ(id_of(check_message(std::string_view("a\0b", 3))), "app.post.save.app_error");
  EXPECT_EQ(id_of(check_message("\xff")), "model.post.is_valid.message_length.app_error");
  for (const auto* type :
       {"", "me", "system_join_channel", "system_header_change", "custom_calls"}) {
    EXPECT_EQ(id_of(check_post_type(type)), "valid") << type;
  }
  for (const auto* type : {"bot_message", "system_", "ME"}) {
    EXPECT_EQ(id_of(check_post_type(type)), "model.post.is_valid.type.app_error") << type;
  }
  EXPECT_FALSE(check_attachment_count(10));
  EXPECT_EQ(id_of(check_attachment_count(11)), "model.post.is_valid.file_ids.app_error");
  EXPECT_FALSE(check_line_size(16 * 1024 * 1024 - 2));
  EXPECT_EQ(id_of(check_line_size(16 * 1024 * 1024 - 1)), "import.line_too_long");
}

TEST(rules, bundle_paths) {
  for (const auto* path : {"a.png", "files/F1/Präsentation.pdf", "files/F1/..a", "x/.hidden"}) {
    EXPECT_EQ(id_of(check_bundle_path(path)), "valid") << path;
  }
  for (const auto* path :
       {"", "/a", "a/", "a//b", "../a", "a/../b", ".", "a/./b", "a\\b", "a\nb", "\xff"}) {
    EXPECT_EQ(id_of(check_bundle_path(path)), "import.invalid_path") << path;
  }
  EXPECT_TRUE(check_bundle_path(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace crossdock::mattermost
