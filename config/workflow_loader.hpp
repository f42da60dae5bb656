#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.hpp"
#include "config/environment.hpp"
#include "config/plugin_catalogue.hpp"
#include "config/workflow_spec.hpp"

namespace crossdock::config {

struct load_result {
  std::optional<workflow_spec> spec;    ///< present exactly when there are no errors
  std::vector<diagnostic> diagnostics;  ///< all errors and warnings, by place
};

/// Reads a workflow file: YAML, `--set` overrides, the environment, references, JSON Schemas, then
/// meaning (plugins, stages, types, order). Reports every problem it can see, not the first only;
/// never throws for any text. `sets` are "key=value" with dotted keys
/// ("export.types.message.workers=2"; "target." is short for "export.target."), the value a YAML
/// scalar. Precedence: sets, environment, file, defaults. `file_name` stands in the diagnostics,
/// and relative `${file:…}` paths count from its folder.
load_result load_workflow(std::string_view text, std::string_view file_name,
                          const plugin_catalogue& plugins, const environment& env,
                          std::span<const std::string> sets = {});

}  // namespace crossdock::config
