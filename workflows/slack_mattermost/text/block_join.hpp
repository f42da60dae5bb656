#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace crossdock::slack {

/// A block-level piece of Markdown.
struct markdown_piece {
  enum class kind { paragraph, list, quote, code, other };
  kind what = kind::paragraph;
  std::string text;
};

/// Puts pieces together with the blank lines Markdown needs: after a quote or list, so that the
/// next line is not taken into it, and between blocks. Empty pieces vanish.
std::string join_pieces(const std::vector<markdown_piece>& pieces);

/// Adds `more` on a line of its own; after a quote behind a blank line. Nothing for empty `more`.
void append_lines(std::string& text, std::string_view more);

/// Each line behind "> ".
std::string quoted(std::string_view text);

}  // namespace crossdock::slack
