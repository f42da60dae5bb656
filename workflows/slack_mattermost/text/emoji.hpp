#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "workflows/slack_mattermost/text/names.hpp"

/// Emoji names. Mattermost's own names are in system_emoji.txt (one per line: name, code points,
/// '+' when the five skin tone names `<name>_<tone>_skin_tone` exist too; the first name of equal
/// code points is the preferred one). slack_emoji.txt lists the standard Slack names that
/// Mattermost lacks: `name =alias` or `name code-points`.
namespace crossdock::slack {

/// True for a name that is built into Mattermost, skin tones included.
bool is_system_emoji(std::string_view name);

/// The target's name for a Slack emoji. `slack_name` may carry a tone ("+1::skin-tone-3");
/// `unicode` is the element's attribute of that name ("1f44d" or "1f44d-1f3fc"), empty if unknown.
/// A tone the target does not have for this emoji is dropped, an alias of a built-in emoji becomes
/// that one. Nothing when the target knows no such emoji: neither built in nor custom.
std::optional<std::string> emoji_name(std::string_view slack_name, std::string_view unicode,
                                      const name_resolver& names);

/// The characters of a standard emoji, for text where the target has no name for it.
std::optional<std::string> emoji_characters(std::string_view slack_name, std::string_view unicode);

/// A name Mattermost accepts for a custom emoji (1–64 bytes of [a-zA-Z0-9+_-], not built in).
/// Valid names stay. Others are transliterated and get a hash of the original, so that two
/// different names stay different: "котик" → "kotik-" + 6 hex digits. Idempotent.
std::string clean_custom_emoji_name(std::string_view slack_name);

}  // namespace crossdock::slack
