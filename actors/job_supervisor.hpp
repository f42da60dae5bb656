#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>

#include "actors/exporter_pool.hpp"
#include "actors/interfaces.hpp"
#include "actors/job_plan.hpp"
#include "actors/stage_runner.hpp"

namespace crossdock {

struct supervisor_config {
  store::job_id job = 0;
  std::string process;  ///< name of this process: owner of the job's lease
  std::chrono::milliseconds lease_ttl = defaults::lease_ttl;
  restart_policy restarts;
  std::shared_ptr<store::session_pool> pool;
  std::shared_ptr<target_gates> gates;
  store_actor store;
  barrier_actor barrier;
  registry_actor registry;
  /// Finds plugins and secrets for a job; throws std::exception with what is missing.
  std::function<job_plan(const store::job_row&)> resolve;
  /// Writes the job's reports into its output directory; runs on the finishing step's thread.
  std::function<void(store::session&, const store::job_row&)> write_report;
};

struct supervisor_state {
  const char* name = "job_supervisor";
  supervisor_config config;
  store::job_row job;
  job_plan plan;
  ledger_actor ledger;
  stop_ptr stop = std::make_shared<stop_flag>();
  std::shared_ptr<api::target> target;  ///< made by the first preparation

  std::string step;           ///< the step that runs or is to run: a stage's name or one of step::
  caf::actor runner;          ///< its runner, while it runs
  bool runner_spoke = false;  ///< the runner has told how it ended
  caf::actor_clock::time_point step_began;
  restart_budget restarts{restart_policy{}};
  bool fencing = false;    ///< the epoch is being raised: no lease is valid meanwhile
  bool restarted = false;  ///< some step was started again: units may have marks
  std::minstd_rand random;

  std::map<std::string, pool_actor> pools;  ///< running pools by type
  std::set<std::string> drained;            ///< types that are through
  std::int64_t failed_before = 0;           ///< failures that a resume after a limit has accepted

  /// The store request under way or waiting to be repeated; at most one at a time.
  std::function<void()> store_request;
  std::chrono::milliseconds outage{0};
  std::uint64_t timer = 0;  ///< only the newest timer counts
  std::function<void()> on_timer;

  struct ending {
    job_state to = job_state::failed;
    std::string error;
    std::string outputs;
    meta_patch patch;  ///< merged together with the new state
    bool lease_lost = false;
  };
  std::optional<ending> end;
  bool leaving = false;  ///< the last request is on its way
};

/// Drives one job through its steps: the workflow's stages, ready_export, exporting, finishing.
/// Each step's work is done by actors it spawns and monitors; one that fails is started again with
/// backoff up to a limit, then the job fails with the reason. Everything it decides is written
/// under the job's lease, so that a supervisor that was replaced does no harm.
supervisor_actor::behavior_type job_supervisor(
    supervisor_actor::stateful_pointer<supervisor_state> self, supervisor_config config);

}  // namespace crossdock
