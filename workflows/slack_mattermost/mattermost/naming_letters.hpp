#pragma once

#include <string_view>

/// Readable ASCII for letters of other alphabets.
namespace crossdock::mattermost {

/// What a rune becomes in a name that may hold ASCII only.
enum class letter_kind {
  ascii,      ///< an ASCII character, kept as it is
  letter,     ///< has a lower-case ASCII spelling, which may be empty (Cyrillic soft sign)
  mark,       ///< combining accent, variation selector or joiner: belongs to the letter before it
  separator,  ///< blank, punctuation, symbol, emoji
  foreign,    ///< a letter without an ASCII spelling here
};

struct spelled_rune {
  letter_kind kind;
  std::string_view spelling;  ///< for `letter`; static storage
};

/// Latin with diacritics, Greek and Cyrillic have spellings; full-width ASCII is to be folded by
/// fold_width() first.
spelled_rune spell(char32_t rune);

/// The ASCII character of a full-width form (U+FF01..U+FF5E, U+3000), any other rune unchanged.
char32_t fold_width(char32_t rune);

}  // namespace crossdock::mattermost
