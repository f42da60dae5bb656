#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace crossdock::mattermost {

/// A post type of Mattermost's own with the props its clients expect.
struct system_post {
  std::string type;
  boost::json::object props;
};

/// True for Slack's messages about the conversation itself rather than in it: joins, leaves,
/// topics, archiving, pins, bots added, …
bool is_system_subtype(std::string_view subtype);

/// The system post for a Slack system message (raw), by the user of that name; nothing where the
/// target has no such type. Both channel_* and the older group_* subtypes are known.
std::optional<system_post> system_post_for(const boost::json::object& message,
                                           std::string_view username);

}  // namespace crossdock::mattermost
