#include "actors/job_end.hpp"

#include <algorithm>

#include "actors/engine_log.hpp"
#include "actors/errors.hpp"
#include "actors/job_steps.hpp"

namespace crossdock {

namespace {

using self_ptr = supervisor_ptr;

void tell_and_quit(self_ptr self) {
  auto& st = self->state;
  self->send(st.config.registry, ended_atom_v, job_ended{st.config.job, st.end->to, st.end->error});
  if (st.ledger) self->send_exit(st.ledger, caf::exit_reason::user_shutdown);
  self->quit();
}

/// All workers are gone: write what the ledger holds, then give the job its new state.
void leave(self_ptr self) {
  auto& st = self->state;
  st.leaving = true;
  auto leave_job = [self] {
    const auto& end = *self->state.end;
    ask_store<bool>(
        self, [self](bool) { tell_and_quit(self); }, leave_atom_v, lease_of(self->state), end.to,
        end.error, end.outputs, to_json(end.patch));
  };
  if (!st.ledger) return leave_job();
  self->request(st.ledger, defaults::store_request, flush_atom_v)
      .then([leave_job](const std::string&) { leave_job(); },
            [self, leave_job](const caf::error& error) {
              auto& end = *self->state.end;
              if (end.error.empty()) end.error = describe(error);
              end.to = job_state::failed;
              end.patch = {};  // it belongs to the state that is not entered
              leave_job();
            });
}

}  // namespace

void set_timer(self_ptr self, std::chrono::milliseconds delay, std::function<void()> action) {
  auto& st = self->state;
  st.on_timer = std::move(action);
  self->delayed_send(self, delay, restart_atom_v, ++st.timer);
}

void lose(self_ptr self, const std::string& why) {
  auto& st = self->state;
  engine_log().warn("job {}: supervision lost: {}", st.config.job, why);
  st.end = supervisor_state::ending{job_state::running, why, {}, {}, true};
  st.stop->raise();
  self->send(st.config.barrier, unwatch_atom_v, st.config.job);
  for (auto& [type, pool] : st.pools) self->send(pool, stop_atom_v);
  end_if_quiet(self);
}

void store_failed(self_ptr self, const caf::error& error) {
  auto& st = self->state;
  const auto code = code_of(error);
  if ((code == ec::unavailable || code == ec::conflict) &&
      st.outage < defaults::store_outage_limit) {
    const auto wait =
        std::clamp(st.outage, defaults::store_retry_initial, defaults::store_retry_max);
    st.outage += wait;
    engine_log().warn("job {}: {}; trying again in {} ms", st.config.job, describe(error),
                      wait.count());
    set_timer(self, wait, [self] { self->state.store_request(); });
    return;
  }
  if (code == ec::lost && st.job.id == 0 && st.outage < defaults::take_patience) {
    // A process that was killed a moment ago may still have a transaction open on the job.
    st.outage += defaults::store_retry_initial;
    set_timer(self, defaults::store_retry_initial, [self] { self->state.store_request(); });
    return;
  }
  if (code == ec::lost || st.leaving || st.job.id == 0) {
    st.leaving = false;
    lose(self, describe(error));
    return;
  }
  begin_end(self, job_state::failed, describe(error));
}

void end_if_quiet(self_ptr self) {
  auto& st = self->state;
  if (!st.end || st.runner || st.fencing || !st.pools.empty() || st.leaving) return;
  if (st.end->lease_lost || st.job.id == 0) return tell_and_quit(self);
  leave(self);
}

void begin_end(self_ptr self, job_state to, std::string error, std::string outputs,
               meta_patch patch) {
  auto& st = self->state;
  if (st.end) return;
  if (!error.empty()) engine_log().info("job {} → {}: {}", st.config.job, to_string(to), error);
  st.end =
      supervisor_state::ending{to, std::move(error), std::move(outputs), std::move(patch), false};
  st.stop->raise();
  ++st.timer;  // a waiting restart is void
  self->send(st.config.barrier, unwatch_atom_v, st.config.job);
  for (auto& [type, pool] : st.pools) self->send(pool, stop_atom_v);
  end_if_quiet(self);
}

}  // namespace crossdock
