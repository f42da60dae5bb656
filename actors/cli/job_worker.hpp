#pragma once

#include "actors/cli/signals.hpp"
#include "actors/cli/surroundings.hpp"

namespace crossdock::cli {

/// What `run` and `job resume` have in common: work on a job here and now, show it, say how it
/// ended.
struct work_order {
  const config::application_options& settings;
  const config::plugin_catalogue& plugins;
  const database& where;
  bool json = false;  ///< the result as one object on standard output
};

/// How such a command uses standard error.
log_use log_use_of_a_run();

/// Waits until nobody else works on the job (a process that was killed holds it until its lease
/// runs out), works on it, prints the result. Returns the exit status.
int work_on(const work_order& order, store::job_id job, signals& interrupts);

}  // namespace crossdock::cli
