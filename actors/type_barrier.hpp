#pragma once

#include <compare>
#include <map>
#include <optional>

#include "actors/defaults.hpp"
#include "actors/interfaces.hpp"

namespace crossdock {

struct barrier_config {
  std::chrono::milliseconds poll = defaults::barrier_poll;
};

struct barrier_state {
  const char* name = "type_barrier";
  barrier_config config;
  store_actor store;
  struct watched {
    std::string group;
    barrier_listener sink;
    std::optional<store::barrier_view> last;  ///< what the sink was told
    bool asking = false;                      ///< a recount for this job is under way
    bool again = false;                       ///< a hint came meanwhile
  };
  std::map<store::job_id, watched> jobs;
  /// How far a group is; grows.
  struct position {
    std::int64_t cohort = 0;
    int rank = 0;
    bool through = false;  ///< nothing of the cohort is open any more
    auto operator<=>(const position&) const = default;
  };
  std::map<std::string, position> groups;  ///< of the watched jobs
  bool timer_armed = false;
};

/// Gates the transitions from type to type. The rule itself is the database's: every claim reads
/// the barrier row, and the recount that raises it holds that row's lock. This actor only decides
/// when to recount (a hint, news about another job of the group, or the poll that makes up for lost
/// ones) and tells the supervisors.
barrier_actor::behavior_type type_barrier(barrier_actor::stateful_pointer<barrier_state> self,
                                          barrier_config config, store_actor store);

}  // namespace crossdock
