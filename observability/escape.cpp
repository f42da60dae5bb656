#include "observability/escape.hpp"

#include <iterator>
#include <optional>

#include <fmt/format.h>

namespace crossdock::logging {

namespace {

/// The code point at the start of `text` and its length in bytes; empty when the bytes there are
/// not UTF-8 (cut short, overlong, a surrogate, beyond U+10FFFF).
struct code_point {
  char32_t value;
  std::size_t bytes;
};

std::optional<code_point> first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return code_point{lead, 1};
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return std::nullopt;
  char32_t value = lead & (0x7f >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return std::nullopt;
    value = (value << 6) | (byte(i) & 0x3f);
  }
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < smallest[size] || value > 0x10ffff || surrogate) return std::nullopt;
  return code_point{value, size};
}

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f);
}

bool is_layout(char32_t c) {
  return c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

void append_control(std::string& to, char32_t c, escape_style style) {
  switch (c) {
    case '\n': to += "\\n"; return;
    case '\r': to += "\\r"; return;
    case '\t': to += "\\t"; return;
    default: break;
  }
  const auto code = static_cast<unsigned>(c);
  if (style == escape_style::text && code < 0x80) {
    fmt::format_to(std::back_inserter(to), "\\x{:02x}", code);
  } else {
    fmt::format_to(std::back_inserter(to), "\\u{:04x}", code);
  }
}

void append_broken(std::string& to, unsigned char byte, escape_style style) {
  if (style == escape_style::json) {
    to += "\\ufffd";
  } else {
    fmt::format_to(std::back_inserter(to), "\\x{:02x}", byte);
  }
}

void append(std::string& to, std::string_view text, escape_style style, bool quoted) {
  while (!text.empty()) {
    const auto c = first_code_point(text);
    if (!c) {
      append_broken(to, static_cast<unsigned char>(text.front()), style);
      text.remove_prefix(1);
      continue;
    }
    if (is_control(c->value) || is_layout(c->value)) {
      append_control(to, c->value, style);
    } else {
      if (quoted && (c->value == '"' || c->value == '\\')) to += '\\';
      to += text.substr(0, c->bytes);
    }
    text.remove_prefix(c->bytes);
  }
}

}  // namespace

void append_escaped(std::string& to, std::string_view text, escape_style style) {
  append(to, text, style, style == escape_style::json);
}

void append_quoted(std::string& to, std::string_view text, escape_style style) {
  to += '"';
  append(to, text, style, true);
  to += '"';
}

}  // namespace crossdock::logging
