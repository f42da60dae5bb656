#pragma once

#include <string>

#include "tests/tools/slack_export/options.hpp"

namespace crossdock::tools {

/// Counts what an export holds by reading it back: shares nothing with the generator but the
/// meaning of the totals. Adds a GoogleTest failure for everything that no real export would hold
/// (a folder without a channel, a root whose replies are not there, …). Holds the keys of all
/// messages in memory.
export_totals recount(const std::string& zip_path);

}  // namespace crossdock::tools
