#include "workflows/slack_mattermost/text/split.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "workflows/slack_mattermost/text/fences.hpp"
#include "workflows/slack_mattermost/text/utf8.hpp"

namespace crossdock::slack {
namespace {

constexpr std::size_t none = std::string_view::npos;

struct range {
  char32_t first;
  char32_t last;
};
/// Characters that continue the one before them: combining marks of the common scripts, joiners,
/// variation selectors, skin tones, emoji tags.
constexpr std::array joining_ranges{
    range{0x300, 0x36F},     range{0x483, 0x489},     range{0x591, 0x5C7},    range{0x610, 0x61A},
    range{0x64B, 0x65F},     range{0x670, 0x670},     range{0x6D6, 0x6ED},    range{0x900, 0x903},
    range{0x93A, 0x94F},     range{0x951, 0x957},     range{0x962, 0x963},    range{0x981, 0x983},
    range{0x9BC, 0x9CD},     range{0xA3C, 0xA4D},     range{0xABC, 0xACD},    range{0xB3C, 0xB57},
    range{0xBBE, 0xBCD},     range{0xC3E, 0xC56},     range{0xCBC, 0xCD6},    range{0xD3B, 0xD4D},
    range{0xE31, 0xE31},     range{0xE34, 0xE3A},     range{0xE47, 0xE4E},    range{0xEB1, 0xEBC},
    range{0xEC8, 0xECD},     range{0x102B, 0x103E},   range{0x1160, 0x11FF},  range{0x17B4, 0x17D3},
    range{0x1AB0, 0x1AFF},   range{0x1DC0, 0x1DFF},   range{0x200C, 0x200D},  range{0x20D0, 0x20FF},
    range{0x302A, 0x302F},   range{0x3099, 0x309A},   range{0xFE00, 0xFE0F},  range{0xFE20, 0xFE2F},
    range{0x1F3FB, 0x1F3FF}, range{0xE0020, 0xE007F}, range{0xE0100, 0xE01EF}};

constexpr char32_t zero_width_joiner = 0x200D;

bool joins_previous(char32_t value) {
  if (value < joining_ranges.front().first) return false;
  return std::any_of(joining_ranges.begin(), joining_ranges.end(),
                     [value](const range& r) { return value >= r.first && value <= r.last; });
}

bool is_regional_indicator(char32_t value) {
  return value >= 0x1F1E6 && value <= 0x1F1FF;
}

bool ends_sentence(char32_t value) {
  return value == '.' || value == '!' || value == '?' || value == 0x2026 || value == 0x3002 ||
         value == 0xFF01 || value == 0xFF1F;
}
bool is_closing(char32_t value) {
  return value == '"' || value == '\'' || value == ')' || value == ']' || value == 0x2019 ||
         value == 0x201D || value == 0xBB;
}

/// Kinds of cuts, best first.
enum cut_kind : std::size_t { after_paragraph, after_line, after_sentence, after_word, anywhere };
constexpr std::size_t cut_kinds = 5;

/// Follows the characters of a text and says, before each, what cutting there would be.
class boundary_scanner {
 public:
  /// The best kind of cut before `next`, or cut_kinds if it would tear a character.
  std::size_t cut_before(char32_t next) const {
    const bool torn = joins_previous(next) || previous_ == zero_width_joiner ||
                      (is_regional_indicator(next) && regional_run_ % 2 == 1) ||
                      (previous_ == '\r' && next == '\n');
    if (torn) return cut_kinds;
    if (previous_ == '\n' && next != '\n') return line_ends_ >= 2 ? after_paragraph : after_line;
    if (is_space(previous_) && !is_space(next)) return sentence_over_ ? after_sentence : after_word;
    return anywhere;
  }

  void pass(char32_t value) {
    regional_run_ = is_regional_indicator(value) ? regional_run_ + 1 : 0;
    if (value == '\n') {
      ++line_ends_;
    } else if (!is_space(value)) {
      line_ends_ = 0;
    }
    if (!is_space(value) && !(is_closing(value) && sentence_over_)) {
      sentence_over_ = ends_sentence(value);
    }
    previous_ = value;
  }

 private:
  char32_t previous_ = 0;
  std::size_t regional_run_ = 0;
  std::size_t line_ends_ = 0;  // since the last visible character
  bool sentence_over_ = false;
};

/// The last cut of each kind in a stretch of text.
using last_cuts = std::array<std::size_t, cut_kinds>;
constexpr last_cuts no_cuts{none, none, none, none, none};

/// The best kind of break (anything but `anywhere`) that has a cut behind `after`.
std::size_t best_break(const last_cuts& cuts, std::size_t after) {
  for (std::size_t kind = after_paragraph; kind < anywhere; ++kind) {
    if (cuts[kind] != none && cuts[kind] > after) return cuts[kind];
  }
  return none;
}

std::size_t first_of(std::initializer_list<std::size_t> cuts) {
  const auto found =
      std::find_if(cuts.begin(), cuts.end(), [](std::size_t c) { return c != none; });
  return found == cuts.end() ? none : *found;
}

class splitter {
 public:
  splitter(std::string_view text, std::size_t limit)
      : text_(text), limit_(std::max<std::size_t>(limit, 1)) {
    // A fence must leave room for code between its lines.
    if (limit_ >= smallest_with_fences) fences_ = find_fences(text, limit_ / 2);
  }

