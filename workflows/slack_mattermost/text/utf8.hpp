#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace crossdock::slack {

/// One decoded character. An invalid byte decodes to U+FFFD of size 1, as in Go, whose counting
/// Mattermost's limits follow.
struct code_point {
  char32_t value = 0;
  std::size_t size = 1;
  bool valid = true;
};

/// The character at `pos`, which must be below text.size().
code_point decode_at(std::string_view text, std::size_t pos);
void append_utf8(std::string& out, char32_t value);

/// Valid UTF-8 without NUL (which Mattermost's database refuses) and with "\n" as the only line
/// end; what is invalid becomes U+FFFD.
std::string clean_text(std::string_view text);

inline bool is_ascii_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
inline bool is_ascii_space(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}
inline bool is_ascii_punctuation(char c) {
  return c > ' ' && c < 0x7f && !is_ascii_alnum(c);
}
bool is_space(char32_t value);
/// Letters and digits; outside ASCII everything that is not known punctuation, symbol or emoji.
bool is_word(char32_t value);
/// The character ending right before `pos` (0 at the beginning).
char32_t code_point_before(std::string_view text, std::size_t pos);
/// The character at `pos` (0 at the end).
char32_t code_point_at(std::string_view text, std::size_t pos);

}  // namespace crossdock::slack
