#include "actors/core/failure_limit.hpp"

#include <charconv>

namespace crossdock {

namespace {

constexpr std::int64_t million = 1'000'000;
constexpr std::int64_t parts_per_percent = million / 100;
constexpr std::size_t max_decimals = 4;

std::optional<std::int64_t> digits(std::string_view text) {
  std::int64_t value = 0;
  if (text.empty() || text.front() == '-') return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "0.5" → 5000 parts per million.
std::optional<std::int64_t> parts_per_million(std::string_view percent) {
  const auto point = percent.find('.');
  const auto whole = digits(percent.substr(0, point));
  if (!whole || *whole > 100) return std::nullopt;
  std::int64_t parts = *whole * parts_per_percent;
  if (point != std::string_view::npos) {
    std::string decimals(percent.substr(point + 1));
    if (decimals.empty() || decimals.size() > max_decimals) return std::nullopt;
    decimals.resize(max_decimals, '0');
    const auto fraction = digits(decimals);
    if (!fraction) return std::nullopt;
    parts += *fraction;
  }
  if (parts > million) return std::nullopt;
  return parts;
}

std::string percent_text(std::int64_t parts) {
  std::string decimals = std::to_string(parts % parts_per_percent);
  decimals.insert(0, max_decimals - decimals.size(), '0');
  decimals.erase(decimals.find_last_not_of('0') + 1);
  std::string text = std::to_string(parts / parts_per_percent);
  if (!decimals.empty()) text += '.' + decimals;
  return text + '%';
}

}  // namespace

std::optional<failure_limit> failure_limit::parse(std::string_view text) {
  const bool relative = text.ends_with('%');
  if (relative) text.remove_suffix(1);
  const auto amount = relative ? parts_per_million(text) : digits(text);
  if (!amount) return std::nullopt;
  return failure_limit(relative, *amount);
}

bool failure_limit::exceeded(std::int64_t failed, std::int64_t total) const {
  if (!relative_) return failed > amount_;
  // floor(total × parts / million) in two steps, since the product may not fit.
  const std::int64_t allowed = total / million * amount_ + total % million * amount_ / million;
  return failed > allowed;
}

std::string failure_limit::text() const {
  return relative_ ? percent_text(amount_) : std::to_string(amount_);
}

}  // namespace crossdock