  std::vector<std::string> run() {
    while (begin_ < text_.size()) add_piece();
    return std::move(pieces_);
  }

 private:
  static constexpr std::size_t smallest_with_fences = 16;

  struct window {
    std::size_t end = 0;  // as far as fits
    std::size_t half = 0;
    last_cuts outside = no_cuts;          // not inside of a fenced block
    last_cuts inside = no_cuts;           // inside of the block that the window ends in
    const fenced_block* block = nullptr;  // that block
    bool whole = false;                   // the rest of the text fits
  };

  /// The fenced block that has `pos` strictly inside, seen in rising order of pos.
  const fenced_block* block_around(std::size_t pos, std::size_t& index) const {
    while (index < fences_.size() && fences_[index].end <= pos) ++index;
    const bool inside = index < fences_.size() && fences_[index].begin < pos;
    return inside ? &fences_[index] : nullptr;
  }

  void add_piece() {
    std::size_t index = fence_index_;
    const fenced_block* open = block_around(begin_, index);
    fence_index_ = index;
    // Only code is put into a reopened block, not a cut-off closing line.
    const bool reopens = open != nullptr && begin_ >= open->body && begin_ < open->body_end;
    const std::string prefix = reopens ? std::string(open->opener) + "\n" : std::string();
    const window seen = scan(limit_ - count_runes(prefix));
    if (seen.whole) return finish_piece(prefix, text_.size(), nullptr);

    const std::size_t good = best_break(seen.outside, seen.half);
    if (good != none) return finish_piece(prefix, good, nullptr);
    if (seen.block != nullptr) return cut_near_block(prefix, seen);
    finish_piece(prefix,
                 first_of({best_break(seen.outside, begin_), seen.outside[anywhere], seen.end}),
                 nullptr);
  }

  /// The window ends in a code block: keep the block for the next piece if it fits there.
  void cut_near_block(const std::string& prefix, const window& seen) {
    const fenced_block& block = *seen.block;
    const bool fits_whole =
        block.begin > begin_ &&
        count_runes(text_.substr(block.begin, std::min(block.end - block.begin, 4 * limit_ + 1))) <=
            limit_;
    if (fits_whole) return finish_piece(prefix, block.begin, nullptr);
    const std::size_t cut = first_of({best_break(seen.inside, begin_), seen.inside[anywhere]});
    if (cut != none) return finish_piece(prefix, cut, &block);
    finish_piece(prefix, block.begin > begin_ ? block.begin : seen.end, nullptr);
  }

  /// Looks at what fits into `room` runes from begin_ on.
  window scan(std::size_t room) const {
    window seen;
    boundary_scanner boundaries;
    std::size_t index = fence_index_;
    std::size_t pos = begin_;
    for (std::size_t runes = 0; pos < text_.size() && runes < room; ++runes) {
      const code_point at = decode_at(text_, pos);
      boundaries.pass(at.value);
      pos += at.size;
      if (runes == room / 2) seen.half = pos;
      if (pos == text_.size()) break;
      const std::size_t cut = boundaries.cut_before(decode_at(text_, pos).value);
      note_cut(seen, pos, cut, index, runes + 1, room);
    }
    seen.end = pos;
    seen.whole = pos == text_.size();
    return seen;
  }

  void note_cut(window& seen, std::size_t pos, std::size_t cut, std::size_t& index,
                std::size_t runes, std::size_t room) const {
    const fenced_block* block = block_around(pos, index);
    if (block != seen.block) {
      seen.block = block;
      seen.inside = no_cuts;
    }
    if (cut == cut_kinds) return;
    if (block == nullptr) {
      seen.outside[cut] = pos;
      return;
    }
    // The closing line and its line end must fit as well.
    const bool in_body = pos > block->body && pos < block->body_end;
    if (in_body && runes + count_runes(block->closer) + 1 <= room) {
      // Blank lines and full stops mean nothing in code.
      const bool after_break = cut == after_paragraph || cut == after_line;
      seen.inside[after_break ? std::size_t{after_line} : std::size_t{anywhere}] = pos;
    }
  }

  void finish_piece(std::string piece, std::size_t end, const fenced_block* open_block) {
    piece += text_.substr(begin_, end - begin_);
    if (open_block != nullptr) {
      if (!piece.ends_with('\n')) piece += '\n';
      piece += open_block->closer;
    }
    pieces_.push_back(std::move(piece));
    begin_ = end;
  }

  std::string_view text_;
  std::size_t limit_;
  std::vector<fenced_block> fences_;
  std::size_t fence_index_ = 0;
  std::size_t begin_ = 0;
  std::vector<std::string> pieces_;
};

}  // namespace

std::size_t count_runes(std::string_view text) {
  std::size_t runes = 0;
  for (std::size_t pos = 0; pos < text.size(); ++runes) pos += decode_at(text, pos).size;
  return runes;
}

std::vector<std::string> split_message(std::string_view markdown, std::size_t max_runes) {
  return splitter(markdown, max_runes).run();
}

}  // namespace crossdock::slack
