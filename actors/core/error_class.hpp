#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace crossdock {

/// What a failed delivery says about its cause, and so about what to do (design, section 4, rule
/// 8).
enum class error_class : std::uint8_t {
  transient,  ///< may pass by itself (timeout, 5xx): try again, with backoff
  throttled,  ///< the target is busy (429, outage): its gate pauses for everybody, then again
  permanent,  ///< this entity is refused (4xx, invalid): failed with the target's error id
  poison,     ///< this entity brought its exporter down too often: failed, never tried by itself
};

/// Throttling is the target's state, not the entity's fault.
constexpr bool spends_attempt(error_class c) {
  return c != error_class::throttled;
}

/// True when the entity may be delivered again without an operator.
constexpr bool is_retried(error_class c) {
  return c == error_class::transient || c == error_class::throttled;
}

std::string_view to_string(error_class c);
std::optional<error_class> error_class_from(std::string_view text);

}  // namespace crossdock
