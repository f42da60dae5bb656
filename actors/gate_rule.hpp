#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "workflows/api/gate.hpp"

namespace crossdock {

/// When a server may be asked (design, section 4, rule 8): a token bucket, the server's own
/// Retry-After, a circuit breaker with single probes, and a number of requests in flight that grows
/// by one a round and is halved when the server cannot keep up. Pure: times are given, on any clock
/// that never goes back. Not thread-safe.
class gate_rule {
 public:
  using time = std::chrono::milliseconds;

  enum class state : std::uint8_t {
    open,       ///< requests go
    throttled,  ///< the server said 429: none before its time is over
    away,       ///< the server does not answer: one request at a time finds out whether it is back
  };

  explicit gate_rule(api::gate_limits limits);

  /// Another user of the server wants these limits: the tighter ones hold.
  void tighten(const api::gate_limits& limits);

  /// Admits one request (empty), or says how long to wait: `time::max()` when only a reply to
  /// another request can change the answer.
  std::optional<time> enter(time now);
  void leave(time now, const api::server_reply& reply);

  state status() const { return state_; }
  time since() const { return since_; }                  ///< when `status` began
  const std::string& reason() const { return reason_; }  ///< of throttled and away
  int in_flight() const { return in_flight_; }
  int allowed_in_flight() const;

 private:
  std::optional<time> take_token(time now);
  void on_served(time now);
  void on_throttled(time now, const api::server_reply& reply);
  void on_unavailable(time now, const api::server_reply& reply);
  void change(time now, state to, const std::string& reason);
  void cut_window(time now);

  api::gate_limits limits_;
  state state_ = state::open;
  time since_{0};
  time closed_until_{0};
  time probe_wait_{0};  ///< while away: doubles with every probe that fails
  std::string reason_;
  int failures_ = 0;      ///< unavailable replies in a row
  bool probing_ = false;  ///< while away: the one request that finds out is on its way
  int stale_ = 0;         ///< while away: requests from before, whose replies are still to come
  int in_flight_ = 0;
  bool is_full_ = false;   ///< somebody was turned away since it was last empty
  double window_ = 1;      ///< requests allowed in flight; fractions are progress towards the next
  bool was_cut_ = false;   ///< until the first cut the window grows by one a reply
  time no_cut_before_{0};  ///< one slow moment is answered by one cut, however many requests met it
  double tokens_ = 0;
  std::optional<time> refilled_;
};

}  // namespace crossdock
