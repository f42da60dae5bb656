#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/core/job_state.hpp"
#include "actors/core/meta_ops.hpp"
#include "actors/job_events.hpp"
#include "actors/store/types.hpp"

/// Every message and atom of the engine. Messages never leave the process: between nodes only the
/// database speaks (design rule 9), so none of them needs a wire format except the ids.
namespace crossdock {

/// The actor clock as the pure rules count time.
inline std::chrono::milliseconds engine_time(caf::actor_clock::time_point t) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(t.time_since_epoch());
}

/// Set by whoever stops a job, polled by code that runs for long on a thread of its own and cannot
/// receive messages meanwhile. Shared, thread-safe.
class stop_flag {
 public:
  void raise() { raised_.store(true, std::memory_order_relaxed); }
  bool raised() const { return raised_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> raised_{false};
};
using stop_ptr = std::shared_ptr<stop_flag>;

}  // namespace crossdock

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(crossdock::meta_patch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(crossdock::job_progress)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(crossdock::job_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(crossdock::store::job_row)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(crossdock::store::job_lease)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(crossdock::store::barrier_view)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(crossdock::store::stage_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::vector<crossdock::store::renewed_job>)

CAF_BEGIN_TYPE_ID_BLOCK(crossdock, caf::first_custom_type_id)
// generic
CAF_ADD_ATOM(crossdock, crossdock, tick_atom, "tick")
CAF_ADD_ATOM(crossdock, crossdock, stop_atom, "stop")
CAF_ADD_ATOM(crossdock, crossdock, done_atom, "done")
CAF_ADD_ATOM(crossdock, crossdock, failed_atom, "failed")
CAF_ADD_ATOM(crossdock, crossdock, watch_atom, "watch")
CAF_ADD_ATOM(crossdock, crossdock, unwatch_atom, "unwatch")
CAF_ADD_ATOM(crossdock, crossdock, restart_atom, "restart")
CAF_ADD_ATOM(crossdock, crossdock, status_atom, "status")
// jobs
CAF_ADD_ATOM(crossdock, crossdock, run_atom, "run")
CAF_ADD_ATOM(crossdock, crossdock, take_atom, "take")
CAF_ADD_ATOM(crossdock, crossdock, adopt_atom, "adopt")
CAF_ADD_ATOM(crossdock, crossdock, leave_atom, "leave")
CAF_ADD_ATOM(crossdock, crossdock, stage_atom, "stage")
CAF_ADD_ATOM(crossdock, crossdock, fence_atom, "fence")
CAF_ADD_ATOM(crossdock, crossdock, freeze_atom, "freeze")
CAF_ADD_ATOM(crossdock, crossdock, desire_atom, "desire")
CAF_ADD_ATOM(crossdock, crossdock, drain_atom, "drain")
CAF_ADD_ATOM(crossdock, crossdock, progress_atom, "progress")
CAF_ADD_ATOM(crossdock, crossdock, ended_atom, "ended")
// ledger
CAF_ADD_ATOM(crossdock, crossdock, merge_atom, "merge")
CAF_ADD_ATOM(crossdock, crossdock, fold_atom, "fold")
CAF_ADD_ATOM(crossdock, crossdock, flush_atom, "flush")
// barrier, leases, export
CAF_ADD_ATOM(crossdock, crossdock, advance_atom, "advance")
CAF_ADD_ATOM(crossdock, crossdock, renew_atom, "renew")
CAF_ADD_ATOM(crossdock, crossdock, release_atom, "release")
CAF_ADD_ATOM(crossdock, crossdock, commit_atom, "commit")
CAF_ADD_ATOM(crossdock, crossdock, work_atom, "work")
CAF_ADD_ATOM(crossdock, crossdock, drained_atom, "drained")
CAF_END_TYPE_ID_BLOCK(crossdock)
