#include "actors/stage_runner.hpp"

#include <deque>
#include <optional>

#include "actors/engine_log.hpp"
#include "actors/errors.hpp"
#include "workflows/api/exporter.hpp"

namespace crossdock {

namespace {

/// Carries an actor's error through the stage's call stack.
class batch_failed : public std::runtime_error {
 public:
  explicit batch_failed(caf::error e) : std::runtime_error(describe(e)), error(std::move(e)) {}
  caf::error error;
};

/// Hands batches to the writer, a few in flight: while the database takes a batch, the stage reads
/// and parses the next ones.
class writer_sink final : public batch_sink {
 public:
  writer_sink(caf::blocking_actor* self, const stage_task& task)
      : self_(self),
        lease_(task.lease),
        ledger_(task.ledger),
        writer_(self->spawn<caf::detached + caf::linked>(stage_writer, task.pool)) {}
  /// Waits for a commit under way: were the step started again beside it, both would count.
  ~writer_sink() override {
    self_->send_exit(writer_, caf::exit_reason::user_shutdown);
    self_->wait_for(writer_);
  }

  void submit(store::stage_batch batch) override {
    while (in_flight_.size() >= defaults::stage_batches_in_flight) wait_for_one();
    in_flight_.push_back(
        self_->request(writer_, defaults::store_request, commit_atom_v, lease_, std::move(batch)));
  }

  void drain() override {
    while (!in_flight_.empty()) wait_for_one();
  }

 private:
  using pending = decltype(std::declval<caf::blocking_actor*>()->request(
      std::declval<stage_writer_actor>(), defaults::store_request, commit_atom_v,
      std::declval<store::job_lease>(), std::declval<store::stage_batch>()));

  void wait_for_one() {
    auto response = std::move(in_flight_.front());
    in_flight_.pop_front();
    caf::error failure;
    response.receive([](bool) {}, [&failure](caf::error& e) { failure = std::move(e); });
    if (failure) throw batch_failed(std::move(failure));
    self_->send(ledger_, fold_atom_v);
  }

  caf::blocking_actor* self_;
  store::job_lease lease_;
  ledger_actor ledger_;
  stage_writer_actor writer_;
  std::deque<pending> in_flight_;
};

caf::error run_task(caf::blocking_actor* self, const stage_task& task, std::string& result) {
  try {
    writer_sink sink(self, task);
    result = task.run(sink);
    sink.drain();
    return {};
  } catch (const api::stage_stopped&) {
    return make_error(ec::stopped, task.name + " was stopped");
  } catch (const batch_failed& failed) {
    return failed.error;
  } catch (const store::store_error& error) {
    return make_error(code_of(error.why()), task.name + ": " + error.what());
  } catch (const api::source_error& error) {
    return make_error(ec::source, error.what());
  } catch (const api::target_error& error) {
    return make_error(ec::target, error.what());
  } catch (const api::target_paused& error) {
    return make_error(ec::paused, error.what());
  } catch (const limit_reached& error) {
    return make_error(ec::limit, error.what());
  } catch (const std::exception& error) {
    return make_error(ec::stage, task.name + ": " + error.what());
  }
}

using writer_ptr = stage_writer_actor::stateful_pointer<stage_writer_state>;

/// Writes the first batch; false when it met a conflict and is to be tried again later.
bool write_first(writer_ptr self) {
  auto& st = self->state;
  const auto& first = st.batches.front();
  try {
    if (!st.session) st.session.emplace(st.pool->acquire());
    (*st.session)->commit_stage(first.lease, first.batch);
    st.conflicts = 0;
  } catch (const store::store_error& error) {
    const auto& retry = defaults::commit_conflicts;
    if (error.why() == store::store_error::kind::conflict && !retry.exhausted(++st.conflicts)) {
      const auto wait =
          retry.delay(st.conflicts, std::uniform_real_distribution<>(0, 1)(st.random));
      engine_log().warn("job {}: {}; writing the batch again in {} ms", first.lease.id,
                        error.what(), wait.count());
      self->delayed_send(self, wait, restart_atom_v);
      return false;
    }
    st.session.reset();
    st.failure = make_error(code_of(error.why()), error.what());
  }
  return true;
}

void write_batches(writer_ptr self) {
  auto& st = self->state;
  while (!st.batches.empty()) {
    if (!st.failure && !write_first(self)) return;
    if (st.failure) {
      st.batches.front().answer.deliver(st.failure);
    } else {
      st.batches.front().answer.deliver(true);
    }
    st.batches.pop_front();
  }
}

}  // namespace

stage_writer_actor::behavior_type stage_writer(writer_ptr self,
                                               std::shared_ptr<store::session_pool> pool) {
  self->state.pool = std::move(pool);
  self->state.random.seed(std::random_device{}());
  return {
      [self](commit_atom, const store::job_lease& lease,
             store::stage_batch& batch) -> caf::result<bool> {
        auto& batches = self->state.batches;
        auto answer = self->make_response_promise<bool>();
        const bool resting = !batches.empty();
        batches.push_back({lease, std::move(batch), answer});
        if (!resting) write_batches(self);
        return answer;
      },
      [self](restart_atom) { write_batches(self); },
  };
}

void stage_runner(caf::blocking_actor* self, stage_task task, caf::actor supervisor) {
  std::string result;
  if (auto error = run_task(self, task, result)) {
    self->send(supervisor, failed_atom_v, task.name, std::move(error));
  } else {
    self->send(supervisor, done_atom_v, task.name, std::move(result));
  }
}

}  // namespace crossdock
