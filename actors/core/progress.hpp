#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace crossdock {

/// Rate and time left of something that counts up to a total, over a sliding window: it follows a
/// change of pace within the window, and a standstill shows as one. Fed with times, owns no clock.
class progress_estimator {
 public:
  explicit progress_estimator(double window_seconds = 15.0) : window_(window_seconds) {}

  /// `seconds` since any fixed start, never going back; `count` never decreasing. A count that
  /// falls (another run began) starts the estimate anew.
  void add(double seconds, std::int64_t count);

  /// Per second; empty until two different times are known.
  std::optional<double> rate() const;
  /// Seconds until `total`: 0 when reached, empty when unknown or at a standstill.
  std::optional<double> seconds_left(std::int64_t total) const;

 private:
  struct sample {
    double seconds;
    std::int64_t count;
  };
  double window_;
  std::deque<sample> samples_;  ///< oldest first; the first is the last one at or before the window
};

/// "350 ms", "4.2 s", "42 s", "3m 07s", "2h 05m", "3d 04h". Negative counts as 0.
std::string duration_text(double seconds);
/// "0 B", "1023 B", "1.5 KiB", "100 MiB": powers of 1024, one decimal below 10 of a unit.
std::string bytes_text(std::uint64_t bytes);
/// "20,000"
std::string count_text(std::int64_t count);
/// "1,234/s", "2.5/s" below 10.
std::string rate_text(double per_second);

}  // namespace crossdock
