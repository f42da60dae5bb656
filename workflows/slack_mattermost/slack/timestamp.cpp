#include "workflows/slack_mattermost/slack/timestamp.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace crossdock::slack {

namespace {

constexpr std::int64_t max_seconds = 253'402'300'799;  // 9999-12-31T23:59:59Z
constexpr std::size_t fraction_digits = 6;
constexpr std::size_t max_fraction_digits = 40;

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::int64_t number(std::string_view digits) {
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::optional<timestamp> from_text(std::string_view text) {
  const auto dot = text.find('.');
  auto seconds = text.substr(0, dot);
  std::string fraction(dot == std::string_view::npos ? "" : text.substr(dot + 1));
  while (seconds.size() > 1 && seconds.front() == '0') seconds.remove_prefix(1);
  if (seconds.empty() || seconds.size() > 12 || !all_digits(seconds)) return std::nullopt;
  if (fraction.size() > max_fraction_digits || !all_digits(fraction)) return std::nullopt;
  while (fraction.size() > fraction_digits && fraction.back() == '0') fraction.pop_back();
  fraction.resize(std::max(fraction.size(), fraction_digits), '0');
  const auto whole = number(seconds);
  if (whole > max_seconds) return std::nullopt;
  return timestamp{std::string(seconds) + "." + fraction,
                   whole * 1'000'000 + number(std::string_view(fraction).substr(0, 6))};
}

std::optional<timestamp> from_micros(double seconds) {
  if (!(seconds >= 0) || seconds > static_cast<double>(max_seconds)) return std::nullopt;
  const auto micros = static_cast<std::int64_t>(seconds * 1e6 + 0.5);
  auto fraction = std::to_string(micros % 1'000'000);
  fraction.insert(0, fraction_digits - fraction.size(), '0');
  return timestamp{std::to_string(micros / 1'000'000) + "." + fraction, micros};
}

}  // namespace

std::optional<timestamp> parse_timestamp(const boost::json::value* value) {
  if (!value) return std::nullopt;
  if (const auto* text = value->if_string()) return from_text(*text);
  if (const auto* whole = value->if_int64()) return from_text(std::to_string(*whole));
  if (const auto* whole = value->if_uint64()) return from_text(std::to_string(*whole));
  if (const auto* real = value->if_double()) return from_micros(*real);
  return std::nullopt;
}

}  // namespace crossdock::slack
