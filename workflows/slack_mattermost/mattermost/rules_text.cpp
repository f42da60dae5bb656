#include "workflows/slack_mattermost/mattermost/rules_text.hpp"

#include <algorithm>
#include <cstdint>

namespace crossdock::mattermost {

namespace {

constexpr std::size_t max_file_name_bytes = 200;
constexpr std::size_t max_extension_bytes = 20;

std::uint8_t byte_at(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

bool is_continuation(std::uint8_t byte) {
  return (byte & 0xC0) == 0x80;
}

/// Length of the sequence that `lead` opens and the smallest value it may encode; 0 for no lead
/// byte.
struct sequence_form {
  std::size_t length;
  char32_t smallest;
};

sequence_form form_of(std::uint8_t lead) {
  if (lead < 0x80) return {1, 0};
  if (lead >= 0xC2 && lead < 0xE0) return {2, 0x80};
  if (lead >= 0xE0 && lead < 0xF0) return {3, 0x800};
  if (lead >= 0xF0 && lead < 0xF5) return {4, 0x10000};
  return {0, 0};
}

bool is_control(char32_t rune) {
  return rune < 0x20 || (rune >= 0x7F && rune < 0xA0);
}

/// Marks that reorder the text around them: a file name with them is shown as what it is not.
bool is_direction_mark(char32_t rune) {
  return rune == 0x200E || rune == 0x200F || (rune >= 0x202A && rune <= 0x202E) ||
         (rune >= 0x2066 && rune <= 0x2069);
}

std::string shorten_file_name(const std::string& name) {
  if (name.size() <= max_file_name_bytes) return name;
  const auto dot = name.rfind('.');
  const bool has_extension =
      dot != std::string::npos && dot > 0 && name.size() - dot <= max_extension_bytes;
  const std::string extension = has_extension ? name.substr(dot) : std::string();
  std::string stem(truncate_bytes(name, max_file_name_bytes - extension.size()));
  return stem + extension;
}

}  // namespace

char32_t next_rune(std::string_view text, std::size_t& position) {
  const auto start = position++;
  const auto lead = byte_at(text, start);
  const auto form = form_of(lead);
  if (form.length == 1) return lead;
  if (form.length == 0 || text.size() - start < form.length) return bad_rune;
  char32_t rune = lead & (0x7Fu >> form.length);
  for (std::size_t i = 1; i < form.length; ++i) {
    const auto byte = byte_at(text, start + i);
    if (!is_continuation(byte)) return bad_rune;
    rune = (rune << 6) | (byte & 0x3Fu);
  }
  const bool surrogate = rune >= 0xD800 && rune <= 0xDFFF;
  if (rune < form.smallest || rune > 0x10FFFF || surrogate) return bad_rune;
  position = start + form.length;
  return rune;
}

void append_rune(std::string& text, char32_t rune) {
  const auto put = [&text](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (rune < 0x80) {
    put(rune);
  } else if (rune < 0x800) {
    put(0xC0 | (rune >> 6));
    put(0x80 | (rune & 0x3F));
  } else if (rune < 0x10000) {
    put(0xE0 | (rune >> 12));
    put(0x80 | ((rune >> 6) & 0x3F));
    put(0x80 | (rune & 0x3F));
  } else {
    put(0xF0 | (rune >> 18));
    put(0x80 | ((rune >> 12) & 0x3F));
    put(0x80 | ((rune >> 6) & 0x3F));
    put(0x80 | (rune & 0x3F));
  }
}

bool valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (byte_at(text, at) < 0x80) {
      ++at;
    } else if (next_rune(text, at) == bad_rune) {
      return false;
    }
  }
  return true;
}

std::size_t rune_count(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) next_rune(text, at);
  return count;
}

std::string_view truncate_runes(std::string_view text, std::size_t runes) {
  std::size_t at = 0;
  for (; runes > 0 && at < text.size(); --runes) next_rune(text, at);
  return text.substr(0, at);
}

std::string_view truncate_bytes(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  std::size_t end = 0;
  for (std::size_t at = 0; at <= bytes;) {
    end = at;
    next_rune(text, at);
  }
  return text.substr(0, end);
}

std::string clean_text(std::string_view text) {
  if (valid_utf8(text) && text.find('\0') == std::string_view::npos) return std::string(text);
  std::string clean;
  clean.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto rune = next_rune(text, at);
    if (rune != 0) append_rune(clean, rune == bad_rune ? U'\uFFFD' : rune);
  }
  return clean;
}

std::string clean_file_name(std::string_view name) {
  std::string clean;
  for (std::size_t at = 0; at < name.size();) {
    const auto rune = next_rune(name, at);
    if (rune == bad_rune) {
      append_rune(clean, U'\uFFFD');
    } else if (rune == U'/' || rune == U'\\') {
      clean.push_back('_');
    } else if (!is_control(rune) && !is_direction_mark(rune)) {
      append_rune(clean, rune);
    }
  }
  const auto first = clean.find_first_not_of(' ');
  const auto last = clean.find_last_not_of(' ');
  clean = first == std::string::npos ? std::string() : clean.substr(first, last - first + 1);
  clean = shorten_file_name(clean);
  const bool only_dots = std::all_of(clean.begin(), clean.end(), [](char c) { return c == '.'; });
  return only_dots ? "file" + clean : clean;
}

}  // namespace crossdock::mattermost
