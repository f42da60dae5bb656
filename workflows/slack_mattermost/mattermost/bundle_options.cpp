#include "workflows/slack_mattermost/mattermost/bundle_options.hpp"

#include <charconv>

#include "workflows/api/exporter.hpp"
#include "workflows/slack_mattermost/mattermost/assembler.hpp"

namespace crossdock::mattermost {

namespace json = boost::json;

namespace {

void read(const json::object& options, std::string_view key, std::string& into) {
  const auto* value = options.if_contains(key);
  if (value && value->is_string()) into = value->get_string().c_str();
}

void read(const json::object& options, std::string_view key, bool& into) {
  const auto* value = options.if_contains(key);
  if (value && value->is_bool()) into = value->get_bool();
}

server_version parse_version(std::string_view text) {
  server_version version;
  const char* end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, version.major);
  bool valid = major.ec == std::errc() && major.ptr != text.data();
  if (valid && major.ptr != end) {
    valid =
        *major.ptr == '.' && std::from_chars(major.ptr + 1, end, version.minor).ec == std::errc();
  }
  if (!valid) {
    throw api::target_error("target.server_version: \"" + std::string(text) +
                            "\" is not a version such as 10.5");
  }
  return version;
}

system_messages parse_system(std::string_view text) {
  if (text == "drop") return system_messages::drop;
  if (text == "text") return system_messages::text;
  return system_messages::typed;  // the schema allows no other word
}

}  // namespace

std::string_view bundle_options_schema() {
  return R"json({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "team": {
      "type": "string", "minLength": 1,
      "description": "Name of the Mattermost team that everything goes into."
    },
    "team_display_name": {"type": "string"},
    "create_team": {
      "type": "boolean",
      "description": "False when the server has the team already."
    },
    "server_version": {
      "type": "string", "pattern": "^[0-9]{1,4}([.][0-9]{1,4})*$",
      "description": "Version of the server that will import, such as 10.5; default the newest."
    },
    "max_bundle_bytes": {
      "type": "integer", "minimum": 65536, "format": "size",
      "description": "Largest import zip; the server's FileSettings.MaxFileSize."
    },
    "system_messages": {"enum": ["drop", "typed", "text"]},
    "default_email_domain": {
      "type": "string", "pattern": "^[A-Za-z0-9-]{1,63}([.][A-Za-z0-9-]{1,63})*$", "maxLength": 60,
      "description": "Domain of the addresses made up for users without an e-mail."
    },
    "bot_owner": {"type": "string", "description": "Username that owns the bots."},
    "general_is_town_square": {"type": "boolean"},
    "mark_read": {"type": "boolean"}
  }
})json";
}

bundle_options read_bundle_options(const json::object& options) {
  bundle_options result;
  result.max_bundle_bytes = default_max_bundle_bytes;
  read(options, "team", result.team);
  read(options, "team_display_name", result.team_display_name);
  read(options, "create_team", result.create_team);
  read(options, "default_email_domain", result.default_email_domain);
  read(options, "bot_owner", result.bot_owner);
  read(options, "general_is_town_square", result.general_is_town_square);
  read(options, "mark_read", result.mark_read);
  if (const auto* bytes = options.if_contains("max_bundle_bytes")) {
    result.max_bundle_bytes = bytes->to_number<std::int64_t>();
  }
  std::string text;
  read(options, "server_version", text);
  if (!text.empty()) result.server = parse_version(text);
  text.clear();
  read(options, "system_messages", text);
  result.system = parse_system(text);
  return result;
}

}  // namespace crossdock::mattermost
