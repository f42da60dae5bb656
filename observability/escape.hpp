#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace crossdock::logging {

enum class escape_style : std::uint8_t {
  text,  ///< \n, \x1b, \u2028; bytes that are not UTF-8 as \xff
  json,  ///< as JSON wants it; bytes that are not UTF-8 become U+FFFD
};

/// Appends `text` with everything escaped that could end or forge a log line, or steer a terminal
/// or the eye: control characters (C0, C1, DEL), line and paragraph separators, direction marks. In
/// JSON style also quotes and backslashes.
void append_escaped(std::string& to, std::string_view text, escape_style style);

/// In double quotes, with quotes and backslashes inside escaped in both styles.
void append_quoted(std::string& to, std::string_view text, escape_style style);

}  // namespace crossdock::logging
