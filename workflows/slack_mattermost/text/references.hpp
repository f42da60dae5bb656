#pragma once

#include <cstdint>
#include <string_view>

#include "workflows/slack_mattermost/text/inline.hpp"
#include "workflows/slack_mattermost/text/notes.hpp"

/// Inline atoms for what Slack text refers to, shared by mrkdwn and rich_text. `label` is the name
/// Slack shows when the id is not known in the target; it may be empty. What the target does not
/// have becomes plain text and a note.
namespace crossdock::slack {

inline_atom user_reference(std::string_view id, std::string_view label, const conversion& use);
inline_atom channel_reference(std::string_view id, std::string_view label, const conversion& use);
inline_atom usergroup_reference(std::string_view id, std::string_view label, const conversion& use);
/// "here", "channel" or "everyone"; other ranges become their label or "@range".
inline_atom broadcast(std::string_view range, std::string_view label, const conversion& use);
/// `tone` as in Slack: 2..6, 0 for none or one that the name carries.
inline_atom emoji_reference(std::string_view name, std::string_view unicode, int tone,
                            const conversion& use);
/// An empty label means the url itself. Both unescaped.
inline_atom link(std::string_view url, std::string_view label, const conversion& use);
inline_atom date(std::int64_t seconds, std::string_view format, std::string_view url,
                 std::string_view fallback, const conversion& use);

}  // namespace crossdock::slack
