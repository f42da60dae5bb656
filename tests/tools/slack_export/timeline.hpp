#pragma once

#include <cstdint>
#include <string>

namespace crossdock::tools {

inline constexpr std::int64_t first_second = 1'704'067'200;  ///< Monday 2024-01-01 00:00 UTC

/// "1704067200.000400": Slack's ts.
std::string format_ts(std::int64_t micros);
/// "2024-01-01" for the `day`th day of an export.
std::string format_day(int day);

/// When the messages of one channel are written: strictly increasing, a function of the message's
/// index alone, so that a thread root can name its replies before they exist. Weekends are quiet,
/// nights are silent, and one message in 200 shares (nearly always) the millisecond of the one
/// before.
class timeline {
 public:
  /// Times are `residue` modulo `modulus` microseconds: channels with different residues never
  /// meet.
  struct grid {
    std::int64_t modulus = 1;
    std::int64_t residue = 0;
  };

  /// Throws std::invalid_argument when the messages do not fit into the days.
  timeline(std::int64_t messages, int days, grid cells, std::uint64_t seed);

  std::int64_t messages() const { return messages_; }
  /// The index of the first message on or after this day.
  std::int64_t first_of_day(int day) const;
  /// Microseconds since 1970 of message `index` < messages().
  std::int64_t micros(std::int64_t index) const;

 private:
  int day_of(std::int64_t index) const;
  bool is_burst(std::int64_t index) const;
  std::int64_t regular_micros(std::int64_t index) const;

  std::int64_t messages_;
  int days_;
  grid cells_;
  std::uint64_t seed_;
};

}  // namespace crossdock::tools
