#include "workflows/slack_mattermost/text/block_join.hpp"

#include <algorithm>

#include "workflows/slack_mattermost/text/inline.hpp"

namespace crossdock::slack {
namespace {

bool may_touch(markdown_piece::kind before, markdown_piece::kind after) {
  using kind = markdown_piece::kind;
  if (before == kind::list) return after == kind::list;
  const bool opens_itself = after == kind::paragraph || after == kind::code || after == kind::quote;
  return (before == kind::paragraph || before == kind::code) && opens_itself;
}

}  // namespace

std::string join_pieces(const std::vector<markdown_piece>& pieces) {
  std::string out;
  const markdown_piece* last = nullptr;
  for (const markdown_piece& piece : pieces) {
    if (piece.text.empty()) continue;
    if (last != nullptr) out += may_touch(last->what, piece.what) ? "\n" : "\n\n";
    out += piece.text;
    last = &piece;
  }
  return out;
}

void append_lines(std::string& text, std::string_view more) {
  if (more.empty()) return;
  if (!text.empty()) {
    const std::size_t line = text.rfind('\n') + 1;  // npos + 1 is 0
    text += text[std::min(line, text.size() - 1)] == '>' ? "\n\n" : "\n";
  }
  text += more;
}

std::string quoted(std::string_view text) {
  return prefix_lines(text, "> ", "> ");
}

}  // namespace crossdock::slack
