#pragma once

#include "actors/job_supervisor.hpp"

/// What the supervisor's children are given: the work of each step and the configuration of each
/// pool, put together from its state. Nothing runs here, and nothing of the state changes but the
/// target, which is made when it is first needed.
namespace crossdock {

/// Key of the job's meta that says that its files were more than limits.files once already.
inline constexpr const char* files_limit_key = "files_limit_reached";

store::job_lease lease_of(const supervisor_state& st);

/// The running step is one of the workflow's stages.
step_work stage_work(const supervisor_state& st);
/// Before the export, also when it is taken up again. Throws limit_reached where the source has
/// more files than the plan allows, once in the life of a job.
step_work preparation_work(supervisor_state& st);
/// Outputs and reports; returns the outputs.
step_work finish_work(supervisor_state& st);

pool_config pool_for(supervisor_state& st, const type_plan& type);

}  // namespace crossdock
