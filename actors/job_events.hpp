#pragma once

#include <string>

#include "actors/core/job_state.hpp"
#include "actors/store/types.hpp"

namespace crossdock {

/// Where a job stands, for whoever watches it.
struct job_progress {
  store::job_id job = 0;
  std::string stage;
  std::string meta;  ///< JSON object text
};

/// How the work of a job on this node ended.
struct job_ended {
  store::job_id job = 0;
  job_state state = job_state::failed;
  std::string error;
};

}  // namespace crossdock
