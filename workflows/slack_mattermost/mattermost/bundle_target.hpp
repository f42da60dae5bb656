#pragma once

#include "workflows/api/plugin.hpp"

namespace crossdock::mattermost {

/// The target plugin `mattermost-bundle`: import zips for a Mattermost server, written to the job's
/// output directory.
const api::target_plugin& bundle_target();

}  // namespace crossdock::mattermost
