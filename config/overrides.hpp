#pragma once

#include <string_view>

#include "config/document.hpp"
#include "config/environment.hpp"
#include "config/schema.hpp"

namespace crossdock::config {

/// Applies one "key=value" of the command line. Whether the key exists is for the schemas to say:
/// they report it at the position "--set KEY".
void apply_set(document& doc, std::string_view assignment, diagnostics& found);

/// A plugin of the workflow, as far as it could be found.
struct known_plugin {
  std::string_view name;
  const schema* options = nullptr;
};

/// Applies the variables that Slack-MM2 Sync reads to what was not given by --set. A value is set
/// as the reference "${NAME}", so that secrets stay references and mistakes are reported at the
/// variable.
void apply_environment(document& doc, const environment& env, const known_plugin& source,
                       const known_plugin& target);

}  // namespace crossdock::config
