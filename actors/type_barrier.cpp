#include "actors/type_barrier.hpp"

#include <algorithm>
#include <set>

#include "actors/engine_log.hpp"
#include "actors/errors.hpp"

namespace crossdock {

namespace {

using self_ptr = barrier_actor::stateful_pointer<barrier_state>;

bool same(const store::barrier_view& a, const store::barrier_view& b) {
  return a.cohort == b.cohort && a.rank == b.rank && a.member == b.member &&
         a.finished == b.finished;
}

barrier_state::position position_in(const store::barrier_view& view) {
  return {view.cohort, view.rank, view.member && view.finished};
}

void recount(self_ptr self, store::job_id job);

/// What moved for one job has moved for all of its group. Each of them asks for itself, since only
/// the database knows who belongs to the cohort.
void group_moved(self_ptr self, const std::string& group, store::job_id known) {
  for (const auto& [job, entry] : self->state.jobs) {
    if (job != known && entry.group == group) recount(self, job);
  }
}

void recounted(self_ptr self, store::job_id job, const store::barrier_view& view) {
  auto found = self->state.jobs.find(job);
  if (found == self->state.jobs.end()) return;
  auto& entry = found->second;
  entry.asking = false;
  if (!entry.last || !same(*entry.last, view)) {
    entry.last = view;
    self->send(entry.sink, advance_atom_v, view);
  }
  auto& furthest = self->state.groups[entry.group];
  if (furthest < position_in(view)) {
    furthest = position_in(view);
    group_moved(self, entry.group, job);
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

/// One job of each group, and whoever has not heard how far its group is.
void poll(self_ptr self) {
  std::set<std::string_view> asked;
  for (const auto& [job, entry] : self->state.jobs) {
    const bool first = asked.insert(entry.group).second;
    const bool behind = !entry.last || position_in(*entry.last) < self->state.groups[entry.group];
    if ((first || behind) && !entry.asking) recount(self, job);
  }
}

void forget_group(barrier_state& st, const std::string& group) {
  const bool watched = std::any_of(st.jobs.begin(), st.jobs.end(),
                                   [&](const auto& entry) { return entry.second.group == group; });
  if (!watched) st.groups.erase(group);
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
      [self](unwatch_atom, store::job_id job) {
        auto& st = self->state;
        const auto found = st.jobs.find(job);
        if (found == st.jobs.end()) return;
        const auto group = std::move(found->second.group);
        st.jobs.erase(found);
        forget_group(st, group);
      },
      [self](advance_atom, store::job_id job) {
        if (self->state.jobs.contains(job)) recount(self, job);
      },
      [self](tick_atom) {
        self->state.timer_armed = false;
        poll(self);
        arm_timer(self);
      },
  };
}

}  // namespace crossdock
