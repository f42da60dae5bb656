#pragma once

#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "workflows/slack_mattermost/text/notes.hpp"

namespace crossdock::slack {

struct rendered_attachments {
  std::string quotes;        ///< shared and quoted messages, Markdown to append to the text
  boost::json::array props;  ///< for `props.attachments`: Mattermost's message attachment objects
};

/// Slack's legacy `attachments` come in three kinds: link unfurls are left out (Mattermost previews
/// links itself), shared messages become quotes, and what apps attached becomes message attachments
/// holding only keys Mattermost knows.
rendered_attachments render_attachments(const boost::json::object& message,
                                        const text_options& options, conversion_notes& notes);

}  // namespace crossdock::slack
