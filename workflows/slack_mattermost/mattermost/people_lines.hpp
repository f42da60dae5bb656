#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <boost/json/object.hpp>

#include "workflows/slack_mattermost/mattermost/changes.hpp"
#include "workflows/slack_mattermost/mattermost/lines.hpp"
#include "workflows/slack_mattermost/mattermost/workspace.hpp"

namespace crossdock::mattermost {

/// What the lines of people need to know beside the workspace.
struct people_context {
  const workspace& names;
  server_version server;
  /// Read state by channel id; empty: everything is unread after the import.
  std::unordered_map<std::string, read_state> read;
};

/// The name that people see of a Slack user.
std::string shown_name(const boost::json::object& raw);

/// What a Slack user becomes, in the target's words and within its limits; `shortened` is added to.
/// Guests stay guests, workspace owners and administrators administer the team, deleted users are
/// deactivated. `raw`: the element of users.json. `picture`: the avatar's blob.
user user_of(std::string_view id, const boost::json::object& raw,
             const std::optional<api::blob>& picture, const people_context& context,
             std::vector<shortened_text>& shortened);
bot bot_of(std::string_view id, const boost::json::object& raw,
           const std::optional<api::blob>& picture, const people_context& context,
           std::vector<shortened_text>& shortened);

struct person_result {
  built_line line;
  std::vector<shortened_text> shortened;  ///< names, position, description: longer than allowed
};

/// The line of a Slack user: a bot's where the server knows these, otherwise a user's.
person_result person_line(std::string_view id, const boost::json::object& raw,
                          const std::optional<api::blob>& picture, const people_context& context);

}  // namespace crossdock::mattermost
