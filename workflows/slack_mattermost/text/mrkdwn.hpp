#pragma once

#include <string>
#include <string_view>

#include "workflows/slack_mattermost/text/inline.hpp"
#include "workflows/slack_mattermost/text/notes.hpp"

namespace crossdock::slack {

/// Converts Slack's mrkdwn (the `text` of messages, mrkdwn objects of blocks and attachments).
/// Code spans and blocks keep their characters, entities decoded; nothing else is rewritten there.
/// Accepts any bytes; returns valid UTF-8. Linear in the input's size.
std::string mrkdwn_to_markdown(std::string_view text, const text_options& options,
                               conversion_notes& notes);

/// The same tokens as text without Markdown: mentions by name, links by label, entities decoded.
/// For fields that Mattermost shows as they are (titles, author names).
std::string mrkdwn_to_plain(std::string_view text, const text_options& options,
                            conversion_notes& notes);

/// One paragraph's atoms, for callers that add a style; fences and quotes are not looked for.
inline_atoms mrkdwn_atoms(std::string_view text, const conversion& use);

/// `&amp; &lt; &gt;` are the only entities Slack writes.
std::string decode_entities(std::string_view text);

}  // namespace crossdock::slack
