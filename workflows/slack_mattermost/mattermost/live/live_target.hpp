#pragma once

#include "workflows/api/plugin.hpp"

namespace crossdock::mattermost {

/// `target: {plugin: mattermost}`: a running Mattermost server, entity by entity over its REST API.
const api::target_plugin& live_target();

}  // namespace crossdock::mattermost
