#include "actors/stage_runner.hpp"

#include <deque>
#include <optional>

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
  } catch (const limit_reached& error) {
    return make_error(ec::limit, error.what());
  } catch (const std::exception& error) {
    return make_error(ec::stage, task.name + ": " + error.what());
  }
}

}  // namespace

stage_writer_actor::behavior_type stage_writer(
    stage_writer_actor::stateful_pointer<stage_writer_state> self,
    std::shared_ptr<store::session_pool> pool) {
  self->state.pool = std::move(pool);
  return {[self](commit_atom, const store::job_lease& lease,
                 const store::stage_batch& batch) -> caf::result<bool> {
    auto& st = self->state;
    if (st.failure) return st.failure;
    try {
      if (!st.session) st.session.emplace(st.pool->acquire());
      (*st.session)->commit_stage(lease, batch);
      return true;
    } catch (const store::store_error& error) {
      st.session.reset();
      st.failure = make_error(code_of(error.why()), error.what());
      return st.failure;
    }
  }};
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
