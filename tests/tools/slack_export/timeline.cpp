#include "tests/tools/slack_export/timeline.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include <fmt/format.h>

#include "tests/tools/slack_export/random.hpp"

namespace crossdock::tools {
namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t working_day = 14 * 3600 * second;  // from six to eight in the evening
constexpr std::int64_t day_begin = 6 * 3600 * second;

/// Activity before day `day`: ten parts on a weekday, two on Saturday and Sunday.
std::int64_t activity_before(int day) {
  constexpr std::int64_t in_week[] = {0, 10, 20, 30, 40, 50, 52};
  return day / 7 * std::int64_t{54} + in_week[day % 7];
}

}  // namespace

std::string format_ts(std::int64_t micros) {
  return fmt::format("{}.{:06}", micros / second, micros % second);
}

std::string format_day(int day) {
  const std::chrono::sys_days date{std::chrono::days(first_second / 86400 + day)};
  const std::chrono::year_month_day parts{date};
  return fmt::format("{:04}-{:02}-{:02}", int(parts.year()), unsigned(parts.month()),
                     unsigned(parts.day()));
}

timeline::timeline(std::int64_t messages, int days, grid cells, std::uint64_t seed)
    : messages_(messages), days_(days), cells_(cells), seed_(seed) {
  std::int64_t busiest = 0;
  for (int day = 0; day < days; ++day) {
    busiest = std::max(busiest, first_of_day(day + 1) - first_of_day(day));
  }
  // Half of a message's time is jitter, rounded to the grid: four cells keep the order strict.
  if (busiest > 0 && working_day / busiest < 4 * cells.modulus) {
    throw std::invalid_argument(
        fmt::format("{} messages of one channel do not fit into one day of an export with {} "
                    "channels; take more days or fewer messages",
                    busiest, cells.modulus - 1));
  }
}

std::int64_t timeline::first_of_day(int day) const {
  return messages_ * activity_before(day) / activity_before(days_);
}

std::int64_t timeline::micros(std::int64_t index) const {
  if (is_burst(index)) return regular_micros(index - 1) + cells_.modulus;
  return regular_micros(index);
}

bool timeline::is_burst(std::int64_t index) const {
  const auto rolled = [&](std::int64_t i) {
    return mix(seed_ ^ (static_cast<std::uint64_t>(i) << 1U)) % 200 == 0;
  };
  if (index == 0 || !rolled(index) || rolled(index - 1)) return false;
  return day_of(index) == day_of(index - 1);
}

std::int64_t timeline::regular_micros(std::int64_t index) const {
  const int day = day_of(index);
  const auto first = first_of_day(day);
  const auto spacing = working_day / (first_of_day(day + 1) - first);
  const auto roll = mix(seed_ ^ (static_cast<std::uint64_t>(index) << 1U) ^ 1U);
  const auto jitter = static_cast<std::int64_t>(roll % static_cast<std::uint64_t>(spacing / 2));
  const auto wanted = (first_second + std::int64_t{day} * 86400) * second + day_begin +
                      (index - first) * spacing + jitter;
  return wanted / cells_.modulus * cells_.modulus + cells_.residue;
}

int timeline::day_of(std::int64_t index) const {
  int low = 0;
  int high = days_;
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    (first_of_day(middle) <= index ? low : high) = middle;
  }
  return low;
}

}  // namespace crossdock::tools
