#include "workflows/slack_mattermost/text/mrkdwn.hpp"

#include <algorithm>
#include <vector>

#include "workflows/slack_mattermost/text/mrkdwn_line.hpp"
#include "workflows/slack_mattermost/text/utf8.hpp"

namespace crossdock::slack {
namespace {

using kind = inline_atom::kind;

/// A run of text lines or one code block, quoted or not.
struct text_block {
  bool quoted = false;
  bool fenced = false;
  inline_atoms atoms;
  std::string code;
};

/// Splits a message into text, quotes and fenced code.
class block_scanner {
 public:
  block_scanner(std::string_view text, const conversion& use) : text_(text), use_(use) {}

  std::vector<text_block> run() {
    bool line_start = true;
    while (pos_ < text_.size()) {
      if (line_start) read_quote_marker();
      line_start = read_until_line_end_or_fence();
    }
    return std::move(blocks_);
  }

 private:
  bool skip(std::string_view marker) {
    if (text_.substr(pos_, marker.size()) != marker) return false;
    pos_ += marker.size();
    return true;
  }

  void read_quote_marker() {
    if (rest_is_quoted_) return;
    rest_is_quoted_ = skip("&gt;&gt;&gt;") || skip(">>>");
    quoted_ = rest_is_quoted_ || skip("&gt;") || skip(">");
    if (quoted_) skip(" ");
  }

  inline_atoms& text_atoms() {
    if (blocks_.empty() || blocks_.back().fenced || blocks_.back().quoted != quoted_) {
      blocks_.push_back({quoted_, false, {}, {}});
    }
    return blocks_.back().atoms;
  }

  /// True if the line has ended.
  bool read_until_line_end_or_fence() {
    if (line_end_ < pos_ || pos_ == 0) line_end_ = std::min(text_.find('\n', pos_), text_.size());
    const std::size_t fence = find_fence();
    const std::size_t end = std::min(fence, line_end_);
    inline_atoms& atoms = text_atoms();
    append_mrkdwn_line(text_.substr(pos_, end - pos_), use_, atoms);
    if (fence < line_end_) {
      read_fenced(fence);
      return pos_ > 0 && text_[pos_ - 1] == '\n';
    }
    if (line_end_ < text_.size()) atoms.push_back({kind::line_break, {}, plain_style});
    pos_ = std::min(line_end_ + 1, text_.size());
    return true;
  }

  /// Where a non-empty ```…``` opens in the line, else npos.
  std::size_t find_fence() {
    for (std::size_t open = pos_; !fences_are_over_;) {
      open = text_.substr(0, line_end_).find("```", open);
      if (open == std::string_view::npos) break;
      fence_end_ = text_.find("```", open + 3);
      if (fence_end_ == std::string_view::npos) {
        fences_are_over_ = true;
      } else if (fence_end_ > open + 3) {
        return open;
      }
      open += 3;
    }
    return std::string_view::npos;
  }

  void read_fenced(std::size_t open) {
    std::string_view code = text_.substr(open + 3, fence_end_ - open - 3);
    if (code.starts_with('\n') && code.size() > 1) code.remove_prefix(1);
    blocks_.push_back({quoted_, true, {}, decode_entities(code)});
    pos_ = fence_end_ + 3;
    if (pos_ < text_.size() && text_[pos_] == '\n') ++pos_;
  }

  std::string_view text_;
  const conversion& use_;
  std::size_t pos_ = 0;
  std::size_t line_end_ = 0;   // of the line that pos_ is in; found once per line
  std::size_t fence_end_ = 0;  // of the fence found last
  bool fences_are_over_ = false;
  bool quoted_ = false;
  bool rest_is_quoted_ = false;
  std::vector<text_block> blocks_;
};

void trim_spaces(std::string& text, bool front, bool back) {
  if (back) text.resize(text.find_last_not_of(' ') + 1);
  if (front) text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
  if (back && text.ends_with('\n')) text.pop_back();
}

std::string render_blocks(std::vector<text_block> blocks) {
  std::string out;
  bool last_quoted = false;
  bool last_fenced = false;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    text_block& block = blocks[i];
    if (!block.fenced && block.atoms.empty()) continue;
    std::string text =
        block.fenced ? fenced_code(block.code) : render_inline(std::move(block.atoms));
    const bool before_other = i + 1 < blocks.size();
    if (!block.fenced) trim_spaces(text, last_fenced, before_other || block.quoted);
    if (!block.fenced && last_quoted && !block.quoted && text.starts_with('\n')) text.erase(0, 1);
    if (text.empty() && !block.quoted) continue;
    if (!out.empty()) out += last_quoted && !block.quoted ? "\n\n" : "\n";
    out += block.quoted ? prefix_lines(text, "> ", "> ") : text;
    last_quoted = block.quoted;
    last_fenced = block.fenced;
  }
  return out;
}

}  // namespace

std::string mrkdwn_to_markdown(std::string_view text, const text_options& options,
                               conversion_notes& notes) {
  const std::string clean = clean_text(text);
  return render_blocks(block_scanner(clean, {options, notes}).run());
}

std::string mrkdwn_to_plain(std::string_view text, const text_options& options,
                            conversion_notes& notes) {
  return plain_text(mrkdwn_atoms(clean_text(text), {options, notes, true}));
}

}  // namespace crossdock::slack
