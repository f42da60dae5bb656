#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace crossdock::api {

/// What the answer to one request says about the server, not about what was asked of it.
struct server_reply {
  enum class kind : std::uint8_t {
    served,       ///< the server works: success, or a refusal of this request alone
    throttled,    ///< 429: too fast; `retry_after` says for how long, if the server did
    unavailable,  ///< 5xx, no connection, no answer in time
    unsent,       ///< the request was given up before it left: says nothing
  };
  kind what = kind::served;
  std::optional<std::chrono::milliseconds> retry_after;
  std::string detail;  ///< of throttled and unavailable, for people: "HTTP 503", "connection reset"
};

/// Whether one more request may go to a server now. One per server, shared by every exporter of
/// every job in the process, since it is the server that is slow, full or away, and not a job.
/// Thread-safe. Each admission is to be followed by exactly one leave().
class target_gate {
 public:
  virtual ~target_gate() = default;

  /// Admits a request (empty), or says how long to wait at most before asking again. `wake` is then
  /// called once, from another thread, if that is worth the while earlier. It must not block, call
  /// the gate, or outlive forget(): see there.
  virtual std::optional<std::chrono::milliseconds> enter(const void* who,
                                                         std::function<void()> wake) = 0;
  /// The request of an admission has ended.
  virtual void leave(const server_reply& reply) = 0;
  /// `who` waits no more; when this returns, its `wake` will not be called.
  virtual void forget(const void* who) = 0;
};

/// What a target says of how its server wants to be treated.
struct gate_limits {
  int connections = 16;   ///< requests at one time
  double per_second = 0;  ///< 0: no limit of our own
  int burst = 1;          ///< requests that may come at once under `per_second`
  bool operator==(const gate_limits&) const = default;
};

}  // namespace crossdock::api
