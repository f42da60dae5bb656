#pragma once

#include "actors/store/session.hpp"

namespace crossdock {

/// Writes `report.json` (for programs, complete) and `report.md` (for people, long lists cut) into
/// job.output: what was moved, changed, left out, rejected, and what failed. `job.outputs` are
/// those that the target has just made; counters are read from the database. A job without an
/// output directory gets no report.
///
/// Memory is bounded however many findings there are; each file appears under its name only when it
/// is complete. Content follows from the job's data alone: everything about this one run (job
/// number, paths, times) is in the last member of report.json, `run`. Secrets are blotted out.
/// Throws store_error, or std::runtime_error naming the file that cannot be written.
void write_report(store::session& db, const store::job_row& job);

}  // namespace crossdock
