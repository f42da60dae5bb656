#include "actors/progress_ledger.hpp"

#include "actors/engine_log.hpp"
#include "actors/errors.hpp"

namespace crossdock {

namespace {

using self_ptr = ledger_actor::stateful_pointer<ledger_state>;

void write_next(self_ptr self);

void arm_timer(self_ptr self, std::chrono::milliseconds delay) {
  auto& st = self->state;
  if (st.timer_armed) return;
  st.timer_armed = true;
  self->delayed_send(self, delay, tick_atom_v);
}

bool idle(const ledger_state& st) {
  return st.waiting.empty() && !st.fold_wanted;
}

void answer_flushes(ledger_state& st) {
  for (auto& waiter : st.flushing) waiter.promise.deliver(st.meta);
  st.flushing.clear();
}

void written(self_ptr self, std::string& meta) {
  auto& st = self->state;
  st.writing = false;
  st.failed_tries = 0;
  st.meta = std::move(meta);
  for (const auto& sink : st.sinks) self->send(sink, progress_atom_v, st.config.job, st.meta);
  if (idle(st)) answer_flushes(st);
  if (!st.flush_next.empty()) {
    std::move(st.flush_next.begin(), st.flush_next.end(), std::back_inserter(st.flushing));
    st.flush_next.clear();
    if (idle(st)) answer_flushes(st);
  }
  if (!st.flushing.empty()) {
    write_next(self);
  } else if (!idle(st)) {
    arm_timer(self, st.config.flush_interval);
  }
}

void not_written(self_ptr self, const caf::error& error) {
  auto& st = self->state;
  st.writing = false;
  const auto code = code_of(error);
  if (code != ec::unavailable && code != ec::conflict) {
    for (auto& waiter : st.flushing) waiter.promise.deliver(error);
    for (auto& waiter : st.flush_next) waiter.promise.deliver(error);
    self->quit(error);
    return;
  }
  const auto delay = std::min<std::chrono::milliseconds>(
      defaults::store_retry_initial * (1 << std::min(st.failed_tries, 10)),
      defaults::store_retry_max);
  ++st.failed_tries;
  engine_log().warn("ledger of job {}: {}; trying again in {} ms", st.config.job, describe(error),
                    delay.count());
  arm_timer(self, delay);
}

/// Starts the next UPDATE unless one is under way. Patches first: a flush promises both.
void write_next(self_ptr self) {
  auto& st = self->state;
  if (st.writing || idle(st)) return;
  st.writing = true;
  if (!st.waiting.empty()) {
    // The patch stays at the front until it is written: a failed write loses nothing. A patch whose
    // fate is unknown (connection lost at commit) may be written twice, which is why counters
    // travel as ledger_delta rows, inside the transaction that caused them, and never through this
    // way.
    auto text = to_json(st.waiting.front());
    const auto taken = std::exchange(st.merges, 0);
    if (st.waiting.size() == 1)
      st.waiting.emplace_back();  // later merges go beside what is written
    self->request(st.store, defaults::store_request, merge_atom_v, st.config.job, std::move(text))
        .then(
            [self](std::string& meta) {
              auto& waiting = self->state.waiting;
              waiting.pop_front();
              if (waiting.front().empty()) waiting.pop_front();
              written(self, meta);
            },
            [self, taken](caf::error& error) {
              self->state.merges += taken;
              not_written(self, error);
            });
    return;
  }
  st.fold_wanted = false;
  self->request(st.store, defaults::store_request, fold_atom_v, st.config.job)
      .then([self](std::string& meta) { written(self, meta); },
            [self](caf::error& error) {
              self->state.fold_wanted = true;
              not_written(self, error);
            });
}

void add(ledger_state& st, meta_patch& patch) {
  if (st.waiting.empty() || !combine(st.waiting.back(), std::move(patch))) {
    st.waiting.push_back(std::move(patch));
  }
  ++st.merges;
}

}  // namespace

ledger_actor::behavior_type progress_ledger(self_ptr self, ledger_config config,
                                            store_actor store) {
  self->state.config = config;
  self->state.store = std::move(store);
  return {
      [self](merge_atom, meta_patch& patch) {
        auto& st = self->state;
        add(st, patch);
        if (st.merges >= st.config.flush_merges) {
          write_next(self);
        } else {
          arm_timer(self, st.config.flush_interval);
        }
      },
      [self](fold_atom) {
        self->state.fold_wanted = true;
        arm_timer(self, self->state.config.flush_interval);
      },
      [self](flush_atom) -> caf::result<std::string> {
        auto& st = self->state;
        auto promise = self->make_response_promise<std::string>();
        st.fold_wanted = true;
        (st.writing ? st.flush_next : st.flushing).push_back({promise});
        write_next(self);
        return promise;
      },
      [self](watch_atom, const meta_listener& sink) {
        auto& st = self->state;
        st.sinks.push_back(sink);
        if (!st.meta.empty()) self->send(sink, progress_atom_v, st.config.job, st.meta);
      },
      [self](tick_atom) {
        self->state.timer_armed = false;
        write_next(self);
      },
  };
}

}  // namespace crossdock
