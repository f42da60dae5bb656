#include "actors/core/retry_policy.hpp"

#include <algorithm>
#include <utility>

namespace crossdock {

namespace {

using std::chrono::milliseconds;

/// initial × 2^(failed - 1), at most max; without overflow for any `failed`.
milliseconds backoff(milliseconds initial, milliseconds max, int failed) {
  milliseconds wait = std::min(initial, max);
  for (int i = 1; i < failed && wait < max && wait.count() > 0; ++i) {
    wait = wait > max / 2 ? max : wait * 2;
  }
  return wait;
}

milliseconds scaled(milliseconds wait, double factor) {
  const double exact = static_cast<double>(wait.count()) * std::clamp(factor, 0.0, 1.0);
  return milliseconds(static_cast<std::int64_t>(exact));
}

}  // namespace

std::string_view to_string(jitter j) {
  return j == jitter::full ? "full" : "none";
}

std::optional<jitter> jitter_from(std::string_view text) {
  if (text == "full") return jitter::full;
  if (text == "none") return jitter::none;
  return std::nullopt;
}

milliseconds retry_policy::delay(int failed, double random) const {
  const milliseconds wait = backoff(initial, max, failed);
  return spread == jitter::full ? scaled(wait, random) : wait;
}

retry_policy retry_policy::capped(milliseconds limit) const {
  retry_policy result = *this;
  result.max = std::min(max, limit);
  return result;
}

std::optional<milliseconds> restart_budget::on_death(time now, double random) {
  while (!deaths_.empty() && now - deaths_.front() >= policy_.window) deaths_.pop_front();
  if (std::cmp_greater_equal(deaths_.size(), policy_.restarts)) return std::nullopt;
  deaths_.push_back(now);
  const milliseconds wait = backoff(policy_.initial, policy_.max, static_cast<int>(deaths_.size()));
  return scaled(wait, 0.5 + random / 2);
}

}  // namespace crossdock
