#include "config/scalar.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <string>

namespace crossdock::config {
namespace {

struct unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array<unit, 5> time_units{
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

constexpr std::array<unit, 10> size_units{{{"", 1},
                                           {"B", 1},
                                           {"kB", 1'000},
                                           {"MB", 1'000'000},
                                           {"GB", 1'000'000'000},
                                           {"TB", 1'000'000'000'000},
                                           {"KiB", std::int64_t{1} << 10},
                                           {"MiB", std::int64_t{1} << 20},
                                           {"GiB", std::int64_t{1} << 30},
                                           {"TiB", std::int64_t{1} << 40}}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits_at(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - from;
}

std::optional<std::int64_t> whole(std::string_view digits, int base = 10) {
  std::int64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

template <std::size_t N>
std::optional<std::int64_t> with_unit(std::string_view text, const std::array<unit, N>& units) {
  const std::size_t length = digits_at(text, 0);
  const auto value = whole(text.substr(0, length));
  if (!value) return std::nullopt;
  for (const auto& u : units) {
    if (u.name != text.substr(length)) continue;
    if (*value > std::numeric_limits<std::int64_t>::max() / u.factor) return std::nullopt;
    return *value * u.factor;
  }
  return std::nullopt;
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_decimal(std::string_view text) {
  std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const std::size_t before = digits_at(text, at);
  at += before;
  if (at < text.size() && text[at] == '.') {
    const std::size_t after = digits_at(text, ++at);
    if (before + after == 0) return false;
    at += after;
  } else if (before == 0) {
    return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::size_t exponent = digits_at(text, at);
    if (exponent == 0) return false;
    at += exponent;
  }
  return at == text.size();
}

std::optional<double> decimal(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> unsigned_integer(std::string_view digits, int base) {
  // from_chars takes a minus sign of its own, YAML's prefixed forms do not.
  if (digits.starts_with('-')) return std::nullopt;
  return whole(digits, base);
}

std::optional<std::int64_t> integer(std::string_view text) {
  if (text.starts_with("0x")) return unsigned_integer(text.substr(2), 16);
  if (text.starts_with("0o")) return unsigned_integer(text.substr(2), 8);
  if (text.starts_with('+')) return unsigned_integer(text.substr(1), 10);
  return whole(text);
}

}  // namespace

boost::json::value plain_scalar(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
    return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (const auto value = integer(text)) return *value;
  if (is_decimal(text)) {
    if (const auto value = decimal(text)) return *value;
  }
  return boost::json::value(boost::json::string(text));
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto value = with_unit(text, time_units);
  if (!value) return std::nullopt;
  return std::chrono::milliseconds(*value);
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  return with_unit(text, size_units);
}

}  // namespace crossdock::config
