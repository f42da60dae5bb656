#pragma once

#include <cstdint>
#include <span>

namespace crossdock::tools {

/// Mixes a number into 64 well distributed bits (the finalizer of SplitMix64). Facts that must be
/// known before or after their turn (a file's size, a message's time) are functions of this.
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

/// A small generator that gives the same numbers with every standard library.
class random_source {
 public:
  explicit random_source(std::uint64_t seed) : state_(mix(seed)) {}

  std::uint64_t bits() { return mix(state_++); }

  /// A number in [0, bound); bound > 0. The bias of the modulo is of no matter here.
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(bits() % static_cast<std::uint64_t>(bound));
  }

  std::int64_t between(std::int64_t low, std::int64_t high) { return low + below(high - low + 1); }

  bool chance(int per_mille) { return below(1000) < per_mille; }

  template <class T, std::size_t N>
  const T& pick(const T (&items)[N]) {
    return items[below(N)];
  }

 private:
  std::uint64_t state_;
};

/// Spreads `wanted` special messages evenly over `total`. One that finds no room is made up for
/// later.
class quota {
 public:
  quota(std::int64_t wanted, std::int64_t total) : wanted_(wanted), total_(total) {}

  /// Whether the message with this running number should be special.
  bool due(std::int64_t number) const {
    return done_ < wanted_ && static_cast<double>(done_ + 1) * static_cast<double>(total_) <=
                                  static_cast<double>(number + 1) * static_cast<double>(wanted_);
  }
  void take() { ++done_; }
  std::int64_t done() const { return done_; }

 private:
  std::int64_t wanted_;
  std::int64_t total_;
  std::int64_t done_ = 0;
};

}  // namespace crossdock::tools
