#pragma once

#include <memory>

#include "workflows/slack_mattermost/mattermost/live/live_job.hpp"

namespace crossdock::mattermost {

/// Conversations and who is in them: team channels are made, or adopted when the server has one of
/// that name and kind; direct and group conversations are the server's own for these people.
/// Archived channels are open until the job finishes: nobody can write into an archived one.
std::unique_ptr<api::exporter> make_channel_exporter(std::shared_ptr<live_job> job,
                                                     api::target_context& context);

}  // namespace crossdock::mattermost
