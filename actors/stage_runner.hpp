#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>

#include "actors/interfaces.hpp"
#include "actors/staging_context.hpp"

namespace crossdock {

/// Owns the database session that a stage's batches are written with; detached. Ends with the
/// runner that spawned it.
using stage_writer_actor = caf::typed_actor<
    /// Writes one batch in one transaction.
    replies_to<commit_atom, store::job_lease, store::stage_batch>::with<bool>,
    /// Its own timer: the first batch met a conflict and is tried again.
    reacts_to<restart_atom>>;

struct stage_writer_state {
  std::shared_ptr<store::session_pool> pool;
  /// Kept from batch to batch.
  std::optional<store::session_pool::lease> session;
  struct waiting {
    store::job_lease lease;
    store::stage_batch batch;
    caf::typed_response_promise<bool> answer;
  };
  std::deque<waiting> batches;  ///< in order; not empty between messages: the first one rests
  int conflicts = 0;            ///< of the first batch
  std::minstd_rand random;
  /// After one batch failed every later one fails the same way: its marks would say that the lost
  /// one is there.
  caf::error failure;
};

stage_writer_actor::behavior_type stage_writer(
    stage_writer_actor::stateful_pointer<stage_writer_state> self,
    std::shared_ptr<store::session_pool> pool);

/// A limit of the workflow is reached: the job pauses with this text.
class limit_reached : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Runs on a runner's own thread; the returned text goes to the supervisor.
using step_work = std::function<std::string(batch_sink&)>;

/// One step of a job that blocks for long: a source's stage, a target's preparation or its finish.
struct stage_task {
  std::string name;
  store::job_lease lease;
  std::shared_ptr<store::session_pool> pool;
  ledger_actor ledger;  ///< told of every batch, so that progress shows while the stage runs
  stop_ptr stop;
  step_work run;
};

/// Runs the task and tells `supervisor` (done_atom, name, text) or (failed_atom, name, error), then
/// ends. Errors: ec::stopped after a raised stop flag, ec::source and ec::target for what a person
/// must mend, ec::limit for what one must decide, ec::lost and ec::unavailable from the store,
/// ec::stage for everything else. Always a thread of its own (blocking actor).
void stage_runner(caf::blocking_actor* self, stage_task task, caf::actor supervisor);

}  // namespace crossdock
