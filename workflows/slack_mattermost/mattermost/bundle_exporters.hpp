#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>

#include "workflows/api/exporter.hpp"
#include "workflows/slack_mattermost/mattermost/lines.hpp"
#include "workflows/slack_mattermost/mattermost/workspace.hpp"

/// The exporters of the bundle: each renders what it claimed into the part file of its lane.
/// Attachments and reactions travel inside their post's line; their exporters only settle what was
/// carried there, by the same rules that the post was rendered with.
namespace crossdock::mattermost {

/// What all exporters of a job share; read only.
struct bundle_job {
  bundle_options options;
  std::shared_ptr<const workspace> names;
  std::filesystem::path parts;  ///< where the part files lie
  /// When a conversation's last message was written, by channel id; milliseconds since 1970.
  std::unordered_map<std::string, std::int64_t> last_message;
  std::unordered_map<std::string, read_state> read;  ///< by channel id; empty without mark_read
};

/// Throws std::invalid_argument for a type a bundle does not have.
std::unique_ptr<api::exporter> make_bundle_exporter(std::string_view type,
                                                    std::shared_ptr<const bundle_job> job,
                                                    api::target_context& context);

}  // namespace crossdock::mattermost
