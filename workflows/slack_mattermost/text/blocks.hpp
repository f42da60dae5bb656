#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "workflows/slack_mattermost/text/notes.hpp"

namespace crossdock::slack {

/// Markdown of the `blocks` array that `owner` (a message, an attachment) holds; empty when there
/// is none or nothing in it has text. Interactive elements other than link buttons cannot work in
/// the target and are noted; unknown blocks give their own fallback text and a note. Never throws
/// on odd shapes.
std::string blocks_to_markdown(const boost::json::object& owner, const text_options& options,
                               conversion_notes& notes);

}  // namespace crossdock::slack
