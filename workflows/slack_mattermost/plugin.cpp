#include "workflows/slack_mattermost/plugin.hpp"

#include "workflows/slack_mattermost/mattermost/bundle_target.hpp"
#include "workflows/slack_mattermost/mattermost/live/live_target.hpp"
#include "workflows/slack_mattermost/slack/slack_source.hpp"
#include "workflows/slack_mattermost/workflow_files.hpp"

namespace crossdock {

const api::plugin& slack_mattermost_plugin() {
  static const api::plugin plugin{
      .abi = api::abi_version,
      .name = "slack_mattermost",
      .sources = {&slack::slack_export_source()},
      .targets = {&mattermost::bundle_target(), &mattermost::live_target()},
      .workflows = {{"slack-to-mattermost-bundle",
                     workflow_files::embedded("slack-to-mattermost-bundle.yaml")},
                    {"slack-to-mattermost", workflow_files::embedded("slack-to-mattermost.yaml")}}};
  return plugin;
}

}  // namespace crossdock
