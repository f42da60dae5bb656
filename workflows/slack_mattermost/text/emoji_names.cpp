#include <algorithm>
#include <array>
#include <cstdint>

#include "workflows/slack_mattermost/text/emoji.hpp"
#include "workflows/slack_mattermost/text/utf8.hpp"

namespace crossdock::slack {
namespace {

constexpr std::size_t longest_name = 64;  // bytes; Mattermost's rule for emoji names

struct transliteration {
  char32_t letter;
  std::string_view latin;
};
/// Lower-case letters of the scripts most met in emoji names; sorted by letter.
constexpr std::array letters{
    transliteration{0xDF, "ss"},  transliteration{0xE0, "a"},   transliteration{0xE1, "a"},
    transliteration{0xE2, "a"},   transliteration{0xE3, "a"},   transliteration{0xE4, "ae"},
    transliteration{0xE5, "a"},   transliteration{0xE6, "ae"},  transliteration{0xE7, "c"},
    transliteration{0xE8, "e"},   transliteration{0xE9, "e"},   transliteration{0xEA, "e"},
    transliteration{0xEB, "e"},   transliteration{0xEC, "i"},   transliteration{0xED, "i"},
    transliteration{0xEE, "i"},   transliteration{0xEF, "i"},   transliteration{0xF0, "d"},
    transliteration{0xF1, "n"},   transliteration{0xF2, "o"},   transliteration{0xF3, "o"},
    transliteration{0xF4, "o"},   transliteration{0xF5, "o"},   transliteration{0xF6, "oe"},
    transliteration{0xF8, "o"},   transliteration{0xF9, "u"},   transliteration{0xFA, "u"},
    transliteration{0xFB, "u"},   transliteration{0xFC, "ue"},  transliteration{0xFD, "y"},
    transliteration{0xFF, "y"},   transliteration{0x101, "a"},  transliteration{0x103, "a"},
    transliteration{0x105, "a"},  transliteration{0x107, "c"},  transliteration{0x10D, "c"},
    transliteration{0x10F, "d"},  transliteration{0x111, "d"},  transliteration{0x113, "e"},
    transliteration{0x117, "e"},  transliteration{0x119, "e"},  transliteration{0x11B, "e"},
    transliteration{0x11F, "g"},  transliteration{0x12B, "i"},  transliteration{0x131, "i"},
    transliteration{0x142, "l"},  transliteration{0x144, "n"},  transliteration{0x148, "n"},
    transliteration{0x151, "o"},  transliteration{0x153, "oe"}, transliteration{0x159, "r"},
    transliteration{0x15B, "s"},  transliteration{0x15F, "s"},  transliteration{0x161, "s"},
    transliteration{0x165, "t"},  transliteration{0x16B, "u"},  transliteration{0x16F, "u"},
    transliteration{0x171, "u"},  transliteration{0x17A, "z"},  transliteration{0x17C, "z"},
    transliteration{0x17E, "z"},  transliteration{0x430, "a"},  transliteration{0x431, "b"},
    transliteration{0x432, "v"},  transliteration{0x433, "g"},  transliteration{0x434, "d"},
    transliteration{0x435, "e"},  transliteration{0x436, "zh"}, transliteration{0x437, "z"},
    transliteration{0x438, "i"},  transliteration{0x439, "y"},  transliteration{0x43A, "k"},
    transliteration{0x43B, "l"},  transliteration{0x43C, "m"},  transliteration{0x43D, "n"},
    transliteration{0x43E, "o"},  transliteration{0x43F, "p"},  transliteration{0x440, "r"},
    transliteration{0x441, "s"},  transliteration{0x442, "t"},  transliteration{0x443, "u"},
    transliteration{0x444, "f"},  transliteration{0x445, "kh"}, transliteration{0x446, "ts"},
    transliteration{0x447, "ch"}, transliteration{0x448, "sh"}, transliteration{0x449, "sch"},
    transliteration{0x44A, ""},   transliteration{0x44B, "y"},  transliteration{0x44C, ""},
    transliteration{0x44D, "e"},  transliteration{0x44E, "yu"}, transliteration{0x44F, "ya"},
    transliteration{0x451, "yo"}, transliteration{0x454, "ye"}, transliteration{0x456, "i"},
    transliteration{0x457, "yi"}, transliteration{0x491, "g"}};

bool is_emoji_char(char c) {
  return is_ascii_alnum(c) || c == '+' || c == '_' || c == '-';
}

bool is_accepted(std::string_view name) {
  return !name.empty() && name.size() <= longest_name &&
         std::all_of(name.begin(), name.end(), is_emoji_char) && !is_system_emoji(name);
}

char32_t to_lower(char32_t value) {
  const bool upper = (value >= 'A' && value <= 'Z') || (value >= 0xC0 && value <= 0xDE) ||
                     (value >= 0x410 && value <= 0x42F);
  if (upper && value != 0xD7) return value + 32;
  return value == 0x401 ? 0x451 : value;
}

std::string hex(std::uint64_t value, int digits) {
  std::string out(static_cast<std::size_t>(digits), '0');
  for (auto digit = out.rbegin(); digit != out.rend(); ++digit, value >>= 4) {
    *digit = "0123456789abcdef"[value & 0xF];
  }
  return out;
}

void append_readable(std::string& out, char32_t value) {
  const char32_t lower = to_lower(value);
  if (lower < 0x80) {
    out += is_emoji_char(static_cast<char>(lower)) ? static_cast<char>(lower) : '_';
    return;
  }
  const auto found = std::lower_bound(
      letters.begin(), letters.end(), lower,
      [](const transliteration& entry, char32_t wanted) { return entry.letter < wanted; });
  if (found != letters.end() && found->letter == lower) {
    out += found->latin;
  } else {
    out += "u" + hex(lower, lower > 0xFFFF ? 6 : 4);
  }
}

/// FNV-1a: the same on every machine, unlike std::hash.
std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  }
  return hash ^ (hash >> 32);
}

}  // namespace

std::string clean_custom_emoji_name(std::string_view slack_name) {
  if (is_accepted(slack_name)) return std::string(slack_name);
  const std::string suffix = "-" + hex(stable_hash(slack_name), 6);
  std::string name;
  for (std::size_t pos = 0; pos < slack_name.size() && name.size() < longest_name;) {
    const code_point at = decode_at(slack_name, pos);
    append_readable(name, at.value);
    pos += at.size;
  }
  if (name.empty()) name = "emoji";
  name.resize(std::min(name.size(), longest_name - suffix.size()));
  return name + suffix;
}

}  // namespace crossdock::slack
