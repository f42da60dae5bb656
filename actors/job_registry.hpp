#pragma once

#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "actors/defaults.hpp"
#include "actors/interfaces.hpp"

namespace crossdock {

struct registry_config {
  int max_running = defaults::max_running_jobs;
  /// Take jobs that nobody supervises. A one-job run of the command line does not: it must not
  /// start somebody else's job.
  bool adopt = false;
  std::chrono::milliseconds adoption_poll = defaults::adoption_poll;
  store_actor store;
  /// Spawns (not yet started) the supervisor of a job, monitored by nobody.
  std::function<supervisor_actor(store::job_id, registry_actor)> spawn_supervisor;
};

struct registry_state {
  const char* name = "job_registry";
  registry_config config;
  struct running_job {
    supervisor_actor supervisor;
    bool ended = false;  ///< it told how its job ended
  };
  std::map<store::job_id, running_job> running;
  std::deque<store::job_id> waiting;  ///< asked for, no room yet
  std::multimap<store::job_id, caf::actor> watchers;
  std::vector<caf::typed_response_promise<bool>> draining;
  bool drain = false;
};

/// Starts supervisors, at most so many at a time, and knows which job runs on this node. A
/// supervisor that dies leaves its job to the lease: it is reported as failed here, and any node
/// may adopt it.
registry_actor::behavior_type job_registry(registry_actor::stateful_pointer<registry_state> self,
                                           registry_config config);

}  // namespace crossdock
