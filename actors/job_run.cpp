#include "actors/job_run.hpp"

#include "actors/engine.hpp"

namespace crossdock {

struct job_run::impl {
  explicit impl(engine_options options) : running(std::move(options)) {}
  engine running;
};

job_run::job_run(engine_options options) : impl_(std::make_unique<impl>(std::move(options))) {}
job_run::~job_run() = default;

job_ended job_run::run(store::job_id job,
                       const std::function<void(const job_progress&)>& progress) {
  caf::scoped_actor self{impl_->running.system()};
  const auto registry = impl_->running.registry();
  self->send(registry, watch_atom_v, job, caf::actor_cast<caf::actor>(self));
  self->send(registry, run_atom_v, job);
  job_ended result;
  bool ended = false;
  self->receive_while([&ended] { return !ended; })(
      [&](progress_atom, const job_progress& now) { progress(now); },
      [&](ended_atom, const job_ended& end) {
        result = end;
        ended = true;
      });
  return result;
}

void job_run::stop() {
  caf::anon_send(impl_->running.registry(), drain_atom_v);
}

}  // namespace crossdock
