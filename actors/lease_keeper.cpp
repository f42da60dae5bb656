#include "actors/lease_keeper.hpp"

#include "actors/engine_log.hpp"
#include "actors/errors.hpp"

namespace crossdock {

lease_keeper_actor::behavior_type lease_keeper(
    lease_keeper_actor::stateful_pointer<lease_keeper_state> self, lease_keeper_config config,
    store_actor store, registry_actor registry) {
  self->state.config = std::move(config);
  self->state.store = std::move(store);
  self->state.registry = std::move(registry);
  self->delayed_send(self, self->state.config.every, tick_atom_v);
  return {
      [self](tick_atom) {
        auto& st = self->state;
        self->delayed_send(self, st.config.every, tick_atom_v);
        self->request(st.store, st.config.ttl, renew_atom_v, st.config.owner,
                      caf::timespan(st.config.ttl))
            .then(
                [self](std::vector<store::renewed_job>& held) {
                  self->send(self->state.registry, renew_atom_v, std::move(held));
                },
                [](const caf::error& error) {
                  engine_log().warn("renewing leases: {}", describe(error));
                });
      },
  };
}

}  // namespace crossdock
