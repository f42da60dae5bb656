#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock {

/// An entity whose time has to change so that no two of a lane share a millisecond. Times in
/// microseconds.
struct order_move {
  std::string lane;
  std::string external_id;
  std::int64_t seq = 0;      ///< as it was imported
  std::int64_t new_seq = 0;  ///< later than `seq`
  bool head = false;         ///< its group takes the new time as its own

  bool operator==(const order_move&) const = default;
};

/// Makes the times of a type's entities distinct per millisecond while they pass by, the way
/// store/sql/finish_order.sql does it afterwards: in the order of their times, each as little later
/// as possible. That is possible in one look where a lane comes in strictly ascending order, as a
/// source usually has it; lanes that do not are named, and are for the statement to arrange.
/// Memory: one record a lane, and the moves, of which there are at most `max_moves`.
class order_pass {
 public:
  explicit order_pass(std::size_t max_moves = 20'000) : max_moves_(max_moves) {}

  void see(std::string_view lane, std::string_view external_id, std::int64_t group_seq,
           std::int64_t seq);

  /// Entities that passed by.
  std::int64_t seen() const { return seen_; }
  /// False when there were more moves than are kept: nothing below can be used.
  bool complete() const { return complete_; }
  /// Of lanes in order only, in the order of seeing.
  std::vector<order_move> moves() const;
  std::vector<std::string> unordered_lanes() const;

 private:
  struct lane_state {
    std::int64_t last_seq = 0;
    std::int64_t last_new_ms = 0;
    bool ordered = true;
  };

  std::size_t max_moves_;
  std::int64_t seen_ = 0;
  bool complete_ = true;
  std::map<std::string, lane_state, std::less<>> lanes_;
  std::vector<order_move> moves_;
};

}  // namespace crossdock
