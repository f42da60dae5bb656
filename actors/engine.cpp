#include "actors/engine.hpp"

#include <cstdlib>

#include "actors/engine_log.hpp"
#include "actors/errors.hpp"
#include "actors/job_registry.hpp"
#include "actors/job_supervisor.hpp"
#include "actors/lease_keeper.hpp"
#include "actors/process_name.hpp"
#include "actors/store_gateway.hpp"
#include "actors/type_barrier.hpp"

namespace crossdock {

namespace {

/// The singletons of one process.
struct singletons {
  store_actor store;
  barrier_actor barrier;
  registry_actor registry;
  lease_keeper_actor keeper;
};

/// CAF 0.17 has a fixed table of modules; this takes the slot of the network manager, which nothing
/// here uses.
class engine_module final : public caf::actor_system::module {
 public:
  engine_module(caf::actor_system& system, const engine_options& options, std::string process,
                singletons& all)
      : system_(system), options_(options), process_(std::move(process)), all_(all) {}

  void init(caf::actor_system_config&) override {}
  void start() override;
  void stop() override {}
  id_t id() const override { return network_manager; }
  void* subtype_ptr() override { return this; }

 private:
  supervisor_config base_supervisor() const;

  caf::actor_system& system_;
  const engine_options& options_;
  std::string process_;
  std::shared_ptr<target_gates> gates_ = std::make_shared<target_gates>();
  singletons& all_;
};

supervisor_config engine_module::base_supervisor() const {
  supervisor_config config;
  config.process = process_;
  config.restarts = options_.restarts;
  config.pool = options_.pool;
  config.gates = gates_;
  config.store = all_.store;
  config.barrier = all_.barrier;
  config.resolve = options_.resolve;
  config.write_report = options_.write_report;
  return config;
}

void engine_module::start() {
  all_.store = system_.spawn(store_gateway, options_.pool, defaults::store_workers);
  all_.barrier = system_.spawn(type_barrier, barrier_config{}, all_.store);
  registry_config registry;
  registry.max_running = options_.max_running;
  registry.adopt = options_.adopt;
  registry.store = all_.store;
  registry.spawn_supervisor = [this, base = base_supervisor()](store::job_id job,
                                                               registry_actor from) {
    auto config = base;
    config.job = job;
    config.registry = std::move(from);
    return system_.spawn(job_supervisor, std::move(config));
  };
  all_.registry = system_.spawn(job_registry, std::move(registry));
  lease_keeper_config keeper;
  keeper.owner = process_;
  all_.keeper = system_.spawn(lease_keeper, std::move(keeper), all_.store, all_.registry);
}

struct system_config : caf::actor_system_config {
  explicit system_config(const engine_options& options) {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", options.threads);
    add_message_types<caf::id_block::crossdock>();
  }
};

}  // namespace

struct engine::impl {
  explicit impl(engine_options o)
      : options(std::move(o)), process(make_process_name()), config(options) {
    config.module_factories.push_back([this](caf::actor_system& sys) -> caf::actor_system::module* {
      return new engine_module(sys, options, process, all);
    });
    system = std::make_unique<caf::actor_system>(config);
  }

  void end_singletons() {
    for (auto address : {all.keeper.address(), all.registry.address(), all.barrier.address(),
                         all.store.address()}) {
      caf::anon_send_exit(caf::actor_cast<caf::actor>(address), caf::exit_reason::user_shutdown);
    }
    all = {};
  }

  engine_options options;
  std::string process;
  system_config config;
  singletons all;
  std::unique_ptr<caf::actor_system> system;
  bool drained = false;
};

engine::engine(engine_options options) : impl_(std::make_unique<impl>(std::move(options))) {}

engine::~engine() {
  if (!drain()) {
    engine_log().error(
        "the engine did not come to rest within {} s; leases free its work",
        std::chrono::duration_cast<std::chrono::seconds>(defaults::drain_deadline).count());
    std::_Exit(EXIT_FAILURE);
  }
  impl_->end_singletons();
}

caf::actor_system& engine::system() {
  return *impl_->system;
}
registry_actor engine::registry() const {
  return impl_->all.registry;
}
const std::string& engine::process_id() const {
  return impl_->process;
}

bool engine::drain(std::chrono::milliseconds deadline) {
  if (impl_->drained) return true;
  caf::scoped_actor self{*impl_->system};
  self->request(impl_->all.registry, deadline, drain_atom_v)
      .receive([this](bool) { impl_->drained = true; },
               [](caf::error& error) { engine_log().warn("drain: {}", describe(error)); });
  return impl_->drained;
}

}  // namespace crossdock
