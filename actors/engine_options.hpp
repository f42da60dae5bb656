#pragma once

#include <functional>
#include <memory>

#include "actors/defaults.hpp"
#include "actors/job_plan.hpp"
#include "actors/store/session_pool.hpp"

namespace crossdock {

struct engine_options {
  std::shared_ptr<store::session_pool> pool;
  /// Finds plugins and secrets of a job; see supervisor_config.
  std::function<job_plan(const store::job_row&)> resolve;
  std::function<void(store::session&, const store::job_row&)> write_report;
  restart_policy restarts = defaults::restarts;  ///< of stages and exporters
  int max_running = defaults::max_running_jobs;
  bool adopt = false;       ///< take over jobs that nobody supervises
  std::size_t threads = 2;  ///< of CAF's scheduler; what blocks has threads of its own
};

}  // namespace crossdock
