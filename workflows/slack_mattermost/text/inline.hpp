#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Inline content between parsing (mrkdwn or rich_text) and Markdown text. Both parsers yield the
/// same atoms; one renderer decides where style markers go and what must be escaped.
namespace crossdock::slack {

enum text_style : unsigned { plain_style = 0, bold = 1, italic = 2, strike = 4 };

struct inline_atom {
  enum class kind {
    text,      ///< characters as the reader sees them; may contain line ends
    code,      ///< likewise, in a code span; one span per line
    verbatim,  ///< ready Markdown without line ends: an emoji, a labelled link
    mention,   ///< "@name" or "~name": kept apart from letters around it
    url,       ///< a link that is its own label
    line_break,
  };
  kind what = kind::text;
  std::string value;
  unsigned style = plain_style;  ///< text_style bits
};
using inline_atoms = std::vector<inline_atom>;

enum class line_position { start, middle };

/// Markdown of the atoms. Runs of one style share one pair of markers, which stand inside of the
/// surrounding spaces and never span a line end. Linear in the size of the atoms.
std::string render_inline(inline_atoms atoms, line_position begin = line_position::start);

/// The atoms' characters without any Markdown.
std::string plain_text(const inline_atoms& atoms);

/// A fenced code block; the fence is longer than any run of backticks in the code.
std::string fenced_code(std::string_view code, std::string_view language = {});

/// Puts `first` before the first line and `others` before each further one.
std::string prefix_lines(std::string_view text, std::string_view first, std::string_view others);

}  // namespace crossdock::slack
