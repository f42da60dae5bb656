#include "actors/exporter_pool.hpp"

#include <algorithm>

#include "actors/engine_log.hpp"
#include "actors/errors.hpp"

namespace crossdock {

namespace {

using self_ptr = pool_actor::stateful_pointer<pool_state>;

/// Tells the pool when its runner gets hold of a lane for the first time.
class announced_claims final : public claim_source {
 public:
  announced_claims(std::unique_ptr<claim_source> claims, pool_actor pool)
      : claims_(std::move(claims)), pool_(std::move(pool)) {}
  store::claim_result claim(const store::claim_request& request) override {
    auto result = claims_->claim(request);
    if (result.state == store::claim_state::claimed && !std::exchange(announced_, true)) {
      caf::anon_send(pool_, work_atom_v);
    }
    return result;
  }
  void settle(const store::settle_request& request) override { claims_->settle(request); }
  void release(const store::lane_lease& lease) override { claims_->release(lease); }
  void release_all(const std::string& owner) override { claims_->release_all(owner); }

 private:
  std::unique_ptr<claim_source> claims_;
  pool_actor pool_;
  bool announced_ = false;
};

void start_runner(self_ptr self) {
  auto& st = self->state;
  auto config = st.config.exporter;
  config.owner = st.config.process + ":" + std::to_string(config.job) + "." + config.type + "." +
                 std::to_string(++st.started);
  config.make_claims = [make = std::move(config.make_claims), pool = pool_actor(self)] {
    return std::make_unique<announced_claims>(make(), pool);
  };
  auto owner = config.owner;
  auto runner = self->spawn<caf::detached + caf::monitored>(exporter_runner, std::move(config),
                                                            pool_actor(self));
  st.runners.push_back({std::move(runner), std::move(owner)});
}

void end_if_through(self_ptr self) {
  auto& st = self->state;
  if (!st.runners.empty()) return;
  if (st.drained) {  // nothing is held any more
    self->send(st.supervisor, drained_atom_v, st.config.exporter.type);
    self->quit();
  } else if (st.stopping && st.releases.empty()) {
    self->quit(st.failure);
  }
}

void stop_runners(self_ptr self) {
  for (const auto& runner : self->state.runners) {
    self->send<caf::message_priority::high>(runner.handle, stop_atom_v);
  }
}

/// Ends only when the last runner has: nobody may still deliver for a job that is given up.
void give_up(self_ptr self, caf::error reason) {
  auto& st = self->state;
  st.failure = std::move(reason);
  st.stopping = true;
  st.config.exporter.stop->raise();
  stop_runners(self);
}

void stop(self_ptr self) {
  auto& st = self->state;
  st.stopping = true;
  st.config.exporter.stop->raise();
  stop_runners(self);
  end_if_through(self);
}

void not_released(self_ptr self, const std::string& owner, const caf::error& error) {
  auto& st = self->state;
  auto& outage = st.releases[owner];
  const auto code = code_of(error);
  if ((code == ec::unavailable || code == ec::conflict) && outage < defaults::store_outage_limit) {
    const auto wait = std::clamp(outage, defaults::store_retry_initial, defaults::store_retry_max);
    outage += wait;
    engine_log().warn("lanes of {} are not given back: {}; trying again in {} ms", owner,
                      describe(error), wait.count());
    self->delayed_send(self, wait, release_atom_v, owner);
    return;
  }
  st.releases.erase(owner);
  if (!st.stopping) give_up(self, error);
  end_if_through(self);
}

/// What the runner held is free at once instead of after the lease; a runner that could still
/// settle is fenced by the attempt that the next claim raises.
void release_lanes(self_ptr self, const std::string& owner) {
  auto& st = self->state;
  st.releases.try_emplace(owner);
  self->request(st.store, defaults::store_request, release_atom_v, owner)
      .then(
          [self, owner](int) {
            self->state.releases.erase(owner);
            end_if_through(self);
          },
          [self, owner](const caf::error& error) { not_released(self, owner, error); });
}

void runner_died(self_ptr self, const std::string& owner, const caf::error& reason) {
  auto& st = self->state;
  release_lanes(self, owner);
  if (st.stopping || st.drained) return;
  const auto delay = code_of(reason) == ec::target || code_of(reason) == ec::paused
                         ? std::nullopt
                         : st.restarts.on_death(engine_time(self->clock().now()),
                                                std::uniform_real_distribution<>(0, 1)(st.random));
  if (!delay) {
    give_up(self, reason);
    return;
  }
  engine_log().warn("{}; starting it again in {} ms", describe(reason), delay->count());
  ++st.waiting;
  self->delayed_send(self, *delay, restart_atom_v);
}

}  // namespace

pool_actor::behavior_type exporter_pool(self_ptr self, pool_config config, store_actor store,
                                        type_listener supervisor) {
  auto& st = self->state;
  st.config = std::move(config);
  st.store = std::move(store);
  st.supervisor = std::move(supervisor);
  st.restarts = restart_budget(st.config.restarts);
  self->monitor(st.supervisor);
  self->set_down_handler([self](const caf::down_msg& down) {
    if (down.source == self->state.supervisor.address()) return stop(self);
    auto& runners = self->state.runners;
    const auto found = std::find_if(runners.begin(), runners.end(), [&](const auto& r) {
      return r.handle.address() == down.source;
    });
    if (found == runners.end()) return;
    const auto owner = found->owner;
    runners.erase(found);
    if (down.reason) runner_died(self, owner, down.reason);
    end_if_through(self);
  });
  start_runner(self);
  return {
      [self](work_atom) {
        auto& st = self->state;
        const int runners = static_cast<int>(st.runners.size()) + st.waiting;
        if (!st.stopping && !st.drained && runners < st.config.workers) start_runner(self);
      },
      [self](drained_atom) {
        // Nothing is open, so nobody delivers: whoever waits to ask again need not.
        self->state.drained = true;
        stop_runners(self);
      },
      [self](restart_atom) {
        --self->state.waiting;
        if (!self->state.stopping && !self->state.drained) start_runner(self);
      },
      [self](release_atom, const std::string& owner) { release_lanes(self, owner); },
      [self](stop_atom) { stop(self); },
  };
}

}  // namespace crossdock
