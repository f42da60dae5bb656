#pragma once

#include <string>

#include "tests/tools/process.hpp"
#include "tests/tools/slack_export/options.hpp"

namespace crossdock::testing {

/// A generated Slack export with some of everything: files with bytes and without, replies whose
/// root is missing, equal timestamps, and beside it a folder with the pictures of all its custom
/// emoji, so that no reaction is lost.
struct generated_export {
  generated_export(const scratch_directory& where, std::int64_t messages);

  std::string zip;
  std::string emoji;  ///< for --set source.emoji=…
  tools::export_totals totals;
};

}  // namespace crossdock::testing
