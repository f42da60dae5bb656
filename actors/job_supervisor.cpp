#include "actors/job_supervisor.hpp"

#include <algorithm>

#include <boost/json/parse.hpp>

#include "actors/core/job_counters.hpp"
#include "actors/engine_log.hpp"
#include "actors/errors.hpp"
#include "actors/job_end.hpp"
#include "actors/job_steps.hpp"
#include "actors/progress_ledger.hpp"

namespace crossdock {

namespace {

using self_ptr = supervisor_ptr;

void run_step(self_ptr self);
void step_failed(self_ptr self, const caf::error& error);

boost::json::object meta_of(const supervisor_state& st) {
  return boost::json::parse(st.job.meta).as_object();
}

caf::actor address_of(self_ptr self) {
  return caf::actor_cast<caf::actor>(self);
}

// -- steps ----------------------------------------------------------------------------------------

/// The step after `name`; the workflow's stages come first.
std::string next_step(const job_plan& plan, const std::string& name) {
  const auto found = std::find(plan.stages.begin(), plan.stages.end(), name);
  if (found != plan.stages.end()) {
    return found + 1 == plan.stages.end() ? step::ready_export : *(found + 1);
  }
  if (name == step::ready_export) return step::exporting;
  return step::finishing;
}

void spawn_runner(self_ptr self, step_work work) {
  auto& st = self->state;
  st.runner_spoke = false;
  st.runner = self->spawn<caf::detached + caf::monitored>(
      stage_runner,
      stage_task{st.step, lease_of(st), st.config.pool, st.ledger, st.stop, std::move(work)},
      address_of(self));
}

void start_export(self_ptr self) {
  auto& st = self->state;
  self->send(st.config.barrier, watch_atom_v, st.job.barrier_group, st.job.id,
             barrier_listener(supervisor_actor(self)));
}

void begin_step(self_ptr self) {
  auto& st = self->state;
  if (st.end) return end_if_quiet(self);
  st.step_began = self->clock().now();
  engine_log().debug("job {}: {}", st.job.id, st.step);
  try {
    spawn_runner(self, work_of(st));
  } catch (const std::exception& error) {  // the target refuses what it was given
    begin_end(self, job_state::failed, error.what());
  }
}

/// Notes the step in the job (exporting is noted by the freeze) and begins it.
void run_step(self_ptr self) {
  auto& st = self->state;
  if (st.end) return end_if_quiet(self);
  if (st.job.stage == st.step) return begin_step(self);
  ask_store<bool>(
      self,
      [self](bool) {
        self->state.job.stage = self->state.step;
        begin_step(self);
      },
      stage_atom_v, lease_of(st), st.step);
}

void note_duration(self_ptr self) {
  auto& st = self->state;
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(self->clock().now() - st.step_began);
  meta_patch patch;
  patch.nested["durations_ms"] = boost::json::object{{st.step, took.count()}};
  self->send(st.ledger, merge_atom_v, std::move(patch));
}

/// ready_export is done: the totals are frozen, and the export begins. After a restart in the
/// middle of the export the same way is taken; the freeze repeats without effect.
void freeze(self_ptr self) {
  ask_store<std::string>(
      self,
      [self](std::string& meta) {
        auto& st = self->state;
        st.job.stage = st.step = step::exporting;
        st.job.meta = std::move(meta);
        st.step_began = self->clock().now();
        if (st.end) return end_if_quiet(self);
        start_export(self);
      },
      freeze_atom_v, lease_of(self->state));
}

job_state final_state(const supervisor_state& st) {
  return counts_failures(meta_of(st)) ? job_state::done_with_failures : job_state::done;
}

void step_done(self_ptr self, const std::string& result) {
  auto& st = self->state;
  st.outage = {};
  if (st.end) return end_if_quiet(self);
  if (st.step != step::exporting) note_duration(self);
  if (st.step == step::ready_export || st.step == step::exporting) return freeze(self);
  if (st.step == step::finishing) {
    self->request(st.ledger, defaults::store_request, flush_atom_v)
        .then(
            [self, result](std::string& meta) {
              self->state.job.meta = std::move(meta);
              begin_end(self, final_state(self->state), {}, result);
            },
            [self](caf::error& error) { begin_end(self, job_state::failed, describe(error)); });
    return;
  }
  st.step = next_step(st.plan, st.step);
  run_step(self);
}

/// The limit counts once: resuming the job means to go on in spite of it.
void pause_at_files(self_ptr self, const std::string& why) {
  meta_patch patch;
  patch.set[files_limit_key] = true;
  begin_end(self, job_state::paused, why, {}, std::move(patch));
}

/// Nothing that the step's last run has written or is still writing may meet the next one.
void restart_step(self_ptr self) {
  auto& st = self->state;
  st.fencing = true;
  self->request(st.config.store, defaults::store_request, fence_atom_v, lease_of(st),
                st.config.process)
      .then(
          [self](std::int64_t epoch) {
            self->state.fencing = false;
            self->state.job.epoch = epoch;
            begin_step(self);
          },
          [self](caf::error& error) {
            self->state.fencing = false;
            step_failed(self, error);
          });
}

void step_failed(self_ptr self, const caf::error& error) {
  auto& st = self->state;
  if (st.end) return end_if_quiet(self);
  switch (code_of(error)) {
    case ec::lost: return lose(self, describe(error));
    case ec::source:
    case ec::target:
    case ec::config: return begin_end(self, job_state::failed, describe(error));
    case ec::paused: return begin_end(self, job_state::paused, describe(error));
    case ec::limit: return pause_at_files(self, describe(error));
    default: break;
  }
  st.restarted = true;
  if (code_of(error) == ec::unavailable && st.outage < defaults::store_outage_limit) {
    // The database is away: that is waited for, and no fault of the step's.
    const auto wait =
        std::clamp(st.outage, defaults::store_retry_initial, defaults::store_retry_max);
    st.outage += wait;
    engine_log().warn("job {}: {}; starting the step again in {} ms", st.job.id, describe(error),
                      wait.count());
    return set_timer(self, wait, [self] { restart_step(self); });
  }
  const auto delay = st.restarts.on_death(engine_time(self->clock().now()),
                                          std::uniform_real_distribution<>(0, 1)(st.random));
  if (!delay) return begin_end(self, job_state::failed, describe(error));
  engine_log().warn("job {}: {}; starting the step again in {} ms", st.job.id, describe(error),
                    delay->count());
  set_timer(self, *delay, [self] { restart_step(self); });
}

// -- export ---------------------------------------------------------------------------------------

void start_pool(self_ptr self, const type_plan& type) {
  auto& st = self->state;
  st.pools.emplace(type.name, self->spawn<caf::monitored>(exporter_pool, pool_for(st, type),
                                                          st.config.store, supervisor_actor(self)));
}

void finish_if_drained(self_ptr self) {
  auto& st = self->state;
  if (st.drained.size() < st.plan.types.size() || !st.pools.empty()) return;
  self->send(st.config.barrier, unwatch_atom_v, st.job.id);
  note_duration(self);
  st.step = step::finishing;
  run_step(self);
}

void barrier_moved(self_ptr self, const store::barrier_view& view) {
  auto& st = self->state;
  if (st.end || st.step != step::exporting) return;
  // Not a member, but finished: the next cohort was let in with the last thing this job settled.
  if (!view.member && !view.finished) return;
  for (const auto& type : st.plan.types) {
    if (st.drained.contains(type.name) || st.pools.contains(type.name)) continue;
    if (view.finished || type.rank < view.rank) {
      st.drained.insert(type.name);
    } else if (type.rank == view.rank) {
      start_pool(self, type);
    }
  }
  finish_if_drained(self);
}

void pool_ended(self_ptr self, const std::string& type, const caf::error& reason) {
  auto& st = self->state;
  if (st.end) return end_if_quiet(self);
  if (st.drained.contains(type)) return finish_if_drained(self);
  if (code_of(reason) == ec::lost) return lose(self, describe(reason));
  if (code_of(reason) == ec::paused) return begin_end(self, job_state::paused, describe(reason));
  begin_end(self, job_state::failed,
            reason ? describe(reason) : "the exporter pool of " + type + " ended early");
}

void check_failure_limit(self_ptr self) {
  auto& st = self->state;
  if (st.end || st.step != step::exporting) return;
  const auto counts = export_counts(meta_of(st));
  const auto failed = counts.failed - st.failed_before;
  if (!st.plan.failures || !st.plan.failures->exceeded(failed, counts.total)) return;
  meta_patch patch;  // who resumes the job accepts them
  patch.set[failures_accepted_key] = counts.failed;
  begin_end(self, job_state::paused,
            "limit reached: " + std::to_string(failed) + " of " + std::to_string(counts.total) +
                " entities failed (limits.failures is " + st.plan.failures->text() +
                "); look at `crossdock job failures " + std::to_string(st.job.id) +
                "`, then resume or cancel",
            {}, std::move(patch));
}

// -- beginning ------------------------------------------------------------------------------------

void taken(self_ptr self, store::job_row& row) {
  auto& st = self->state;
  st.job = std::move(row);
  st.ledger =
      self->spawn<caf::monitored>(progress_ledger, ledger_config{st.job.id}, st.config.store);
  self->send(st.ledger, watch_atom_v, meta_listener(supervisor_actor(self)));
  try {
    st.plan = st.config.resolve(st.job);
  } catch (const std::exception& error) {
    return begin_end(self, job_state::failed, error.what());
  }
  if (st.end) return end_if_quiet(self);
  // Failures that were opened for another try since are none any more.
  const auto meta = meta_of(st);
  st.failed_before = std::min(counter(meta, failures_accepted_key), export_counts(meta).failed);
  st.step = st.job.stage.empty() ? st.plan.stages.front() : st.job.stage;
  run_step(self);
}

void runner_down(self_ptr self, const caf::error& reason) {
  auto& st = self->state;
  st.runner = nullptr;
  if (!st.runner_spoke) {
    const auto why = reason ? describe(reason) : std::string("it ended without a word");
    return step_failed(self, make_error(ec::stage, st.step + " died: " + why));
  }
  end_if_quiet(self);
}

void watch_children(self_ptr self) {
  self->set_down_handler([self](const caf::down_msg& down) {
    auto& st = self->state;
    if (st.runner && st.runner.address() == down.source) return runner_down(self, down.reason);
    if (st.ledger && st.ledger.address() == down.source) {
      // Without a ledger nothing may go on; what it could not write is in its error.
      st.ledger = nullptr;
      return begin_end(self, job_state::failed, "ledger: " + describe(down.reason));
    }
    const auto pool = std::find_if(st.pools.begin(), st.pools.end(), [&](const auto& p) {
      return p.second.address() == down.source;
    });
    if (pool == st.pools.end()) return;
    const auto type = pool->first;
    st.pools.erase(pool);
    pool_ended(self, type, down.reason);
  });
}

}  // namespace

supervisor_actor::behavior_type job_supervisor(self_ptr self, supervisor_config config) {
  self->state.config = std::move(config);
  self->state.restarts = restart_budget(self->state.config.restarts);
  watch_children(self);
  // However it ends: a stage looks at nothing else while it runs.
  self->attach_functor([stop = self->state.stop](const caf::error&) { stop->raise(); });
  return {
      [self](run_atom) {
        auto& st = self->state;
        ask_store<store::job_row>(
            self, [self](store::job_row& row) { taken(self, row); }, take_atom_v, st.config.job,
            st.config.process, caf::timespan(st.config.lease_ttl));
      },
      [self](done_atom, const std::string&, const std::string& result) {
        self->state.runner_spoke = true;
        self->state.runner = nullptr;
        step_done(self, result);
      },
      [self](failed_atom, const std::string&, const caf::error& error) {
        self->state.runner_spoke = true;
        self->state.runner = nullptr;
        step_failed(self, error);
      },
      [self](restart_atom, std::uint64_t timer) {
        auto& st = self->state;
        if (timer != st.timer || !st.on_timer) return;
        std::exchange(st.on_timer, nullptr)();
      },
      [self](advance_atom, const store::barrier_view& view) { barrier_moved(self, view); },
      [self](drained_atom, const std::string& type) {
        auto& st = self->state;
        st.drained.insert(type);
        self->send(st.config.barrier, advance_atom_v, st.job.id);
      },
      [self](progress_atom, store::job_id, std::string& meta) {
        auto& st = self->state;
        st.job.meta = std::move(meta);
        self->send(st.config.registry, progress_atom_v,
                   job_progress{st.job.id, st.step, st.job.meta});
        check_failure_limit(self);
      },
      [self](desire_atom, desired_state wish) {
        if (wish == desired_state::pause) begin_end(self, job_state::paused, {});
        if (wish == desired_state::cancel) begin_end(self, job_state::canceled, {});
      },
      [self](drain_atom) { begin_end(self, job_state::queued, {}); },
  };
}

}  // namespace crossdock
