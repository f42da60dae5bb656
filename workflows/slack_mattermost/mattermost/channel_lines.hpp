#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "workflows/slack_mattermost/mattermost/changes.hpp"
#include "workflows/slack_mattermost/mattermost/lines.hpp"
#include "workflows/slack_mattermost/mattermost/workspace.hpp"
#include "workflows/slack_mattermost/text/notes.hpp"

namespace crossdock::mattermost {

/// What a team channel of Slack becomes: topic becomes the header, purpose stays the purpose, an
/// archived channel stays archived. `raw`: the element of its list. `last_message`: when its last
/// message was written, in milliseconds since 1970, 0 when it has none.
channel team_channel_of(std::string_view id, const boost::json::object& raw, const workspace& names,
                        std::int64_t last_message, std::vector<shortened_text>& shortened);
/// The header of any conversation, from its topic.
std::string header_of(const boost::json::object& raw, const workspace& names,
                      std::vector<shortened_text>& shortened);

struct channel_result {
  built_line line;
  std::vector<shortened_text> shortened;  ///< header, purpose, display_name: longer than allowed
};

/// The line of a Slack conversation. Nothing for a direct conversation without members, which the
/// target cannot have.
std::optional<channel_result> conversation_line(std::string_view id, const boost::json::object& raw,
                                                const workspace& names, server_version server,
                                                std::int64_t last_message);

/// The people of a direct conversation as the target wants them: one's own conversation twice.
std::vector<std::string> direct_members(const known_channel& channel);

}  // namespace crossdock::mattermost
