#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>

#include "actors/core/retry_policy.hpp"
#include "actors/defaults.hpp"
#include "actors/export_context.hpp"
#include "actors/interfaces.hpp"

namespace crossdock {

/// Claims and settles for one exporter. The real one is a session; tests script their own.
class claim_source {
 public:
  virtual ~claim_source() = default;
  virtual store::claim_result claim(const store::claim_request& request) = 0;
  virtual void settle(const store::settle_request& request) = 0;
  virtual void release(const store::lane_lease& lease) = 0;
  /// Gives back every lane the owner keeps for its next claim.
  virtual void release_all(const std::string& owner) = 0;
};

std::unique_ptr<claim_source> make_claim_source(std::shared_ptr<store::session_pool> pool);

struct exporter_config {
  store::job_id job = 0;
  std::string type;
  std::string owner;  ///< unique per runner: "<process>:<job>.<type>.<n>"
  int batch = 1000;
  retry_policy retry;
  std::chrono::milliseconds lease_ttl = defaults::lease_ttl;
  stop_ptr stop;
  /// Made on the runner's own thread, so that a slow or failing construction is the runner's.
  std::function<std::unique_ptr<claim_source>()> make_claims;
  std::function<std::unique_ptr<export_context>()> make_context;
  std::function<std::unique_ptr<api::exporter>(api::target_context&)> make_exporter;
  ledger_actor ledger;
};

/// Who is told that a type has no open entity left: the pool.
using drained_listener = caf::typed_actor<reacts_to<drained_atom>>;

/// One exporter: claims a piece of a lane, delivers it, settles it, and begins again.
using exporter_actor = caf::typed_actor<
    /// One round. Sent by itself.
    reacts_to<work_atom>,
    /// Gives back what it holds and ends.
    reacts_to<stop_atom>>;

struct exporter_state {
  const char* name = "exporter";
  exporter_config config;
  drained_listener pool;
  std::unique_ptr<claim_source> claims;
  std::unique_ptr<export_context> context;
  std::unique_ptr<api::exporter> exporter;  ///< destroyed before its context
  /// A request to the store broke off: a lane may still be ours with its window open, which no
  /// claim gives out again. It is given back first; its entities are then in doubt.
  bool lane_in_question = false;
  std::chrono::milliseconds idle_wait{0};  ///< grows while there is nothing to claim
  std::chrono::milliseconds outage{0};     ///< how long the database has been away
  std::mt19937_64 random;
  ~exporter_state() { exporter.reset(); }
};

/// Spawn detached. Tells its pool (drained_atom) and ends when the type has no open entity left.
/// Ends with ec::exporter (or the store's error) when it cannot go on; its lanes are given back
/// first.
exporter_actor::behavior_type exporter_runner(exporter_actor::stateful_pointer<exporter_state> self,
                                              exporter_config config, drained_listener pool);

/// Completes a delivery for the settle: checks that each claimed entity has exactly one outcome,
/// and turns `retry` into `failed` where the attempts are spent. Pure. Throws std::logic_error when
/// the exporter's answer does not fit the delivery.
void close_outcomes(const api::delivery& work, api::delivery_result& result,
                    const retry_policy& retry);

}  // namespace crossdock
