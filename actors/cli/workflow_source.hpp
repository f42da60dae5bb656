#pragma once

#include <span>
#include <string>

#include "config/plugin_catalogue.hpp"
#include "config/workflow_loader.hpp"

namespace crossdock::cli {

/// The text of a built-in workflow, or of a YAML file. Throws usage_error naming the known ones.
struct workflow_text {
  std::string text;
  std::string file;  ///< as it stands in diagnostics
};
workflow_text find_workflow(const std::string& name_or_file,
                            const config::plugin_catalogue& plugins);

/// Loads and checks it; prints warnings on standard error, throws config_error with all errors.
config::workflow_spec load_spec(const std::string& name_or_file, std::span<const std::string> sets,
                                const config::plugin_catalogue& plugins);

}  // namespace crossdock::cli
