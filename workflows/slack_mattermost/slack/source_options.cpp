#include "workflows/slack_mattermost/slack/source_options.hpp"

namespace crossdock::slack {

namespace json = boost::json;

namespace {

template <class Unsigned>
void read(const json::object& options, std::string_view key, Unsigned& into) {
  if (const auto* value = options.if_contains(key)) into = value->to_number<Unsigned>();
}

}  // namespace

std::string_view source_options_schema() {
  return R"json({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "max_members": {
      "type": "integer", "minimum": 1,
      "description": "Files and folders an archive may have."
    },
    "max_member_bytes": {
      "type": "integer", "minimum": 1, "format": "size",
      "description": "Largest single member, uncompressed."
    },
    "max_total_bytes": {
      "type": "integer", "minimum": 1, "format": "size",
      "description": "All members together, uncompressed."
    },
    "max_ratio": {
      "type": "integer", "minimum": 1,
      "description": "Uncompressed over compressed bytes; beyond it an archive counts as a bomb."
    },
    "max_element_bytes": {
      "type": "integer", "minimum": 1024, "format": "size",
      "description": "Largest single message; a larger one is rejected, the rest of its file is read."
    },
    "emoji": {
      "type": "string",
      "description": "An emoji.json, or a slackdump emoji folder or zip, that lies beside the export."
    }
  }
})json";
}

source_options read_source_options(const json::object& options) {
  source_options result;
  read(options, "max_members", result.archive.max_members);
  read(options, "max_member_bytes", result.archive.max_member_bytes);
  read(options, "max_total_bytes", result.archive.max_total_bytes);
  read(options, "max_ratio", result.archive.max_ratio);
  read(options, "max_element_bytes", result.elements.max_element_bytes);
  if (const auto* emoji = options.if_contains("emoji"); emoji && emoji->is_string()) {
    result.emoji = std::string(emoji->get_string());
  }
  return result;
}

}  // namespace crossdock::slack
