#include "workflows/slack_mattermost/text/utf8.hpp"

#include <algorithm>
#include <array>

namespace crossdock::slack {
namespace {

constexpr char32_t replacement = 0xFFFD;

struct range {
  char32_t first;
  char32_t last;
};

/// Punctuation, symbols and emoji outside ASCII; letters of every script lie outside of it.
constexpr std::array non_word_ranges{
    range{0x80, 0xA9},       range{0xAB, 0xB4},     range{0xB6, 0xB9},     range{0xBB, 0xBF},
    range{0xD7, 0xD7},       range{0xF7, 0xF7},     range{0x2000, 0x206F}, range{0x20A0, 0x20CF},
    range{0x2190, 0x2BFF},   range{0x2E00, 0x2E7F}, range{0x3000, 0x3004}, range{0x3008, 0x3030},
    range{0xD800, 0xF8FF},   range{0xFE00, 0xFE6F}, range{0xFF01, 0xFF0F}, range{0xFF1A, 0xFF20},
    range{0xFF3B, 0xFF40},   range{0xFF5B, 0xFF65}, range{0xFFE0, 0xFFFF}, range{0x1F000, 0x1FAFF},
    range{0xE0000, 0x10FFFF}};

bool is_continuation(unsigned char byte) {
  return (byte & 0xC0) == 0x80;
}

std::size_t sequence_size(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

}  // namespace

code_point decode_at(std::string_view text, std::size_t pos) {
  const auto lead = static_cast<unsigned char>(text[pos]);
  const std::size_t size = sequence_size(lead);
  if (size == 1) return {lead, 1, true};
  if (size == 0 || text.size() - pos < size) return {replacement, 1, false};
  char32_t value = lead & (0x7F >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[pos + i]);
    if (!is_continuation(byte)) return {replacement, 1, false};
    value = (value << 6) | (byte & 0x3F);
  }
  const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return {replacement, 1, false};
  return {value, size, true};
}

void append_utf8(std::string& out, char32_t value) {
  if (value < 0x80) {
    out += static_cast<char>(value);
  } else if (value < 0x800) {
    out += static_cast<char>(0xC0 | (value >> 6));
    out += static_cast<char>(0x80 | (value & 0x3F));
  } else if (value < 0x10000) {
    out += static_cast<char>(0xE0 | (value >> 12));
    out += static_cast<char>(0x80 | ((value >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (value & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (value >> 18));
    out += static_cast<char>(0x80 | ((value >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((value >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (value & 0x3F));
  }
}

std::string clean_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t pos = 0; pos < text.size();) {
    const code_point at = decode_at(text, pos);
    if (!at.valid || at.value == 0) {
      append_utf8(out, replacement);
    } else if (at.value == '\r') {
      if (pos + 1 >= text.size() || text[pos + 1] != '\n') out += '\n';
    } else {
      out.append(text, pos, at.size);
    }
    pos += at.size;
  }
  return out;
}

bool is_space(char32_t value) {
  return value == ' ' || (value >= '\t' && value <= '\r') || value == 0x85 || value == 0xA0 ||
         value == 0x1680 || (value >= 0x2000 && value <= 0x200A) || value == 0x2028 ||
         value == 0x2029 || value == 0x202F || value == 0x205F || value == 0x3000;
}

bool is_word(char32_t value) {
  if (value < 0x80) return is_ascii_alnum(static_cast<char>(value));
  return std::none_of(non_word_ranges.begin(), non_word_ranges.end(),
                      [value](const range& r) { return value >= r.first && value <= r.last; });
}

char32_t code_point_before(std::string_view text, std::size_t pos) {
  if (pos == 0) return 0;
  std::size_t begin = pos - 1;
  while (begin > 0 && pos - begin < 4 && is_continuation(static_cast<unsigned char>(text[begin]))) {
    --begin;
  }
  return decode_at(text, begin).value;
}

char32_t code_point_at(std::string_view text, std::size_t pos) {
  return pos < text.size() ? decode_at(text, pos).value : 0;
}

}  // namespace crossdock::slack
