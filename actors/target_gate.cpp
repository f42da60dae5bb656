#include "actors/target_gate.hpp"

#include <algorithm>

#include "actors/engine_log.hpp"

namespace crossdock {

namespace {

using namespace std::chrono_literals;

/// A waiter looks again after this time whatever happens: being woken is a hint.
constexpr std::chrono::milliseconds longest_wait = 1s;

gate_rule::time now() {
  return std::chrono::duration_cast<gate_rule::time>(
      std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

shared_gate::shared_gate(std::string server, api::gate_limits limits)
    : server_(std::move(server)), rule_(limits) {}

std::optional<std::chrono::milliseconds> shared_gate::enter(const void* who,
                                                            std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  const auto before = rule_.status();
  const auto wait = rule_.enter(now());
  tell(before);
  remove(who);
  if (!wait) return std::nullopt;
  waiters_.push_back({who, std::move(wake)});
  return std::min(*wait, longest_wait);
}

void shared_gate::leave(const api::server_reply& reply) {
  const std::lock_guard lock(mutex_);
  const auto before = rule_.status();
  rule_.leave(now(), reply);
  tell(before);
  wake_some();
}

void shared_gate::forget(const void* who) {
  const std::lock_guard lock(mutex_);
  remove(who);
}

void shared_gate::tighten(const api::gate_limits& limits) {
  const std::lock_guard lock(mutex_);
  rule_.tighten(limits);
}

std::optional<shared_gate::obstacle> shared_gate::status() const {
  const std::lock_guard lock(mutex_);
  if (rule_.status() == gate_rule::state::open) return std::nullopt;
  return obstacle{server_, rule_.reason(), now() - rule_.since()};
}

void shared_gate::remove(const void* who) {
  waiters_.remove_if([&](const waiter& w) { return w.who == who; });
}

/// As many as could be admitted now; who is woken asks again.
void shared_gate::wake_some() {
  if (rule_.status() != gate_rule::state::open) return;
  for (int free = rule_.allowed_in_flight() - rule_.in_flight(); free > 0 && !waiters_.empty();
       --free) {
    const auto first = std::move(waiters_.front());
    waiters_.pop_front();
    first.wake();
  }
}

void shared_gate::tell(gate_rule::state before) const {
  if (rule_.status() == before) return;
  if (rule_.status() == gate_rule::state::open) {
    engine_log().info("{} takes requests again", server_);
  } else {
    engine_log().warn("waiting for {}: {}", server_, rule_.reason());
  }
}

std::shared_ptr<shared_gate> target_gates::find(const std::string& server,
                                                const api::gate_limits& limits) {
  const std::lock_guard lock(mutex_);
  auto& gate = gates_[server];
  if (gate) {
    gate->tighten(limits);
  } else {
    gate = std::make_shared<shared_gate>(server, limits);
  }
  return gate;
}

std::vector<shared_gate::obstacle> target_gates::obstacles() const {
  const std::lock_guard lock(mutex_);
  std::vector<shared_gate::obstacle> result;
  for (const auto& [server, gate] : gates_) {
    if (auto obstacle = gate->status()) result.push_back(std::move(*obstacle));
  }
  return result;
}

}  // namespace crossdock
