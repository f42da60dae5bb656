#pragma once

#include "actors/defaults.hpp"
#include "actors/interfaces.hpp"

namespace crossdock {

struct lease_keeper_config {
  std::string owner;  ///< this process (make_process_name())
  std::chrono::milliseconds ttl = defaults::lease_ttl;
  std::chrono::milliseconds every = defaults::lease_renewal;
};

using lease_keeper_actor = caf::typed_actor<reacts_to<tick_atom>>;

struct lease_keeper_state {
  const char* name = "lease_keeper";
  lease_keeper_config config;
  store_actor store;
  registry_actor registry;
};

/// Renews every lease of this process and carries the operator's wishes, which the renewal answers,
/// to the registry. A renewal that fails is simply tried again: when leases run out meanwhile, the
/// fences in the database keep this process from doing harm.
lease_keeper_actor::behavior_type lease_keeper(
    lease_keeper_actor::stateful_pointer<lease_keeper_state> self, lease_keeper_config config,
    store_actor store, registry_actor registry);

}  // namespace crossdock
