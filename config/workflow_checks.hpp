#pragma once

#include <map>
#include <string>

#include "config/document.hpp"
#include "workflows/api/plugin.hpp"

namespace crossdock::config {

/// What a workflow means, as against how it is written.
struct workflow_meaning {
  std::map<std::string, int> ranks;  ///< by type; see type_spec::rank
};

/// Checks stages, types, their order, retry and limits of a document that may have any shape: what
/// has the wrong shape was reported by the schema. Plugins that could not be found are nullptr.
workflow_meaning check_meaning(const document& doc, const api::source_plugin* source,
                               const api::target_plugin* target, diagnostics& found);

}  // namespace crossdock::config
