#include "workflows/slack_mattermost/text/inline.hpp"

#include <algorithm>
#include <array>

#include "workflows/slack_mattermost/text/markdown_escape.hpp"
#include "workflows/slack_mattermost/text/utf8.hpp"

namespace crossdock::slack {
namespace {

using kind = inline_atom::kind;

constexpr std::array styles{bold, italic, strike};

bool is_blank(std::string_view text) {
  for (std::size_t pos = 0; pos < text.size();) {
    const code_point at = decode_at(text, pos);
    if (!is_space(at.value)) return false;
    pos += at.size;
  }
  return true;
}

/// Appends, joining what belongs to one run. Blank code is no code span in Markdown.
void append_atom(inline_atoms& atoms, inline_atom atom) {
  if (atom.what == kind::code && is_blank(atom.value)) atom.what = kind::text;
  if (atom.what != kind::line_break && atom.value.empty()) return;
  const bool joins = !atoms.empty() && atoms.back().what == atom.what &&
                     atoms.back().style == atom.style &&
                     (atom.what == kind::text || atom.what == kind::code);
  if (joins) {
    atoms.back().value += atom.value;
  } else {
    atoms.push_back(std::move(atom));
  }
}

inline_atoms split_at_line_ends(inline_atoms atoms) {
  inline_atoms lines;
  lines.reserve(atoms.size());
  for (inline_atom& atom : atoms) {
    if (atom.what != kind::text && atom.what != kind::code) {
      append_atom(lines, std::move(atom));
      continue;
    }
    std::string_view rest = atom.value;
    while (true) {
      const std::size_t end = rest.find('\n');
      append_atom(lines, {atom.what, std::string(rest.substr(0, end)), atom.style});
      if (end == std::string_view::npos) break;
      append_atom(lines, {kind::line_break, {}, plain_style});
      rest.remove_prefix(end + 1);
    }
  }
  return lines;
}

/// Styled text gives its outer spaces to atoms of their own, whose style is decided later.
inline_atoms split_outer_spaces(inline_atoms atoms) {
  inline_atoms split;
  split.reserve(atoms.size());
  for (inline_atom& atom : atoms) {
    if (atom.what != kind::text || atom.style == plain_style) {
      split.push_back(std::move(atom));
      continue;
    }
    const std::string_view text = atom.value;
    std::size_t begin = 0;
    while (begin < text.size() && is_space(code_point_at(text, begin))) {
      begin += decode_at(text, begin).size;
    }
    std::size_t end = text.size();
    while (end > begin && is_space(code_point_before(text, end))) {
      do {
        --end;
      } while (end > begin && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80);
    }
    if (begin > 0) split.push_back({kind::text, std::string(text.substr(0, begin)), atom.style});
    if (end > begin) {
      split.push_back({kind::text, std::string(text.substr(begin, end - begin)), atom.style});
    }
    if (end < text.size()) split.push_back({kind::text, std::string(text.substr(end)), atom.style});
  }
  return split;
}

/// A space is styled only between two atoms of that style on one line.
void style_spaces(inline_atoms& atoms) {
  unsigned before = plain_style;
  for (std::size_t i = 0; i < atoms.size();) {
    const bool space = atoms[i].what == kind::text && is_blank(atoms[i].value);
    if (!space) {
      before = atoms[i].what == kind::line_break ? unsigned{plain_style} : atoms[i].style;
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < atoms.size() && atoms[end].what == kind::text && is_blank(atoms[end].value)) ++end;
    const bool line_goes_on = end < atoms.size() && atoms[end].what != kind::line_break;
    const unsigned shared = line_goes_on ? before & atoms[end].style : unsigned{plain_style};
    for (; i < end; ++i) atoms[i].style = shared;
  }
}

class inline_renderer {
 public:
  inline_renderer(const inline_atoms& atoms, line_position begin)
      : atoms_(atoms), at_line_start_(begin == line_position::start) {
    find_style_ends();
    for (const inline_atom& atom : atoms_) count(atom);
  }

