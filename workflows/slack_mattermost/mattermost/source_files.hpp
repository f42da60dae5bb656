#pragma once

#include <span>
#include <string>
#include <unordered_map>

#include <boost/json/object.hpp>

#include "workflows/api/exporter.hpp"

namespace crossdock::mattermost {

/// Bytes that the source has for a file of a message.
struct source_file : api::blob {
  /// The bytes are a page that a server gave in place of the file.
  bool is_web_page = false;
};

using source_files = std::unordered_map<std::string, source_file>;  ///< by Slack's file id

/// What the source has of these files, given as Slack's elements. Looks into the first bytes of
/// those that are not as long as Slack says and no longer than a web page is: Slack answers a
/// download without a valid token with its login page, and export tools have stored that.
source_files find_source_files(api::target_context& context,
                               std::span<const boost::json::object* const> files);

}  // namespace crossdock::mattermost
