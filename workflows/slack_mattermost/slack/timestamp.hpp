#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/json/value.hpp>

namespace crossdock::slack {

/// A Slack message time: the message's identity within its channel.
struct timestamp {
  /// Canonical text: seconds, '.', at least six digits of fraction. Digits beyond six are kept, so
  /// that two messages that differ only there stay two.
  std::string text;
  std::int64_t micros = 0;  ///< since 1970; digits beyond six are cut
};

/// "1608358820.210600", "1608358820", "1608358820.2", or the same as a JSON number (producers of
/// hand-made archives write these; a double keeps about six digits). Nothing for everything else:
/// absent, negative, not a number, beyond the year 9999.
std::optional<timestamp> parse_timestamp(const boost::json::value* value);

}  // namespace crossdock::slack
