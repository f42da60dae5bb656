#pragma once

#include "actors/job_supervisor.hpp"

/// What the supervisor's children are given: the work of each step and the configuration of each
/// pool, put together from its state. Nothing runs here, and nothing of the state changes but the
/// target, which is made when it is first needed.
namespace crossdock {

/// Key of the job's meta that says that its files were more than limits.files once already.
inline constexpr const char* files_limit_key = "files_limit_reached";
/// And how many failures there were when limits.failures last paused the job.
inline constexpr const char* failures_accepted_key = "failures_accepted";

store::job_lease lease_of(const supervisor_state& st);

/// The work of the running step: one of the workflow's stages; the preparation of the export, also
/// when that is taken up again (throws limit_reached where the source has more files than the plan
/// allows, once in the life of a job); or the finish, which returns the outputs. Throws what the
/// target's plugin throws when it makes the target.
step_work work_of(supervisor_state& st);

pool_config pool_for(supervisor_state& st, const type_plan& type);

}  // namespace crossdock
