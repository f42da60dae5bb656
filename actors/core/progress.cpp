#include "actors/core/progress.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace crossdock {

namespace {

/// Samples closer together than this part of the window replace each other, which bounds their
/// number.
constexpr double samples_per_window = 64;

std::string two_units(long long large, char large_unit, long long small, char small_unit) {
  return fmt::format("{}{} {:02}{}", large, large_unit, small, small_unit);
}

}  // namespace

void progress_estimator::add(double seconds, std::int64_t count) {
  if (!samples_.empty() && (count < samples_.back().count || seconds < samples_.back().seconds)) {
    samples_.clear();
  }
  const double spacing = window_ / samples_per_window;
  const std::size_t n = samples_.size();
  if (n >= 2 && samples_[n - 1].seconds - samples_[n - 2].seconds < spacing) samples_.pop_back();
  samples_.push_back({seconds, count});
  while (samples_.size() > 2 && samples_[1].seconds <= seconds - window_) samples_.pop_front();
}

std::optional<double> progress_estimator::rate() const {
  if (samples_.size() < 2) return std::nullopt;
  const double time = samples_.back().seconds - samples_.front().seconds;
  if (time <= 0) return std::nullopt;
  return static_cast<double>(samples_.back().count - samples_.front().count) / time;
}

std::optional<double> progress_estimator::seconds_left(std::int64_t total) const {
  if (samples_.empty()) return std::nullopt;
  const std::int64_t left = total - samples_.back().count;
  if (left <= 0) return 0.0;
  const auto pace = rate();
  if (!pace || *pace <= 0) return std::nullopt;
  return static_cast<double>(left) / *pace;
}

std::string duration_text(double seconds) {
  seconds = std::max(seconds, 0.0);
  if (std::round(seconds * 1000) < 1000) return fmt::format("{:.0f} ms", seconds * 1000);
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = std::llround(std::min(seconds, 1e15));
  if (whole < 60) return fmt::format("{} s", whole);
  const auto minutes = whole / 60;
  if (minutes < 60) return two_units(minutes, 'm', whole % 60, 's');
  const auto hours = minutes / 60;
  if (hours < 24) return two_units(hours, 'h', minutes % 60, 'm');
  return two_units(hours / 24, 'd', hours % 24, 'h');
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<const char*, 6> units{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double amount = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  // 1023.5 would be shown as 1024 of the smaller unit.
  while (amount >= 1023.5 && unit + 1 < units.size()) {
    amount /= 1024;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", amount, amount < 9.95 ? 1 : 0, units[unit]);
}

std::string count_text(std::int64_t count) {
  std::string text = std::to_string(count);
  const std::size_t first_digit = count < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first_digit + 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string rate_text(double per_second) {
  if (per_second < 9.95) return fmt::format("{:.1f}/s", per_second);
  return count_text(std::llround(std::min(per_second, 1e15))) + "/s";
}

}  // namespace crossdock