  std::string run() {
    for (index_ = 0; index_ < atoms_.size(); ++index_) {
      close_styles(atoms_[index_].style);
      open_styles(atoms_[index_].style);
      write(atoms_[index_]);
    }
    close_styles(plain_style);
    return std::move(out_);
  }

 private:
  struct open_style {
    unsigned style;
    std::string_view marker;
  };

  /// ends_[i][s]: index after the last atom of the run of style s that atom i belongs to.
  void find_style_ends() {
    ends_.resize(atoms_.size());
    for (std::size_t i = atoms_.size(); i-- > 0;) {
      for (std::size_t s = 0; s < styles.size(); ++s) {
        const bool goes_on = i + 1 < atoms_.size() && (atoms_[i + 1].style & styles[s]) != 0;
        ends_[i][s] = goes_on ? ends_[i + 1][s] : i + 1;
      }
    }
  }

  void count(const inline_atom& atom) {
    if (atom.what == kind::text) count_specials(atom.value, state_);
    if (atom.what == kind::code) state_.backticks += 2;
    state_.has_stars |= (atom.style & (bold | italic)) != 0;
    state_.has_italic |= (atom.style & italic) != 0;
    state_.has_strike |= (atom.style & strike) != 0;
  }

  void close_styles(unsigned wanted) {
    std::size_t keep = 0;
    while (keep < open_.size() && (open_[keep].style & wanted) != 0) ++keep;
    while (open_.size() > keep) {
      out_ += open_.back().marker;
      open_.pop_back();
    }
  }

  void open_styles(unsigned wanted) {
    std::array<std::size_t, styles.size()> order{0, 1, 2};
    std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
      return ends_[index_][a] > ends_[index_][b];
    });
    for (const std::size_t s : order) {
      if ((wanted & styles[s]) == 0 || is_open(styles[s])) continue;
      const std::string_view marker = marker_for(s);
      out_ += marker;
      open_.push_back({styles[s], marker});
    }
  }

  bool is_open(unsigned style) const {
    return std::any_of(open_.begin(), open_.end(),
                       [style](const open_style& open) { return open.style == style; });
  }

  std::string_view marker_for(std::size_t s) const {
    if (styles[s] == bold) return "**";
    return styles[s] == strike ? "~~" : italic_marker(ends_[index_][s]);
  }

  /// '_' does not work next to letters, in the web client not even next to non-ASCII punctuation
  /// or before a code span or bracket.
  /// Where both would do, the one that does not occur inside is taken.
  std::string_view italic_marker(std::size_t end) const {
    const auto separates = [](char c) {
      return c == 0 || is_ascii_space(c) || (is_ascii_punctuation(c) && c != '_');
    };
    const char before = out_.empty() ? '\0' : out_.back();
    const char after = first_char(end);
    if (!separates(before) || !separates(after) || after == '`' || after == ']') return "*";
    const auto holds = [&](char c) {
      return std::any_of(
          atoms_.begin() + static_cast<std::ptrdiff_t>(index_),
          atoms_.begin() + static_cast<std::ptrdiff_t>(end),
          [c](const inline_atom& atom) { return atom.value.find(c) != std::string::npos; });
    };
    // Beside bold markers a star would be read as one of theirs.
    const bool beside_bold = ((atoms_[index_].style | atoms_[end - 1].style) & bold) != 0;
    return holds('_') && !holds('*') && !beside_bold && before != '*' ? "*" : "_";
  }

  char open_italic_marker() const {
    for (const open_style& open : open_) {
      if (open.style == italic) return open.marker.front();
    }
    return 0;
  }

  /// First character of an atom, 0 at the end of a line.
  char first_char(std::size_t index) const {
    if (index >= atoms_.size() || atoms_[index].what == kind::line_break) return 0;
    if (atoms_[index].what == kind::code) return '`';
    return atoms_[index].value.front();
  }

  bool line_begins() const { return out_.empty() ? at_line_start_ : out_.back() == '\n'; }

  void write(const inline_atom& atom) {
    switch (atom.what) {
      case kind::text: write_text(atom); break;
      case kind::code: out_ += code_span(atom.value); break;
      case kind::verbatim: out_ += atom.value; break;
      case kind::mention: write_mention(atom.value); break;
      case kind::url: write_url(atom); break;
      case kind::line_break: out_ += '\n'; break;
    }
  }

