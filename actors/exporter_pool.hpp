#pragma once

#include <map>
#include <random>
#include <vector>

#include "actors/exporter_runner.hpp"

namespace crossdock {

struct pool_config {
  exporter_config exporter;  ///< owner is filled in per runner
  std::string process;       ///< name of this process: the first half of each owner
  int workers = 5;           ///< runners at most
  restart_policy restarts;
};

/// The exporters of one type of one job.
using pool_actor = caf::typed_actor<
    /// From a runner: it got hold of a lane for the first time.
    reacts_to<work_atom>,
    /// From a runner: nothing of the type is open any more.
    reacts_to<drained_atom>,
    /// A runner's time to be started again.
    reacts_to<restart_atom>,
    /// A time to try again to give back the lanes of this runner.
    reacts_to<release_atom, std::string>,
    /// Stops all runners; the pool ends when the last one has.
    reacts_to<stop_atom>>;

/// Who is told that a type is through: the supervisor.
using type_listener = caf::typed_actor<reacts_to<drained_atom, std::string>>;

struct pool_state {
  const char* name = "exporter_pool";
  pool_config config;
  type_listener supervisor;
  store_actor store;
  struct runner {
    exporter_actor handle;
    std::string owner;
  };
  std::vector<runner> runners;
  /// Owners whose lanes are still to be given back, with how long that has been tried. The keeper
  /// renews all lanes of the process, so that no lease would end by itself.
  std::map<std::string, std::chrono::milliseconds> releases;
  int started = 0;  ///< runners ever started: makes owners unique
  int waiting = 0;  ///< restarts to come
  bool drained = false;
  bool stopping = false;
  caf::error failure;  ///< why the pool gave up
  restart_budget restarts{restart_policy{}};
  std::minstd_rand random;
};

/// A pull pool: each runner claims for itself, nothing is queued here, so a runner that dies loses
/// nothing. There is always one runner more than ever had a lane, up to `workers`: a type with two
/// lanes costs three threads and sessions, whatever the limit. One that dies is started again with
/// backoff; beyond the limit the pool ends with the runner's error. What a dead one held is given
/// back, which is repeated while the store is away. A pool whose supervisor dies stops. Tells
/// `supervisor` (drained_atom, type) once the type is through, then ends.
pool_actor::behavior_type exporter_pool(pool_actor::stateful_pointer<pool_state> self,
                                        pool_config config, store_actor store,
                                        type_listener supervisor);

}  // namespace crossdock
