#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "workflows/slack_mattermost/mattermost/lines_server.hpp"

namespace crossdock::mattermost {

/// What becomes of Slack's own messages (joins, leaves, topics, …).
enum class system_messages : std::uint8_t {
  drop,
  typed,  ///< system posts where Mattermost has the type, otherwise text
  text,   ///< ordinary posts of the user
};

/// The options of `target: {plugin: mattermost-bundle}`, resolved.
struct bundle_options {
  std::string team = "slack";     ///< as given; cleaned by the server's rule before use
  std::string team_display_name;  ///< empty: as `team`
  bool create_team = true;        ///< false: the server has the team already
  server_version server = newest_server;
  std::int64_t max_bundle_bytes = 0;
  system_messages system = system_messages::typed;
  /// Addresses for users whose e-mail the export does not tell: <username>@<domain>.
  std::string default_email_domain = "users.invalid";
  std::string bot_owner;  ///< username; empty: the workspace's first owner or administrator
  bool general_is_town_square = true;
  bool mark_read = true;  ///< channels are not unread after the import
};

/// JSON Schema of the options.
std::string_view bundle_options_schema();

/// Throws api::target_error for values that the schema cannot judge (server_version: "7.x").
bundle_options read_bundle_options(const boost::json::object& options);

}  // namespace crossdock::mattermost
