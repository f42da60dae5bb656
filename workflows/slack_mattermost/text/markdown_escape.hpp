#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Escaping for Mattermost's Markdown: the web client parses with a fork of marked, the mobile apps
/// with CommonMark; what is written here reads the same in both. Characters are escaped only where
/// Markdown would see more than the character, so that snake_case_words, 2 * 3 and lone stars stay.
namespace crossdock::slack {

/// What a piece of inline content contains as a whole; decides which characters can pair up.
struct escape_state {
  std::size_t stars_left = 0;         ///< '*' in text not yet written
  std::size_t underscores_left = 0;   ///< '_' likewise
  std::size_t link_middles_left = 0;  ///< "](", "][", "]:" likewise
  std::size_t backticks = 0;          ///< in all text, plus code spans
  bool has_stars = false;             ///< bold or italic markers are written somewhere
  bool has_italic = false;
  bool has_strike = false;
};

/// Adds the special characters of `text` to the state's counts.
void count_specials(std::string_view text, escape_state& state);

struct text_place {
  bool at_line_start = false;
  bool ends_line = false;
  bool styled = false;     ///< inside bold or italic markers
  char italic_marker = 0;  ///< '_' or '*' inside of italic, else 0
  char before = 0;         ///< last character written, 0 at a line's start
  char after = 0;          ///< first character of what follows on the line, 0 at its end
};

/// Appends `line` (no line ends inside) escaped.
void append_escaped(std::string& out, std::string_view line, const text_place& place,
                    escape_state& state);

/// Length of the bare http(s) URL at `pos`, without trailing punctuation; 0 if there is none.
std::size_t bare_url_length(std::string_view text, std::size_t pos);

std::string code_span(std::string_view code);
/// "[label](url)"; the label is escaped and put on one line, the url percent-encoded where needed.
std::string labelled_link(std::string_view label, std::string_view url);
/// "![label](url)".
std::string image_link(std::string_view label, std::string_view url);
/// Text for the inside of "[…]" .
std::string escaped_label(std::string_view label);
std::string escaped_url(std::string_view url);

/// True for a url whose scheme may become a link (not javascript:, data:, vbscript:, file:).
bool is_safe_url(std::string_view url);
/// The scheme before ':' if the text begins with one, else empty.
std::string_view url_scheme(std::string_view text);

}  // namespace crossdock::slack
