#include "actors/store/json_text.hpp"

#include <cstdint>
#include <optional>

namespace crossdock::store {

namespace {

constexpr std::string_view replacement_utf8 = "\xEF\xBF\xBD";
constexpr std::string_view replacement_escape = "\\ufffd";
constexpr std::size_t escape_size = 6;  // \uXXXX

/// The code unit of a \uXXXX escape at `at`; empty when there is none (the parser will complain).
std::optional<unsigned> code_unit(std::string_view json, std::size_t at) {
  if (json.size() < at + escape_size || json[at] != '\\' || json[at + 1] != 'u') return {};
  unsigned value = 0;
  for (std::size_t i = at + 2; i < at + escape_size; ++i) {
    const char c = json[i];
    value <<= 4;
    if (c >= '0' && c <= '9') {
      value |= static_cast<unsigned>(c - '0');
    } else if (const char lower = static_cast<char>(c | 0x20); lower >= 'a' && lower <= 'f') {
      value |= static_cast<unsigned>(lower - 'a' + 10);
    } else {
      return {};
    }
  }
  return value;
}

bool is_high_surrogate(unsigned unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low_surrogate(unsigned unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

struct escape {
  std::size_t size = 2;  ///< of the backslash and what belongs to it
  bool refused = false;  ///< jsonb does not take it
};

escape escape_at(std::string_view json, std::size_t at) {
  const auto unit = code_unit(json, at);
  if (!unit) return {};
  if (is_high_surrogate(*unit)) {
    const auto next = code_unit(json, at + escape_size);
    if (next && is_low_surrogate(*next)) return {2 * escape_size, false};
    return {escape_size, true};
  }
  return {escape_size, *unit == 0 || is_low_surrogate(*unit)};
}

/// Length of the UTF-8 sequence at `at`, 0 when it is not one (RFC 3629: no overlong forms, no
/// surrogates, nothing beyond U+10FFFF) or a NUL.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(at);
  if (first == 0) return 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(at + 1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool second = follows(at + 1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    return second && follows(at + 2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool second = follows(at + 1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
    return second && follows(at + 2) && follows(at + 3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string_view storable_json(std::string_view json, std::string& buffer) {
  buffer.clear();
  std::size_t copied = 0;  // everything before is in the buffer, once anything is
  for (auto at = json.find('\\'); at != std::string_view::npos; at = json.find('\\', at)) {
    const escape found = escape_at(json, at);
    if (found.refused) {
      buffer.append(json.substr(copied, at - copied)).append(replacement_escape);
      copied = at + found.size;
    }
    at += found.size;
  }
  if (copied == 0) return json;
  buffer.append(json.substr(copied));
  return buffer;
}

std::string storable_text(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    if (length == 0) {
      result.append(replacement_utf8);
      ++at;
    } else {
      result.append(text.substr(at, length));
      at += length;
    }
  }
  return result;
}

}  // namespace crossdock::store
