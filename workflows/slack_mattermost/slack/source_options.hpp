#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "workflows/slack_mattermost/slack/archive.hpp"
#include "workflows/slack_mattermost/slack/json_elements.hpp"

namespace crossdock::slack {

/// The options of `source: {plugin: slack-export}`, resolved.
struct source_options {
  archive_limits archive;
  element_limits elements;
  /// An emoji.json or a slackdump emoji folder or zip beside the export; empty: the export's own.
  std::string emoji;
};

/// JSON Schema of the options; its defaults are those of the structs.
std::string_view source_options_schema();

source_options read_source_options(const boost::json::object& options);

}  // namespace crossdock::slack
