#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "actors/job_plan.hpp"
#include "actors/store/session.hpp"

/// A workflow as small as it can be with everything in it: two stages, three types of three ranks,
/// 16 entities. Source and target are in memory and free: what a job costs is what the engine and
/// the database cost.
namespace crossdock::bench::small_jobs {

inline constexpr int people = 4;
inline constexpr int messages = 8;
inline constexpr int reactions = 4;

/// A queued job of the workflow.
store::job_id create(store::session& db, const std::string& barrier_group);

/// The workflow as the engine runs it, with the default number of exporters per type.
job_plan plan();

/// Takes a job all the way without an actor: the same rows in the same order through the store's
/// methods, on this thread. Throws std::exception when the job cannot be had or does not get done.
void carry(store::session& db, store::job_id job);

/// Throws std::runtime_error, naming job and key, unless the job is done and each counter is exact.
void check(const store::job_row& job);

}  // namespace crossdock::bench::small_jobs
