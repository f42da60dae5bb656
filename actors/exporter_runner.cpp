#include "actors/exporter_runner.hpp"

#include <algorithm>
#include <unordered_map>

#include "actors/engine_log.hpp"
#include "actors/errors.hpp"

namespace crossdock {

namespace {

using self_ptr = exporter_actor::stateful_pointer<exporter_state>;

class session_claims final : public claim_source {
 public:
  explicit session_claims(std::shared_ptr<store::session_pool> pool) : pool_(std::move(pool)) {}
  store::claim_result claim(const store::claim_request& request) override {
    return pool_->acquire()->claim(request);
  }
  void settle(const store::settle_request& request) override { pool_->acquire()->settle(request); }
  void release(const store::lane_lease& lease) override { pool_->acquire()->release_lane(lease); }
  void release_all(const std::string& owner) override { pool_->acquire()->release_lanes(owner); }

 private:
  std::shared_ptr<store::session_pool> pool_;
};

void open(exporter_state& st) {
  if (st.exporter) return;
  if (!st.claims) st.claims = st.config.make_claims();
  st.context = st.config.make_context();
  st.exporter = st.config.make_exporter(*st.context);
}

std::chrono::milliseconds retry_delay(exporter_state& st, const api::delivery& work,
                                      const api::delivery_result& result) {
  int most = -1;
  for (const auto& outcome : result.outcomes) {
    if (outcome.kind != api::outcome_kind::retry) continue;
    const auto entity = std::find_if(work.entities.begin(), work.entities.end(),
                                     [&](const auto& e) { return e.id == outcome.id; });
    most = std::max(most, entity->attempts);
  }
  if (most < 0) return {};
  const auto retry = st.config.retry.capped(defaults::delivery_wait_max);
  return retry.delay(most + 1, std::uniform_real_distribution<>(0, 1)(st.random));
}

std::string_view action_of(api::outcome_kind kind) {
  switch (kind) {
    case api::outcome_kind::success: return "exported";
    case api::outcome_kind::skipped: return "skipped";
    case api::outcome_kind::failed: return "failed";
    case api::outcome_kind::retry:
    case api::outcome_kind::unsent: break;
  }
  return "retry";
}

/// One export action is one INFO line.
void log_outcomes(const exporter_config& config, const api::delivery& work,
                  const std::vector<api::outcome>& outcomes) {
  static const auto logger = logging::logger("exporter");
  if (!logger->should_log(spdlog::level::info)) return;
  std::unordered_map<std::int64_t, std::string_view> ids;
  for (const auto& entity : work.entities) ids.emplace(entity.id, entity.external_id);
  for (const auto& outcome : outcomes) {
    if (outcome.kind == api::outcome_kind::unsent) continue;
    logging::log_action(*logger, action_of(outcome.kind),
                        {{"job", config.job},
                         {"type", config.type},
                         {"id", ids.at(outcome.id)},
                         {"target_id", outcome.target_id},
                         {"reason", outcome.message}});
  }
}

/// Ends in an orderly way: a lane that is kept for the next claim is free at once. Where that fails
/// the pool, told by the error, goes on trying.
void stop(self_ptr self) {
  auto& st = self->state;
  try {
    if (st.claims) st.claims->release_all(st.config.owner);
  } catch (const store::store_error& error) {
    return self->quit(make_error(code_of(error.why()), error.what()));
  }
  self->quit();
}

/// Delivers and settles one claim. A delivery that throws gives the lane back, its window still
/// open: whoever claims it next is told that the entities are in doubt.
void deliver(self_ptr self, store::claimed_lane& claimed) {
  auto& st = self->state;
  st.context->collect_findings();
  api::delivery_result result;
  try {
    result = st.exporter->deliver(claimed.work);
    close_outcomes(claimed.work, result, st.config.retry);
  } catch (...) {
    st.context->take_findings();
    st.claims->release(claimed.lease);
    throw;
  }
  store::settle_request settle;
  settle.lease = claimed.lease;
  settle.retry_after = retry_delay(st, claimed.work, result);
  settle.outcomes = std::move(result.outcomes);
  settle.cursor = std::move(result.cursor);
  settle.findings = st.context->take_findings();
  settle.release = st.config.stop->raised();
  st.claims->settle(settle);
  log_outcomes(st.config, claimed.work, settle.outcomes);
  self->send(st.config.ledger, fold_atom_v);
}

void again(self_ptr self, std::chrono::milliseconds wait) {
  if (wait.count() == 0) {
    self->send(self, work_atom_v);
  } else {
    self->delayed_send(self, wait, work_atom_v);
  }
}

void one_round(self_ptr self) {
  auto& st = self->state;
  open(st);
  if (st.lane_in_question) {
    st.claims->release_all(st.config.owner);
    st.lane_in_question = false;
  }
  auto claim = st.claims->claim(
      {st.config.job, st.config.type, st.config.owner, st.config.lease_ttl, st.config.batch});
  st.outage = {};
  switch (claim.state) {
    case store::claim_state::claimed:
      st.idle_wait = {};
      deliver(self, *claim.claimed);
      again(self, {});
      break;
    case store::claim_state::drained:
      self->send(st.pool, drained_atom_v);
      self->quit();
      break;
    case store::claim_state::busy:
    case store::claim_state::closed:
      st.idle_wait =
          std::clamp(st.idle_wait * 2, defaults::claim_poll_initial, defaults::claim_poll_max);
      again(self, st.idle_wait);
      break;
  }
}

void store_failed(self_ptr self, const store::store_error& error) {
  auto& st = self->state;
  using enum store::store_error::kind;
  switch (error.why()) {
    case lost:  // the fence refused us: somebody else has the lane now, and nothing was written
      engine_log().warn("{} exporter of job {}: {}", st.config.type, st.config.job, error.what());
      again(self, {});
      return;
    case conflict:
      st.lane_in_question = true;
      again(self, defaults::claim_poll_initial);
      return;
    case unavailable:
      st.lane_in_question = true;
      if (st.outage < defaults::store_outage_limit) {
        const auto wait =
            std::clamp(st.outage, defaults::store_retry_initial, defaults::store_retry_max);
        st.outage += wait;
        engine_log().warn("{} exporter of job {}: {}; trying again in {} ms", st.config.type,
                          st.config.job, error.what(), wait.count());
        again(self, wait);
        return;
      }
      break;
    case refused:
    case not_found: break;
  }
  self->quit(make_error(code_of(error.why()), st.config.type + " exporter: " + error.what()));
}

}  // namespace

std::unique_ptr<claim_source> make_claim_source(std::shared_ptr<store::session_pool> pool) {
  return std::make_unique<session_claims>(std::move(pool));
}

void close_outcomes(const api::delivery& work, api::delivery_result& result,
                    const retry_policy& retry) {
  std::unordered_map<std::int64_t, const api::claimed_entity*> open;
  for (const auto& entity : work.entities) open.emplace(entity.id, &entity);
  for (auto& outcome : result.outcomes) {
    const auto found = open.find(outcome.id);
    if (found == open.end()) {
      throw std::logic_error("the " + work.type + " exporter answered twice, or for an entity it " +
                             "was not given: id " + std::to_string(outcome.id));
    }
    if (outcome.kind == api::outcome_kind::retry && retry.exhausted(found->second->attempts + 1)) {
      outcome.kind = api::outcome_kind::failed;
      outcome.message +=
          " (attempt " + std::to_string(found->second->attempts + 1) + ", no more are allowed)";
    }
    open.erase(found);
  }
  if (!open.empty()) {
    throw std::logic_error("the " + work.type + " exporter gave no outcome for " +
                           open.begin()->second->external_id + " and " +
                           std::to_string(open.size() - 1) + " more");
  }
}

exporter_actor::behavior_type exporter_runner(self_ptr self, exporter_config config,
                                              drained_listener pool) {
  self->state.config = std::move(config);
  self->state.pool = std::move(pool);
  self->state.random.seed(std::hash<std::string>{}(self->state.config.owner));
  self->send(self, work_atom_v);
  return {
      [self](work_atom) {
        if (self->state.config.stop->raised()) return stop(self);
        try {
          one_round(self);
        } catch (const store::store_error& error) {
          store_failed(self, error);
        } catch (const api::target_error& error) {
          self->quit(make_error(ec::target, error.what()));
        } catch (const api::target_paused& error) {
          self->quit(make_error(ec::paused, error.what()));
        } catch (const std::exception& error) {
          self->quit(
              make_error(ec::exporter, self->state.config.type + " exporter: " + error.what()));
        }
      },
      [self](stop_atom) { stop(self); },
  };
}

}  // namespace crossdock
