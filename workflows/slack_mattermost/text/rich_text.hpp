#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "workflows/slack_mattermost/text/notes.hpp"

namespace crossdock::slack {

/// Markdown of a `rich_text` block (or of anything with rich_text `elements`).
std::string rich_text_to_markdown(const boost::json::object& block, const conversion& use);

/// The same on one line, for table cells.
std::string rich_text_to_line(const boost::json::object& block, const conversion& use);

}  // namespace crossdock::slack
