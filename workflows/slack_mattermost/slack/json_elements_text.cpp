#include "workflows/slack_mattermost/slack/json_elements_text.hpp"

#include <algorithm>

#include <boost/locale/utf.hpp>

namespace crossdock::slack {
namespace {

namespace utf = boost::locale::utf;

constexpr std::string_view replacement_bytes = "\xEF\xBF\xBD";
constexpr std::string_view replacement_escape = "\\ufffd";
constexpr std::string_view blanks = " \n\r\t";
constexpr std::size_t escape_size = 6;  // \uXXXX
constexpr std::size_t max_digits = 1000;
constexpr std::size_t max_exponent_digits = 3;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Bytes of the UTF-8 sequence at `at`, or 0 when there is none.
std::size_t sequence_size(std::string_view text, std::size_t at) {
  const char* begin = text.data() + at;
  const char* position = begin;
  const auto point = utf::utf_traits<char>::decode(position, text.data() + text.size());
  if (point == utf::illegal || point == utf::incomplete) return 0;
  return static_cast<std::size_t>(position - begin);
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The code unit of a \uXXXX escape at `at`, or -1.
int escaped_unit(std::string_view text, std::size_t at) {
  if (text.size() - at < escape_size || text[at] != '\\' || text[at + 1] != 'u') return -1;
  int unit = 0;
  for (std::size_t i = at + 2; i < at + escape_size; ++i) {
    const int digit = hex_value(text[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

bool is_leading(int unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_trailing(int unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

struct escape {
  std::size_t size;
  bool storable;
};

/// Looks at the backslash at `at`.
escape examine_escape(std::string_view text, std::size_t at) {
  const int unit = escaped_unit(text, at);
  if (unit < 0) {
    // A short escape, of one ASCII character; anything else is looked at by itself afterwards.
    const bool pair = at + 1 < text.size() && text[at + 1] > 0x1F;
    return {pair ? std::size_t{2} : std::size_t{1}, true};
  }
  if (is_leading(unit)) {
    const auto next = at + escape_size;
    if (next < text.size() && is_trailing(escaped_unit(text, next))) return {2 * escape_size, true};
    return {escape_size, false};
  }
  return {escape_size, unit != 0 && !is_trailing(unit)};
}

/// Bytes of the escape at `at`, 0 when JSON has no such escape.
std::size_t escape_size_at(std::string_view text, std::size_t at) {
  constexpr std::string_view short_escapes = "\"\\/bfnrt";
  if (at + 1 >= text.size()) return 0;
  if (short_escapes.find(text[at + 1]) != std::string_view::npos) return 2;
  if (escaped_unit(text, at) < 0) return 0;
  const auto found = examine_escape(text, at);
  return found.storable || escaped_unit(text, at) == 0 ? found.size : 0;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

/// As JSON would write it in a string.
std::string control_escape(char c) {
  constexpr std::string_view hex_digits = "0123456789abcdef";
  switch (c) {
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: break;
  }
  const auto code = static_cast<unsigned char>(c);
  return std::string("\\u00") + hex_digits[code >> 4] + hex_digits[code & 0xF];
}

/// Number of bytes from the start of the number token at `at` to its end.
std::size_t number_size(std::string_view text, std::size_t at) {
  const auto end = text.find_first_not_of("0123456789+-.eE", at);
  return (end == std::string_view::npos ? text.size() : end) - at;
}

bool is_excessive(std::string_view number) {
  const auto exponent = number.find_first_of("eE");
  if (std::min(exponent, number.size()) > max_digits) return true;
  if (exponent == std::string_view::npos) return false;
  const auto first = number.find_first_not_of("+-0", exponent + 1);
  return first != std::string_view::npos && number.size() - first > max_exponent_digits;
}

/// Cheap and without false negatives, since nearly no element needs the exact look: an exponent of
/// more than three digits, or a run of more than a thousand digits.
bool may_have_excessive_number(std::string_view text) {
  constexpr std::size_t window = max_exponent_digits + 2;  // e, perhaps a sign, digits
  unsigned found = 0;
  for (std::size_t i = 1; i + window <= text.size(); ++i) {
    const auto digit = [&](std::size_t at) {
      return static_cast<unsigned char>(text[at] - '0') < 10;
    };
    const char sign = text[i + 1];
    found |= static_cast<unsigned>((text[i] | 0x20) == 'e') & digit(i - 1) &
             static_cast<unsigned>(digit(i + 1) | (sign == '+') | (sign == '-')) & digit(i + 2) &
             digit(i + 3) & digit(i + 4);
  }
  if (found != 0) return true;
  for (std::size_t i = max_digits / 2; i < text.size(); i += max_digits / 2) {
    if (is_digit(text[i]) && number_size(text, i) > max_digits / 4) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> make_storable(std::string_view json_text) {
  std::string result;
  bool changed = false;
  std::size_t copied = 0;  // of json_text, into result
  const auto replace = [&](std::size_t at, std::size_t size, std::string_view by) {
    result.append(json_text, copied, at - copied).append(by);
    copied = at + size;
    changed = true;
  };
  for (std::size_t at = 0; at < json_text.size();) {
    const char c = json_text[at];
    if (c == '\\') {
      const auto found = examine_escape(json_text, at);
      if (!found.storable) replace(at, found.size, replacement_escape);
      at += found.size;
    } else if (c > 0) {
      ++at;
    } else {
      const auto size = c == 0 ? 0 : sequence_size(json_text, at);
      if (size == 0) replace(at, 1, replacement_bytes);
      at += size == 0 ? 1 : size;
    }
  }
  if (!changed) return std::nullopt;
  return result.append(json_text, copied);
}

bool has_excessive_number(std::string_view json_text) {
  if (!may_have_excessive_number(json_text)) return false;
  for (std::size_t at = 0; at < json_text.size();) {
    const char c = json_text[at];
    if (c == '"') {
      for (++at; at < json_text.size() && json_text[at] != '"'; ++at) {
        if (json_text[at] == '\\') ++at;
      }
      ++at;
    } else if (is_digit(c)) {
      const auto size = number_size(json_text, at);
      if (is_excessive(json_text.substr(at, size))) return true;
      at += size;
    } else {
      ++at;
    }
  }
  return false;
}

std::string_view trim_trailing_blanks(std::string_view text) {
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::string_view trim_blanks(std::string_view text) {
  const auto trimmed = trim_trailing_blanks(text);
  return trimmed.substr(std::min(trimmed.find_first_not_of(blanks), trimmed.size()));
}

bool is_valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto size = sequence_size(text, at);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

string_scan scan_strings(std::string_view json_text) {
  string_scan result;
  auto& at = result.good;
  while (at < json_text.size()) {
    if (json_text[at] == '"') {
      result.in_string = !result.in_string;
      if (result.in_string) result.last_quote = at;
      ++at;
      continue;
    }
    const bool escaped = result.in_string && json_text[at] == '\\';
    const auto size = escaped ? escape_size_at(json_text, at) : sequence_size(json_text, at);
    if (size == 0) break;
    at += size;
  }
  return result;
}

std::string printable(std::string_view text, std::size_t max_bytes) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto size = sequence_size(text, at);
    const auto piece = size == 0              ? std::string(replacement_bytes)
                       : is_control(text[at]) ? control_escape(text[at])
                                              : std::string(text.substr(at, size));
    if (result.size() + piece.size() > max_bytes) break;
    result += piece;
    at += size == 0 ? 1 : size;
  }
  return result;
}

}  // namespace crossdock::slack
