#include "actors/core/order_pass.hpp"

#include <algorithm>
#include <iterator>

namespace crossdock {

namespace {

constexpr std::int64_t micros_per_milli = 1000;

}  // namespace

void order_pass::see(std::string_view lane, std::string_view external_id, std::int64_t group_seq,
                     std::int64_t seq) {
  ++seen_;
  if (!complete_) return;
  // As SQL's division: times before 1970 are cut towards zero there, too.
  const auto ms = seq / micros_per_milli;
  const auto found = lanes_.find(lane);
  if (found == lanes_.end()) {
    lanes_.emplace(lane, lane_state{seq, ms, seq >= group_seq});
    return;
  }
  auto& state = found->second;
  if (!state.ordered) return;
  if (seq <= state.last_seq || seq < group_seq) {
    state.ordered = false;
    return;
  }
  const auto new_ms = std::max(ms, state.last_new_ms + 1);
  state.last_seq = seq;
  state.last_new_ms = new_ms;
  if (new_ms == ms) return;
  if (moves_.size() == max_moves_) {
    complete_ = false;
    moves_.clear();
    return;
  }
  moves_.push_back({std::string(lane), std::string(external_id), seq, new_ms * micros_per_milli,
                    seq == group_seq});
}

std::vector<order_move> order_pass::moves() const {
  std::vector<order_move> moves;
  std::copy_if(moves_.begin(), moves_.end(), std::back_inserter(moves),
               [this](const order_move& m) { return lanes_.find(m.lane)->second.ordered; });
  return moves;
}

std::vector<std::string> order_pass::unordered_lanes() const {
  std::vector<std::string> names;
  for (const auto& [name, state] : lanes_) {
    if (!state.ordered) names.push_back(name);
  }
  return names;
}

}  // namespace crossdock
