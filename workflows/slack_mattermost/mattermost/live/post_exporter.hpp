#pragma once

#include <memory>

#include "workflows/slack_mattermost/mattermost/live/live_job.hpp"

namespace crossdock::mattermost {

/// Messages as posts: a conversation per lane, several posts of it on their way at one time, a
/// reply never before its root. Each post carries the id of its message, so that one whose answer
/// was lost is found again before it would be sent a second time.
std::unique_ptr<api::exporter> make_post_exporter(std::shared_ptr<live_job> job,
                                                  api::target_context& context);

}  // namespace crossdock::mattermost
