#pragma once

#include "workflows/api/plugin.hpp"

namespace crossdock {

/// Slack → Mattermost: source `slack-export`, target `mattermost-bundle`, and their workflow.
const api::plugin& slack_mattermost_plugin();

}  // namespace crossdock
