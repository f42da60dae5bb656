#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "workflows/slack_mattermost/mattermost/live/request_window.hpp"

namespace crossdock::mattermost {

/// The property by which a post is known again: which message it carries, and which part of it.
inline constexpr std::string_view origin_key = "crossdock_id";

using posts_by_origin = std::unordered_map<std::string, std::string>;  ///< origin → post id

/// Finds in a channel what was sent to it and never confirmed: reads the posts, newest first, back
/// to those before `earliest` (milliseconds since 1970). `done` gets all origins met on the way, or
/// the answer that ended the search. Submitted to `window`; called in its run().
void find_posts(request_window& window, std::string channel_id, std::int64_t earliest,
                std::function<void(const answer& last, posts_by_origin found)> done);

}  // namespace crossdock::mattermost
