#pragma once

#include <string_view>

#include "workflows/slack_mattermost/text/inline.hpp"
#include "workflows/slack_mattermost/text/notes.hpp"

namespace crossdock::slack {

/// Appends the atoms of one line of mrkdwn (clean UTF-8, no line ends). Style markers pair up
/// within the line only.
void append_mrkdwn_line(std::string_view line, const conversion& use, inline_atoms& atoms);

}  // namespace crossdock::slack