  void write_text(const inline_atom& atom) {
    const text_place place{.at_line_start = line_begins(),
                           .ends_line = first_char(index_ + 1) == 0,
                           .styled = (atom.style & (bold | italic)) != 0,
                           .italic_marker = open_italic_marker(),
                           .before = line_begins() || out_.empty() ? '\0' : out_.back(),
                           .after = next_written_char()};
    append_escaped(out_, atom.value, place, state_);
  }

  /// What follows the current atom in the output: a marker, the next atom, or 0 for a line end.
  char next_written_char() const {
    const unsigned style = atoms_[index_].style;
    const unsigned next =
        index_ + 1 < atoms_.size() ? atoms_[index_ + 1].style : unsigned{plain_style};
    return style != next ? '*' : first_char(index_ + 1);
  }

  void write_mention(const std::string& name) {
    if (is_word(code_point_before(out_, out_.size()))) out_ += ' ';
    out_ += name;
    if (index_ + 1 >= atoms_.size() || atoms_[index_ + 1].what != kind::text ||
        atoms_[index_ + 1].style != atoms_[index_].style) {
      return;
    }
    const std::string_view next = atoms_[index_ + 1].value;
    const char first = next.front();
    const bool name_char = first == '_' || first == '-' || first == '.';
    const bool extends = is_word(code_point_at(next, 0)) ||
                         (name_char && next.size() > 1 && is_ascii_alnum(next[1]));
    if (extends) out_ += ' ';
  }

  void write_url(const inline_atom& atom) {
    const std::string url = escaped_url(atom.value);
    if (url.find("://") == std::string::npos) {
      out_ += labelled_link(atom.value, atom.value);
      return;
    }
    const bool stands_apart = !is_word(code_point_before(out_, out_.size())) &&
                              is_end_of_url(url) && is_followed_by_end();
    out_ += atom.style == plain_style && stands_apart ? url : "<" + url + ">";
  }

  static bool is_end_of_url(std::string_view url) {
    return !url.empty() && (is_ascii_alnum(url.back()) || url.back() == '/');
  }
  /// A bare URL ends at a space, or at a punctuation mark before one.
  bool is_followed_by_end() const {
    const char next = first_char(index_ + 1);
    if (next == 0 || is_ascii_space(next)) return true;
    if (atoms_[index_ + 1].what != kind::text) return false;
    const std::string_view text = atoms_[index_ + 1].value;
    const bool closing = std::string_view(".,;:!?)").find(next) != std::string_view::npos;
    return closing && (text.size() == 1 ? first_char(index_ + 2) == 0 : is_ascii_space(text[1]));
  }

  const inline_atoms& atoms_;
  bool at_line_start_;
  std::vector<std::array<std::size_t, styles.size()>> ends_;
  escape_state state_;
  std::vector<open_style> open_;
  std::string out_;
  std::size_t index_ = 0;
};

}  // namespace

std::string render_inline(inline_atoms atoms, line_position begin) {
  atoms = split_outer_spaces(split_at_line_ends(std::move(atoms)));
  style_spaces(atoms);
  return inline_renderer(atoms, begin).run();
}

std::string plain_text(const inline_atoms& atoms) {
  std::string out;
  for (const inline_atom& atom : atoms) {
    if (atom.what == kind::line_break) {
      out += '\n';
    } else {
      out += atom.value;
    }
  }
  return out;
}

std::string fenced_code(std::string_view code, std::string_view language) {
  std::size_t longest = 2;
  std::size_t run = 0;
  for (const char c : code) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  std::string out = fence + std::string(language) + "\n" + std::string(code);
  if (!code.ends_with('\n')) out += '\n';
  return out + fence;
}

std::string prefix_lines(std::string_view text, std::string_view first, std::string_view others) {
  std::string out(first);
  for (const char c : text) {
    out += c;
    if (c == '\n') out += others;
  }
  return out;
}

}  // namespace crossdock::slack
