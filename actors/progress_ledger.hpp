#pragma once

#include <chrono>
#include <deque>
#include <vector>

#include "actors/core/retry_policy.hpp"
#include "actors/defaults.hpp"
#include "actors/interfaces.hpp"

namespace crossdock {

struct ledger_config {
  store::job_id job = 0;
  std::chrono::milliseconds flush_interval = defaults::ledger_flush_interval;
  std::size_t flush_merges = defaults::ledger_flush_merges;
};

struct ledger_state {
  const char* name = "progress_ledger";
  ledger_config config;
  store_actor store;
  /// Patches not yet written. The last one takes further merges; an earlier one exists only where
  /// two operations cannot be expressed in one patch (a `set` after an `incr`).
  std::deque<meta_patch> waiting;
  std::size_t merges = 0;    ///< merges in `waiting`
  bool fold_wanted = false;  ///< deltas wait in the database
  bool writing = false;      ///< an UPDATE is under way; at most one at a time
  bool timer_armed = false;
  int failed_tries = 0;  ///< consecutive writes the database did not take
  std::string meta;      ///< as of the last write
  struct flush_waiter {
    caf::typed_response_promise<std::string> promise;
  };
  std::vector<flush_waiter> flushing;    ///< answered by the write under way
  std::vector<flush_waiter> flush_next;  ///< asked while a write was under way
  std::vector<meta_listener> sinks;
};

/// Owns the meta of one job. Everything that changes meta reaches the database as ONE
/// `UPDATE job SET meta = merge_meta(meta, patch)` (or fold of deltas) at a time, at most one per
/// interval. A database that is away is waited for; an UPDATE that the rules refuse ends the ledger
/// with that error (its supervisor fails the job), since going on would lose the merge silently.
ledger_actor::behavior_type progress_ledger(ledger_actor::stateful_pointer<ledger_state> self,
                                            ledger_config config, store_actor store);

}  // namespace crossdock
