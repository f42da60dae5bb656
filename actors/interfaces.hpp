#pragma once

#include "actors/messages.hpp"

/// The typed interface of every actor: one line per handler. Errors are ec of errors.hpp.
namespace crossdock {

using caf::reacts_to;
using caf::replies_to;

/// The STORE: runs session methods for actors that may not block. A pool of detached workers behind
/// one address; requests about one job run in order on one worker.
using store_actor = caf::typed_actor<
    /// Takes supervision of a job; ec::lost when somebody else has it.
    replies_to<take_atom, store::job_id, std::string, caf::timespan>::with<store::job_row>,
    /// Jobs that wait for a supervisor, oldest first, at most so many.
    replies_to<adopt_atom, int>::with<std::vector<store::job_id>>,
    /// Waits out and fences off the job's open writes; answers the new epoch.
    replies_to<fence_atom, store::job_lease, std::string>::with<std::int64_t>,
    /// Notes the stage a job has entered.
    replies_to<stage_atom, store::job_lease, std::string>::with<bool>,
    /// ready_export → exporting with frozen totals; answers the new meta.
    replies_to<freeze_atom, store::job_lease>::with<std::string>,
    /// Ends supervision: new state, error text, outputs JSON, and a patch for the meta as JSON
    /// text.
    replies_to<leave_atom, store::job_lease, job_state, std::string, std::string,
               std::string>::with<bool>,
    /// One merge_meta UPDATE; the patch is JSON text. Answers the new meta.
    replies_to<merge_atom, store::job_id, std::string>::with<std::string>,
    /// Folds waiting deltas; answers the meta.
    replies_to<fold_atom, store::job_id>::with<std::string>,
    /// Recounts and advances a barrier group for one of its jobs.
    replies_to<advance_atom, std::string, store::job_id>::with<store::barrier_view>,
    /// Renews the jobs and lanes of an owner; answers the jobs still held.
    replies_to<renew_atom, std::string, caf::timespan>::with<std::vector<store::renewed_job>>,
    /// Gives back all lanes of one exporter that died.
    replies_to<release_atom, std::string>::with<int>>;

/// Who is told of a job's new meta.
using meta_listener = caf::typed_actor<reacts_to<progress_atom, store::job_id, std::string>>;

/// Who is told where a job's barrier group stands.
using barrier_listener = caf::typed_actor<reacts_to<advance_atom, store::barrier_view>>;

/// The LEDGER of one job: the only writer of its meta. Coalesces merges into single UPDATEs.
using ledger_actor = caf::typed_actor<
    /// Adds a patch to what the next UPDATE merges.
    reacts_to<merge_atom, meta_patch>,
    /// Hint: ledger_delta rows of this job wait to be folded.
    reacts_to<fold_atom>,
    /// Answers the meta once everything sent before is in the database.
    replies_to<flush_atom>::with<std::string>,
    /// Sends every new meta to `sink` as (progress_atom, job id, meta).
    reacts_to<watch_atom, meta_listener>,
    /// Its own timer.
    reacts_to<tick_atom>>;

/// The BARRIER: watches the type order of all jobs of this process.
using barrier_actor = caf::typed_actor<
    /// Sends (advance_atom, barrier_view) to `sink` at once and at every change until unwatched.
    reacts_to<watch_atom, std::string, store::job_id, barrier_listener>,
    reacts_to<unwatch_atom, store::job_id>,
    /// Hint: work of this job's current type is used up.
    reacts_to<advance_atom, store::job_id>,
    /// Its own timer.
    reacts_to<tick_atom>>;

/// The SUPERVISOR of one job on this node.
using supervisor_actor = caf::typed_actor<
    /// Takes the job and begins; sent once by the registry.
    reacts_to<run_atom>,
    /// From a stage runner: the step's name and what it returned.
    reacts_to<done_atom, std::string, std::string>,
    /// From a stage runner: the step's name and why it ended.
    reacts_to<failed_atom, std::string, caf::error>,
    /// Its own timer: start the step again, or repeat a store request.
    reacts_to<restart_atom, std::uint64_t>,
    /// From the barrier: where the job's group stands.
    reacts_to<advance_atom, store::barrier_view>,
    /// From a pool: nothing of this type is open any more.
    reacts_to<drained_atom, std::string>,
    /// From the ledger: the job's new meta.
    reacts_to<progress_atom, store::job_id, std::string>,
    /// The operator's wish.
    reacts_to<desire_atom, desired_state>,
    /// Give the job back in an orderly way: it stays queued for the next node.
    reacts_to<drain_atom>>;

/// The REGISTRY: which jobs run on this node.
using registry_actor = caf::typed_actor<
    /// Runs a job here as soon as there is room.
    reacts_to<run_atom, store::job_id>,
    /// Sends (progress_atom, job_progress) and finally (ended_atom, job_ended) of a job to `sink`,
    /// which is often a thread waiting outside of the actor system.
    reacts_to<watch_atom, store::job_id, caf::actor>,
    /// From a supervisor: progress, and the end of its job.
    reacts_to<progress_atom, job_progress>, reacts_to<ended_atom, job_ended>,
    /// From the lease keeper: what the operator wants, and which jobs are lost.
    reacts_to<renew_atom, std::vector<store::renewed_job>>,
    /// Stops all jobs in an orderly way; answers when none is left.
    replies_to<drain_atom>::with<bool>,
    /// Its own timer.
    reacts_to<tick_atom>>;

}  // namespace crossdock
