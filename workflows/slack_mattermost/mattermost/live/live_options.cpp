#include "workflows/slack_mattermost/mattermost/live/live_options.hpp"

#include "workflows/slack_mattermost/mattermost/raw_json.hpp"

namespace crossdock::mattermost {

namespace json = boost::json;

std::string_view live_options_schema() {
  return R"json({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "additionalProperties": false,
  "required": ["url", "token"],
  "properties": {
    "url": {
      "type": "string", "pattern": "^https?://[^/?#]+",
      "description": "Where the server is, such as https://chat.example.org."
    },
    "token": {
      "type": "string", "minLength": 1, "secret": true,
      "description": "Access token of a system administrator; from the environment or a file."
    },
    "team": {
      "type": "string", "minLength": 1,
      "description": "Name of the Mattermost team that everything goes into."
    },
    "team_display_name": {"type": "string"},
    "create_team": {
      "type": "boolean",
      "description": "False: the team must be there already."
    },
    "ca_file": {
      "type": "string",
      "description": "Certificates (PEM) to trust in place of the system's."
    },
    "timeout": {
      "type": "integer", "minimum": 1000, "format": "duration",
      "description": "How long a request may go without a byte from the server."
    },
    "max_connections": {
      "type": "integer", "minimum": 1, "maximum": 256,
      "description": "Requests at one time, of all jobs of this process."
    },
    "max_keepalive": {
      "type": "integer", "minimum": 0,
      "description": "Without effect: as many connections are kept as are used."
    },
    "requests_per_second": {
      "type": "number", "minimum": 0,
      "description": "0: as fast as the server takes them."
    },
    "default_email_domain": {
      "type": "string", "pattern": "^[A-Za-z0-9-]{1,63}([.][A-Za-z0-9-]{1,63})*$", "maxLength": 60,
      "description": "Domain of the addresses made up for users without an e-mail."
    },
    "system_messages": {"enum": ["drop", "text"]},
    "general_is_town_square": {"type": "boolean"}
  }
})json";
}

live_options read_live_options(const json::object& options) {
  live_options result;
  result.http.base = raw::text(options, "url");
  while (result.http.base.ends_with('/')) result.http.base.pop_back();
  result.http.token = raw::text(options, "token");
  result.http.ca_file = raw::text(options, "ca_file");
  if (const auto timeout = raw::integer(options, "timeout")) {
    result.http.timeout =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::milliseconds(*timeout));
  }
  if (const auto count = raw::integer(options, "max_connections")) {
    result.max_connections = static_cast<int>(*count);
  }
  if (const auto* rate = options.if_contains("requests_per_second"); rate && rate->is_number()) {
    result.requests_per_second = rate->to_number<double>();
  }
  // Of the bundle's options those that both have are read in one place.
  auto shared = options;
  for (const char* own : {"url", "token", "ca_file", "timeout", "max_connections", "max_keepalive",
                          "requests_per_second"}) {
    shared.erase(own);
  }
  result.rendering = read_bundle_options(shared);
  if (raw::text(options, "system_messages") != "drop") {
    result.rendering.system = system_messages::text;
  }
  return result;
}

}  // namespace crossdock::mattermost
