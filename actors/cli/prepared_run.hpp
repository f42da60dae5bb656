#pragma once

#include <string>

#include "config/workflow_spec.hpp"
#include "workflows/api/plugin.hpp"

namespace crossdock::cli {

/// Everything a run needs, decided before the database is touched.
struct prepared_run {
  config::workflow_spec spec;
  std::string pinned;  ///< the configuration as the job keeps it
  const api::source_plugin* source = nullptr;
  const api::target_plugin* target = nullptr;
  std::string source_path;  ///< absolute
  std::string output_path;  ///< absolute, or empty
};

}  // namespace crossdock::cli
