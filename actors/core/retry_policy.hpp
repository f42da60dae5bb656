#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

namespace crossdock {

/// How the wait before a retry is spread.
enum class jitter : std::uint8_t {
  full,  ///< evenly between 0 and the backoff: many clients do not come back together
  none,  ///< exactly the backoff
};

std::string_view to_string(jitter j);
std::optional<jitter> jitter_from(std::string_view text);

/// `retry:` of a workflow file. Waits double from `initial` up to `max`.
struct retry_policy {
  int attempts = 5;  ///< deliveries in all, the first included
  std::chrono::milliseconds initial{500};
  std::chrono::milliseconds max{60'000};
  jitter spread = jitter::full;

  /// The wait after `failed` deliveries failed (1 is the first). `random` is in [0, 1].
  std::chrono::milliseconds delay(int failed, double random) const;
  /// True when `failed` deliveries were the last ones allowed.
  bool exhausted(int failed) const { return failed >= attempts; }
  /// The same policy with no wait above `limit`: for entities whose wait holds the barrier.
  retry_policy capped(std::chrono::milliseconds limit) const;

  bool operator==(const retry_policy&) const = default;
};

/// How often a supervisor restarts a child that dies, before it gives up.
struct restart_policy {
  int restarts = 5;  ///< within `window`
  std::chrono::milliseconds window{60'000};
  std::chrono::milliseconds initial{200};
  std::chrono::milliseconds max{10'000};
};

/// Counts one child's deaths. Times are on any clock that never goes back.
class restart_budget {
 public:
  using time = std::chrono::milliseconds;

  explicit restart_budget(restart_policy policy) : policy_(policy) {}

  /// The child died at `now`: how long to wait before its restart; empty when the limit within the
  /// window is spent. `random` in [0, 1] spreads the wait over its upper half.
  std::optional<std::chrono::milliseconds> on_death(time now, double random);

 private:
  restart_policy policy_;
  std::deque<time> deaths_;  ///< those within the window, oldest first
};

}  // namespace crossdock
