#pragma once

#include <memory>
#include <string>

#include "actors/engine_options.hpp"
#include "actors/interfaces.hpp"

namespace crossdock {

/// The actor system with crossdock's singletons in it: store gateway, barrier, registry, lease
/// keeper. They are spawned by a CAF module when the system starts, and ended by drain().
/// Thread-safe from any thread; one per process.
class engine {
 public:
  explicit engine(engine_options options);
  /// Drains (waiting at most defaults::drain_deadline) unless that was done; a system that does not
  /// come to rest in time ends the process, since CAF would wait for ever.
  ~engine();
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  caf::actor_system& system();
  registry_actor registry() const;
  /// Identifies this process in the database.
  const std::string& process_id() const;

  /// Stops claiming, settles or releases what is in flight, flushes the ledgers, gives the jobs
  /// back. Returns when that is done; false when the deadline passed first. Repeatable.
  bool drain(std::chrono::milliseconds deadline = defaults::drain_deadline);

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace crossdock
