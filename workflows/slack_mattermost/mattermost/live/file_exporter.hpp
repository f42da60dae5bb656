#pragma once

#include <memory>

#include "workflows/slack_mattermost/mattermost/live/live_job.hpp"

namespace crossdock::mattermost {

/// Files, uploaded before the messages that show them: a post takes its files when it is made, and
/// changing it later would mark it as edited. An upload whose answer was lost is made again; the
/// first one stays unattached, where nobody sees it.
std::unique_ptr<api::exporter> make_file_exporter(std::shared_ptr<live_job> job,
                                                  api::target_context& context);

/// Reactions: the server lets everybody react in their own name only, so that those of others are
/// skipped with that reason.
std::unique_ptr<api::exporter> make_reaction_exporter(std::shared_ptr<live_job> job,
                                                      api::target_context& context);

}  // namespace crossdock::mattermost
