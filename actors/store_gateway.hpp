#pragma once

#include <memory>

#include "actors/interfaces.hpp"
#include "actors/store/session_pool.hpp"

namespace crossdock {

struct store_gateway_state {
  const char* name = "store_gateway";
  std::vector<store_actor> workers;  ///< the first serves requests that belong to no job
};

/// Spawns `workers` detached workers over `pool` and hands every request to one of them; requests
/// about one job always to the same, so that they stay in order.
store_actor::behavior_type store_gateway(store_actor::stateful_pointer<store_gateway_state> self,
                                         std::shared_ptr<store::session_pool> pool, int workers);

/// One worker: takes a session from the pool for each request. Spawn it detached.
store_actor::behavior_type store_worker(store_actor::pointer self,
                                        std::shared_ptr<store::session_pool> pool);

}  // namespace crossdock
