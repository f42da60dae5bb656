#include "actors/core/error_class.hpp"

#include <utility>

namespace crossdock {

namespace {

constexpr std::pair<error_class, std::string_view> names[] = {
    {error_class::transient, "transient"},
    {error_class::throttled, "throttled"},
    {error_class::permanent, "permanent"},
    {error_class::poison, "poison"},
};

}  // namespace

std::string_view to_string(error_class c) {
  for (const auto& [value, name] : names) {
    if (value == c) return name;
  }
  return "?";
}

std::optional<error_class> error_class_from(std::string_view text) {
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace crossdock
