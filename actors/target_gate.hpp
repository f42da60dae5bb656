#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "actors/gate_rule.hpp"
#include "workflows/api/gate.hpp"

namespace crossdock {

/// gate_rule for many threads. Not an actor: a request and its answer would pass two mailboxes for
/// every call to the target (docs/adr/0012).
class shared_gate final : public api::target_gate {
 public:
  shared_gate(std::string server, api::gate_limits limits);

  std::optional<std::chrono::milliseconds> enter(const void* who,
                                                 std::function<void()> wake) override;
  void leave(const api::server_reply& reply) override;
  void forget(const void* who) override;

  void tighten(const api::gate_limits& limits);

  /// Empty while requests go; else since when and why they do not.
  struct obstacle {
    std::string server;
    std::string reason;
    std::chrono::milliseconds for_how_long{0};
  };
  std::optional<obstacle> status() const;

 private:
  struct waiter {
    const void* who;
    std::function<void()> wake;
  };

  void remove(const void* who);
  void wake_some();
  void tell(gate_rule::state before) const;

  const std::string server_;
  mutable std::mutex mutex_;  ///< guards all below; `wake` is called under it, see forget()
  gate_rule rule_;
  std::list<waiter> waiters_;  ///< who came first is woken first
};

/// The gates of a process, one per server. Thread-safe.
class target_gates {
 public:
  /// `server`: scheme, host and port, as the target writes them.
  std::shared_ptr<shared_gate> find(const std::string& server, const api::gate_limits& limits);
  /// What holds requests up now.
  std::vector<shared_gate::obstacle> obstacles() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<shared_gate>> gates_;
};

}  // namespace crossdock
