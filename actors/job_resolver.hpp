#pragma once

#include <stdexcept>

#include "actors/job_plan.hpp"
#include "actors/store/types.hpp"
#include "config/environment.hpp"
#include "config/plugin_catalogue.hpp"
#include "config/workflow_spec.hpp"

namespace crossdock {

/// A pinned configuration that this process cannot run: a plugin or a secret is missing here.
/// what() lists everything that is.
class resolve_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Makes a job's pinned configuration executable on this node: finds its plugins, reads its secrets
/// anew from `env` (and registers them, so that no log or report shows them). Thread-safe as long
/// as the catalogue does not change. Throws resolve_error.
job_plan resolve_job(const store::job_row& job, const config::plugin_catalogue& plugins,
                     const config::environment& env);

/// The workflow's stages without the engine's own steps, which it may name to show the whole way.
/// Throws resolve_error when none is left.
std::vector<std::string> import_stages(const config::workflow_spec& spec);

/// Keeps the secrets among the options out of logs and reports from now on.
void register_secrets(const config::workflow_spec& spec);

}  // namespace crossdock
