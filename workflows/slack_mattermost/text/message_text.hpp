#pragma once

#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "workflows/slack_mattermost/text/names.hpp"
#include "workflows/slack_mattermost/text/notes.hpp"

namespace crossdock::slack {

/// What a Slack message says, in Mattermost's terms.
struct rendered_text {
  std::string markdown;            ///< valid UTF-8 of any length (see split.hpp); may be empty
  boost::json::array attachments;  ///< for `props.attachments`
  std::vector<text_note> notes;    ///< what was not carried verbatim
};

/// Converts a message as it stands in an export. Text comes from `blocks`, or else from `text`;
/// legacy attachments are added to either. A `file_comment` gives the comment, an old `file_share`
/// what was said beside the file, a `me_message` its text in italics as Mattermost's own /me stores
/// it. Never throws on odd shapes: what has the wrong type is noted and skipped.
rendered_text render_message(const boost::json::object& message, const text_options& options);

}  // namespace crossdock::slack
