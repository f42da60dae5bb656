#include "actors/gate_rule.hpp"

#include <algorithm>
#include <cmath>

namespace crossdock {

using namespace std::chrono_literals;

namespace {

/// A single error may be one request's bad luck; so many in a row are the server's state.
constexpr int failures_until_away = 3;
constexpr gate_rule::time probe_wait_initial = 500ms;
/// What a server that came back is left waiting at most.
constexpr gate_rule::time probe_wait_max = 5s;
/// For a 429 that does not say for how long.
constexpr gate_rule::time throttle_wait = 1s;
/// No server is believed to be busy for longer: it is asked again.
constexpr gate_rule::time closed_max = 5min;
constexpr double window_initial = 4;

}  // namespace

gate_rule::gate_rule(api::gate_limits limits)
    : limits_(limits),
      window_(std::min<double>(window_initial, limits.connections)),
      tokens_(limits.burst) {}

void gate_rule::tighten(const api::gate_limits& limits) {
  limits_.connections = std::min(limits_.connections, limits.connections);
  if (limits.per_second > 0 &&
      (limits_.per_second == 0 || limits.per_second < limits_.per_second)) {
    if (limits_.per_second == 0) tokens_ = limits.burst;
    limits_.per_second = limits.per_second;
    limits_.burst = limits.burst;
  }
  window_ = std::min<double>(window_, limits_.connections);
  tokens_ = std::min<double>(tokens_, limits_.burst);
}

int gate_rule::allowed_in_flight() const {
  return std::max(1, static_cast<int>(window_));
}

std::optional<gate_rule::time> gate_rule::enter(time now) {
  if (state_ != state::open && now < closed_until_) return closed_until_ - now;
  if (state_ == state::throttled) change(now, state::open, {});
  if (state_ == state::away) {
    if (probing_) return time::max();
    probing_ = true;
  } else {
    if (in_flight_ >= allowed_in_flight()) {
      is_full_ = true;
      return time::max();
    }
    if (const auto wait = take_token(now)) return wait;
  }
  ++in_flight_;
  return std::nullopt;
}

std::optional<gate_rule::time> gate_rule::take_token(time now) {
  if (limits_.per_second <= 0) return std::nullopt;
  const double passed = std::chrono::duration<double>(now - refilled_.value_or(now)).count();
  tokens_ = std::min<double>(limits_.burst, tokens_ + passed * limits_.per_second);
  refilled_ = now;
  if (tokens_ < 1) {
    return time(static_cast<time::rep>(std::ceil((1 - tokens_) / limits_.per_second * 1000)));
  }
  --tokens_;
  return std::nullopt;
}

void gate_rule::leave(time now, const api::server_reply& reply) {
  --in_flight_;
  const bool was_probe = state_ == state::away && stale_ == 0;
  if (state_ == state::away && stale_ > 0) --stale_;
  if (was_probe) probing_ = false;
  using enum api::server_reply::kind;
  switch (reply.what) {
    case served: on_served(now); break;
    case throttled: on_throttled(now, reply); break;
    case unavailable:
      if (state_ != state::away || was_probe) on_unavailable(now, reply);
      break;
    case unsent: break;
  }
}

void gate_rule::on_served(time now) {
  failures_ = 0;
  if (state_ == state::away) change(now, state::open, {});
  // Growth is earned by a window that is full: an idle one says nothing about the server.
  if (!is_full_) return;
  is_full_ = in_flight_ > 0;
  window_ = std::min<double>(limits_.connections, window_ + (was_cut_ ? 1 / window_ : 1));
}

void gate_rule::on_throttled(time now, const api::server_reply& reply) {
  failures_ = 0;
  cut_window(now);
  const auto until = now + std::min<time>(reply.retry_after.value_or(throttle_wait), closed_max);
  closed_until_ = state_ == state::throttled ? std::max(closed_until_, until) : until;
  if (state_ != state::throttled) change(now, state::throttled, reply.detail);
}

void gate_rule::on_unavailable(time now, const api::server_reply& reply) {
  cut_window(now);
  if (state_ == state::throttled || ++failures_ < failures_until_away) return;
  if (state_ != state::away) {
    stale_ = in_flight_;
    probe_wait_ = probe_wait_initial;
    change(now, state::away, reply.detail);
  } else {
    probe_wait_ = std::min(probe_wait_ * 2, probe_wait_max);
    reason_ = reply.detail;
  }
  closed_until_ =
      now + std::clamp<time>(reply.retry_after.value_or(probe_wait_), probe_wait_, closed_max);
}

void gate_rule::change(time now, state to, const std::string& reason) {
  state_ = to;
  since_ = now;
  reason_ = reason;
  probing_ = false;
  if (to != state::away) stale_ = 0;
}

void gate_rule::cut_window(time now) {
  if (now < no_cut_before_) return;
  window_ = std::max(1.0, window_ / 2);
  was_cut_ = true;
  no_cut_before_ = now + 1s;
}

}  // namespace crossdock
