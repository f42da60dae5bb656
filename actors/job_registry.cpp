#include "actors/job_registry.hpp"

#include <algorithm>

#include "actors/engine_log.hpp"
#include "actors/errors.hpp"

namespace crossdock {

namespace {

using self_ptr = registry_actor::stateful_pointer<registry_state>;

void start_waiting(self_ptr self) {
  auto& st = self->state;
  while (!st.drain && !st.waiting.empty() &&
         static_cast<int>(st.running.size()) < st.config.max_running) {
    const auto job = st.waiting.front();
    st.waiting.pop_front();
    if (st.running.contains(job)) continue;
    auto supervisor = st.config.spawn_supervisor(job, registry_actor(self));
    self->monitor(supervisor);
    self->send(supervisor, run_atom_v);
    st.running[job] = {std::move(supervisor), false};
  }
}

void tell_ended(self_ptr self, const job_ended& ended) {
  auto [first, last] = self->state.watchers.equal_range(ended.job);
  for (auto it = first; it != last; ++it) caf::anon_send(it->second, ended_atom_v, ended);
  self->state.watchers.erase(first, last);
}

void answer_drain(self_ptr self) {
  auto& st = self->state;
  if (!st.running.empty()) return;
  for (auto& promise : st.draining) promise.deliver(true);
  st.draining.clear();
}

void supervisor_down(self_ptr self, const caf::down_msg& down) {
  auto& st = self->state;
  const auto found = std::find_if(st.running.begin(), st.running.end(), [&](const auto& entry) {
    return entry.second.supervisor.address() == down.source;
  });
  if (found == st.running.end()) return;
  const auto job = found->first;
  const bool ended = found->second.ended;
  st.running.erase(found);
  if (!ended) {
    const auto why = "its supervisor died: " + describe(down.reason);
    engine_log().error("job {}: {}; the job resumes when its lease has run out", job, why);
    tell_ended(self, {job, job_state::failed, why});
  }
  start_waiting(self);
  answer_drain(self);
}

void look_for_jobs(self_ptr self) {
  auto& st = self->state;
  const int room = st.config.max_running - static_cast<int>(st.running.size());
  if (st.drain || room <= 0 || !st.waiting.empty()) return;
  self->request(st.config.store, defaults::store_request, adopt_atom_v, room)
      .then(
          [self](const std::vector<store::job_id>& jobs) {
            for (auto job : jobs) self->state.waiting.push_back(job);
            start_waiting(self);
          },
          [](const caf::error& error) {
            engine_log().warn("looking for jobs: {}", describe(error));
          });
}

/// Tells every supervisor what its job's operator wants. A job that the renewal does not name is
/// either not taken yet or lost; its supervisor learns that from the fence of its next write.
void renewed(self_ptr self, const std::vector<store::renewed_job>& held) {
  for (const auto& [job, entry] : self->state.running) {
    const auto found = std::find_if(held.begin(), held.end(),
                                    [id = job](const auto& renewed) { return renewed.id == id; });
    if (found != held.end() && found->desired != desired_state::run) {
      self->send(entry.supervisor, desire_atom_v, found->desired);
    }
  }
}

}  // namespace

registry_actor::behavior_type job_registry(self_ptr self, registry_config config) {
  self->state.config = std::move(config);
  self->set_down_handler([self](const caf::down_msg& down) { supervisor_down(self, down); });
  if (self->state.config.adopt) self->send(self, tick_atom_v);
  return {
      [self](run_atom, store::job_id job) {
        self->state.waiting.push_back(job);
        start_waiting(self);
      },
      [self](watch_atom, store::job_id job, const caf::actor& sink) {
        self->state.watchers.emplace(job, sink);
      },
      [self](progress_atom, const job_progress& progress) {
        auto [first, last] = self->state.watchers.equal_range(progress.job);
        for (auto it = first; it != last; ++it)
          caf::anon_send(it->second, progress_atom_v, progress);
      },
      [self](ended_atom, const job_ended& ended) {
        if (auto found = self->state.running.find(ended.job); found != self->state.running.end()) {
          found->second.ended = true;
        }
        tell_ended(self, ended);
      },
      [self](renew_atom, const std::vector<store::renewed_job>& held) { renewed(self, held); },
      [self](drain_atom) -> caf::result<bool> {
        auto& st = self->state;
        st.drain = true;
        for (auto job : st.waiting) tell_ended(self, {job, job_state::queued, {}});
        st.waiting.clear();
        for (const auto& [job, entry] : st.running) self->send(entry.supervisor, drain_atom_v);
        auto promise = self->make_response_promise<bool>();
        st.draining.push_back(promise);
        answer_drain(self);
        return promise;
      },
      [self](tick_atom) {
        look_for_jobs(self);
        self->delayed_send(self, self->state.config.adoption_poll, tick_atom_v);
      },
  };
}

}  // namespace crossdock
