#include "actors/core/barrier_rule.hpp"

#include <algorithm>
#include <utility>

namespace crossdock {

std::optional<int> first_open_rank(const open_counts& open) {
  const auto at = std::find_if(open.begin(), open.end(), [](auto count) { return count > 0; });
  if (at == open.end()) return std::nullopt;
  return static_cast<int>(at - open.begin());
}

void barrier_rule::enter(job id, open_counts open) {
  if (is_member(id)) {
    members_[id] = std::move(open);
  } else {
    waiting_[id] = std::move(open);
  }
  advance();
}

void barrier_rule::update(job id, open_counts open) {
  if (is_member(id) || is_waiting(id)) enter(id, std::move(open));
}

void barrier_rule::leave(job id) {
  members_.erase(id);
  waiting_.erase(id);
  advance();
}

bool barrier_rule::may_claim(job id, int rank) const {
  return is_member(id) && rank == rank_;
}

std::optional<int> barrier_rule::lowest_open() const {
  std::optional<int> lowest;
  for (const auto& [id, open] : members_) {
    const auto first = first_open_rank(open);
    if (first && (!lowest || *first < *lowest)) lowest = first;
  }
  return lowest;
}

void barrier_rule::advance() {
  rank_ = lowest_open();
  if (rank_ || waiting_.empty()) return;
  members_ = std::exchange(waiting_, {});
  ++cohort_;
  rank_ = lowest_open();
}

}  // namespace crossdock
