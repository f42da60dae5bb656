#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "workflows/slack_mattermost/mattermost/rules_text.hpp"

/// The Mattermost server's own rules for what it stores (server 11.x; older ones are no stricter
/// where these differ, except as noted). A bulk import stops at the first value that breaks one of
/// them, so every value is checked here before it is written. All functions are pure.
namespace crossdock::mattermost {

namespace limits {
inline constexpr std::size_t username_bytes = 64;
inline constexpr std::size_t email_bytes = 128;
inline constexpr std::size_t person_name_runes = 64;  ///< nickname, first name, last name
inline constexpr std::size_t position_runes = 128;
inline constexpr std::size_t bot_display_name_runes = 64;
inline constexpr std::size_t bot_description_runes = 1024;
inline constexpr std::size_t team_name_bytes = 64;
inline constexpr std::size_t team_display_name_runes = 64;
inline constexpr std::size_t team_description_runes = 255;
inline constexpr std::size_t channel_name_bytes = 64;
inline constexpr std::size_t channel_display_name_runes = 64;
inline constexpr std::size_t channel_header_runes = 1024;
inline constexpr std::size_t channel_purpose_runes = 250;
inline constexpr std::size_t emoji_name_bytes = 64;
inline constexpr std::int64_t emoji_image_bytes = 512 * 1024;
inline constexpr std::size_t message_runes = 16383;
inline constexpr std::size_t props_runes = 800000;
inline constexpr std::size_t attachments_per_post = 10;
inline constexpr std::size_t line_bytes = 16 * 1024 * 1024;  ///< with the newline
inline constexpr std::size_t direct_members_min =
    2;  ///< a conversation with oneself lists one user twice
inline constexpr std::size_t direct_members_max = 8;
}  // namespace limits

/// A rule that a value breaks.
struct violation {
  std::string_view id;  ///< the server's error id
  std::string detail;   ///< a sentence: what is wrong with the value
};

/// Empty when the value is valid.
using verdict = std::optional<violation>;

// -- people ---------------------------------------------------------------------------------------

/// 1..64 bytes of `[a-z0-9.-_]`, none of all, channel, matterbot, system.
/// `model.user.is_valid.username.app_error`. Also the rule for a bot's name.
verdict check_username(std::string_view name);

/// Lower-case local@domain, at most 128 bytes. `model.user.is_valid.email.app_error`. Stricter than
/// the server: no quoted local parts, comments or non-ASCII characters.
verdict check_email(std::string_view email);

/// Without surrounding blanks, ASCII letters in lower case.
std::string clean_email(std::string_view email);

/// ≤ 64 runes. `model.user.is_valid.nickname.app_error`
verdict check_nickname(std::string_view name);
/// ≤ 64 runes. `model.user.is_valid.first_name.app_error`
verdict check_first_name(std::string_view name);
/// ≤ 64 runes. `model.user.is_valid.last_name.app_error`
verdict check_last_name(std::string_view name);
/// ≤ 128 runes. `model.user.is_valid.position.app_error`
verdict check_position(std::string_view position);
/// ≤ 64 runes. `model.bot.is_valid.user_id.app_error` (the server has no id of its own for it)
verdict check_bot_display_name(std::string_view name);
/// ≤ 1024 runes. `model.bot.is_valid.description.app_error`
verdict check_bot_description(std::string_view text);

// -- teams and channels ---------------------------------------------------------------------------

/// 2..64 bytes, `^[a-z0-9]+([a-z\-0-9]+|(__)?)[a-z0-9]+$`:
/// `model.team.is_valid.characters.app_error`; not beginning with a reserved word (admin, api, …):
/// `model.team.is_valid.reserved.app_error`.
verdict check_team_name(std::string_view name);
/// 1..64 runes. `model.team.is_valid.name.app_error`
verdict check_team_display_name(std::string_view name);
/// ≤ 255 runes. `model.team.is_valid.description.app_error`
verdict check_team_description(std::string_view text);

/// 1..64 bytes of `[a-z0-9_-]`, beginning with a letter or digit:
/// `model.channel.is_valid.1_or_more.app_error`; not like the name of a group message (40 hex
/// digits) or a direct message (`<26>__<26>`): `model.channel.is_valid.name.app_error`.
verdict check_channel_name(std::string_view name);
/// ≤ 64 runes; empty is allowed in an import (the name is shown then).
/// `model.channel.is_valid.display_name.app_error`
verdict check_channel_display_name(std::string_view name);
/// ≤ 1024 runes. `model.channel.is_valid.header.app_error`
verdict check_channel_header(std::string_view text);
/// ≤ 250 runes. `model.channel.is_valid.purpose.app_error`
verdict check_channel_purpose(std::string_view text);
/// 2..8 users, `app.import.validate_direct_channel_import_data.members_too_few.error` /
/// `_too_many`.
verdict check_direct_members(std::size_t count);

// -- emoji, posts, files --------------------------------------------------------------------------

/// 1..64 bytes of `[a-zA-Z0-9+_-]`. `model.emoji.name.app_error`. Whether the name belongs to a
/// system emoji (`model.emoji.system_emoji_name.app_error`; the importer skips such a line) is
/// asked of the emoji table, see name_map.
verdict check_emoji_name(std::string_view name);
/// ≤ 512 KiB. `api.emoji.create.too_large.app_error`
verdict check_emoji_image_size(std::int64_t bytes);
/// The emoji rule. `model.reaction.is_valid.emoji_name.app_error`
verdict check_reaction_name(std::string_view name);

/// ≤ 16,383 runes of valid UTF-8 without NUL. `model.post.is_valid.message_length.app_error`
/// (servers before 11: `model.post.is_valid.msg.app_error`); NUL: `app.post.save.app_error`.
verdict check_message(std::string_view message);
/// Serialised props ≤ 800,000 runes. `model.post.is_valid.props.app_error`
verdict check_props(std::string_view json);
/// "", me, slack_attachment, reminder, custom_*, and the system types an import may carry.
/// `model.post.is_valid.type.app_error`
verdict check_post_type(std::string_view type);
/// ≤ 10. `model.post.is_valid.file_ids.app_error`
verdict check_attachment_count(std::size_t count);

/// A line of the JSONL file, without its newline: with it less than the importer's buffer of 16
/// MiB. Go's scanner ends the import with `bufio.Scanner: token too long`; there is no error id of
/// the server, so the id is our own `import.line_too_long`.
verdict check_line_size(std::size_t bytes);

/// A path below `data/`: relative, '/' between components, none of them empty, "." or "..", no
/// backslash, no control characters, valid UTF-8. The server joins and cleans it and looks the
/// result up among the zip's names; our id is `import.invalid_path`.
verdict check_bundle_path(std::string_view path);

}  // namespace crossdock::mattermost
