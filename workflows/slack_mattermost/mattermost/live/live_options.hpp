#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "workflows/slack_mattermost/mattermost/bundle_options.hpp"
#include "workflows/slack_mattermost/mattermost/live/http_client.hpp"

namespace crossdock::mattermost {

/// The options of `target: {plugin: mattermost}`, resolved.
struct live_options {
  http_options http;
  /// What rendering needs: team, names, addresses. System messages are text: only an import file
  /// may hold posts of the server's own types.
  bundle_options rendering;
  int max_connections = 16;        ///< requests at one time, of all jobs of this process
  double requests_per_second = 0;  ///< 0: as fast as the server takes them
  int lane_width = 16;             ///< posts of one conversation on their way at one time
};

/// JSON Schema of the options.
std::string_view live_options_schema();

/// Throws api::target_error for values that the schema cannot judge.
live_options read_live_options(const boost::json::object& options);

}  // namespace crossdock::mattermost
