#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Text that came from outside and goes into a database or before a person's eyes.
namespace crossdock::slack {

/// PostgreSQL's jsonb refuses NUL characters and surrogates without a partner, and every text must
/// be UTF-8. Replaces, in JSON text, the escapes `\u0000` and `\ud800`…`\udfff` without partner by
/// `\ufffd`, and NUL bytes and bytes that are not UTF-8 by U+FFFD. Nothing when nothing had to
/// change.
std::optional<std::string> make_storable(std::string_view json_text);

/// True for number tokens that no double and no SQL numeric holds sensibly: an exponent beyond
/// ±999 or over 1000 digits. (jsonb refuses, or expands on every read, what is far beyond.)
bool has_excessive_number(std::string_view json_text);

/// Without JSON's white space at the end, or at both ends.
std::string_view trim_trailing_blanks(std::string_view text);
std::string_view trim_blanks(std::string_view text);

bool is_valid_utf8(std::string_view text);

/// How far the strings in JSON text are right.
struct string_scan {
  std::size_t good = 0;                        ///< bytes before the first bad escape or sequence
  bool in_string = false;                      ///< `good` lies in a string
  std::size_t last_quote = std::string::npos;  ///< where the last string before `good` begins
};
string_scan scan_strings(std::string_view json_text);

/// The text, as far as it fits into `max_bytes`, with control characters escaped (`\n`, `\t`,
/// `\u0001`) and bytes that are not UTF-8 replaced by U+FFFD.
std::string printable(std::string_view text, std::size_t max_bytes = 200);

}  // namespace crossdock::slack
