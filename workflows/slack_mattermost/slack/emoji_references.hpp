#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

namespace crossdock::slack {

/// Names of emoji that a message surely uses and Slack's standard set does not have: of rich_text
/// elements and of reactions. Each once, sorted, without skin tones. What looks like one in running
/// text may be code, a time or an address; a real one there is in the workspace's own list.
std::vector<std::string> custom_emoji_of(const boost::json::object& message);

}  // namespace crossdock::slack
