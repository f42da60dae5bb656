#include "actors/type_barrier.hpp"

#include "actors/engine_log.hpp"
#include "actors/errors.hpp"

namespace crossdock {

namespace {

using self_ptr = barrier_actor::stateful_pointer<barrier_state>;

bool same(const store::barrier_view& a, const store::barrier_view& b) {
  return a.cohort == b.cohort && a.rank == b.rank && a.member == b.member &&
         a.finished == b.finished;
}

void recount(self_ptr self, store::job_id job);

void recounted(self_ptr self, store::job_id job, const store::barrier_view& view) {
  auto found = self->state.jobs.find(job);
  if (found == self->state.jobs.end()) return;
  auto& entry = found->second;
  entry.asking = false;
  if (!entry.last || !same(*entry.last, view)) {
    entry.last = view;
    self->send(entry.sink, advance_atom_v, view);
  }
  if (std::exchange(entry.again, false)) recount(self, job);
}

void recount(self_ptr self, store::job_id job) {
  auto& entry = self->state.jobs.at(job);
  if (entry.asking) {
    entry.again = true;
    return;
  }
  entry.asking = true;
  self->request(self->state.store, defaults::store_request, advance_atom_v, entry.group, job)
      .then([self, job](const store::barrier_view& view) { recounted(self, job, view); },
            [self, job](const caf::error& error) {
              // The poll asks again: an outage costs time, and anything else is repeated in the
              // log.
              engine_log().warn("barrier of job {}: {}", job, describe(error));
              auto found = self->state.jobs.find(job);
              if (found != self->state.jobs.end()) found->second.asking = false;
            });
}

void arm_timer(self_ptr self) {
  auto& st = self->state;
  if (st.timer_armed || st.jobs.empty()) return;
  st.timer_armed = true;
  self->delayed_send(self, st.config.poll, tick_atom_v);
}

}  // namespace

barrier_actor::behavior_type type_barrier(self_ptr self, barrier_config config, store_actor store) {
  self->state.config = config;
  self->state.store = std::move(store);
  return {
      [self](watch_atom, const std::string& group, store::job_id job,
             const barrier_listener& sink) {
        self->state.jobs[job] = {group, sink, std::nullopt, false, false};
        recount(self, job);
        arm_timer(self);
      },
      [self](unwatch_atom, store::job_id job) { self->state.jobs.erase(job); },
      [self](advance_atom, store::job_id job) {
        if (self->state.jobs.contains(job)) recount(self, job);
      },
      [self](tick_atom) {
        self->state.timer_armed = false;
        for (const auto& [job, entry] : self->state.jobs) {
          if (!entry.asking) recount(self, job);
        }
        arm_timer(self);
      },
  };
}

}  // namespace crossdock
