#pragma once

#include <memory>

#include "workflows/slack_mattermost/mattermost/live/live_job.hpp"

namespace crossdock::mattermost {

/// Users and bots: made, or adopted when the server has the address or the name already; then they
/// join the team. Accounts are made active; finishing deactivates those that are not.
std::unique_ptr<api::exporter> make_people_exporter(std::shared_ptr<live_job> job,
                                                    std::shared_ptr<const workspace> names,
                                                    api::target_context& context);

/// Custom emoji with a picture; one of that name on the server is adopted.
std::unique_ptr<api::exporter> make_emoji_exporter(std::shared_ptr<live_job> job,
                                                   std::shared_ptr<const workspace> names,
                                                   api::target_context& context);

}  // namespace crossdock::mattermost
