#pragma once

#include "workflows/api/plugin.hpp"

namespace crossdock::slack {

/// The source plugin `slack-export`: a Slack export archive, zip or folder.
const api::source_plugin& slack_export_source();

}  // namespace crossdock::slack
