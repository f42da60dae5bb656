#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "workflows/slack_mattermost/mattermost/lines.hpp"
#include "workflows/slack_mattermost/mattermost/source_files.hpp"
#include "workflows/slack_mattermost/mattermost/workspace.hpp"

namespace crossdock::mattermost {

/// What rendering depends on beside the message. Everything outlives the call.
struct render_context {
  const workspace& names;
  const bundle_options& options;
  const known_channel& channel;
  /// Files of the messages at hand whose bytes the source has, by file id.
  const source_files& blobs;
  std::int64_t largest_file = 0;  ///< a larger one becomes a link
};

/// A message as posts: the first one stands for it; what did not fit (text beyond the longest post,
/// files beyond ten) follows in the thread.
struct rendered_message {
  std::vector<post_body> posts;
  /// A reply that was also sent to the channel: the post that shows it there.
  std::optional<post_body> broadcast;
  std::vector<api::finding> findings;
};

/// Why a message is not delivered.
struct left_out_message {
  std::string reason;
};

/// What an exporter needs of a message entity.
struct message_source {
  std::string_view external_id;
  const boost::json::object& raw;
  std::string_view author;  ///< external id of the user entity
  std::int64_t create_at = 0;
  bool is_reply = false;
  bool has_replies = false;  ///< a root that others hang on cannot be left out
};

/// Renders one message. Exactly one of the results is set. Pure; never throws on odd input.
struct render_result {
  std::optional<rendered_message> message;
  std::optional<left_out_message> left_out;
};
render_result render_post(const message_source& source, const render_context& context);

/// A file's name as the target will show it.
std::string shown_file_name(const boost::json::object& file);

/// Whether a file of a message goes into the bundle, for the exporter that settles attachments: the
/// same rule that render_post() follows. Empty when it does, else why not.
std::string why_file_stays_behind(const boost::json::object& file, const source_file* bytes,
                                  std::int64_t largest_file);

/// The target's emoji for a reaction, or nothing when the target has none.
std::optional<std::string> reaction_emoji(std::string_view slack_name, const workspace& names);

}  // namespace crossdock::mattermost
