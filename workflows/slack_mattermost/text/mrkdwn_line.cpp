#include "workflows/slack_mattermost/text/mrkdwn_line.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "workflows/slack_mattermost/text/markdown_escape.hpp"
#include "workflows/slack_mattermost/text/mrkdwn.hpp"
#include "workflows/slack_mattermost/text/references.hpp"
#include "workflows/slack_mattermost/text/utf8.hpp"

namespace crossdock::slack {
namespace {

using kind = inline_atom::kind;

struct entity {
  std::string_view written;
  char means;
};
constexpr std::array entities{entity{"&amp;", '&'}, entity{"&lt;", '<'}, entity{"&gt;", '>'}};

const entity* entity_at(std::string_view text, std::size_t pos) {
  for (const entity& known : entities) {
    if (text.substr(pos, known.written.size()) == known.written) return &known;
  }
  return nullptr;
}

bool is_id(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_ascii_alnum);
}

/// `!date^seconds^format^link`
inline_atom parse_date(std::string_view command, std::string_view label, const conversion& use) {
  std::array<std::string_view, 4> parts;
  for (std::string_view& part : parts) {
    part = command.substr(0, command.find('^'));
    command.remove_prefix(std::min(part.size() + 1, command.size()));
  }
  std::int64_t seconds = 0;
  const auto [end, error] =
      std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), seconds);
  if (error != std::errc()) return {kind::text, std::string(label), plain_style};
  return date(seconds, decode_entities(parts[2]), decode_entities(parts[3]), label, use);
}

inline_atom parse_command(std::string_view command, std::string_view label, const conversion& use) {
  if (command.starts_with("date^")) return parse_date(command, label, use);
  if (command.starts_with("subteam^")) {
    return usergroup_reference(command.substr(std::string_view("subteam^").size()), label, use);
  }
  return broadcast(command, label, use);
}

/// What `<…>` stands for, or nothing if it is no token.
std::optional<inline_atom> parse_token(std::string_view content, const conversion& use) {
  const std::size_t bar = content.find('|');
  const std::string_view target = content.substr(0, bar);
  const std::string label =
      bar == std::string_view::npos ? std::string() : decode_entities(content.substr(bar + 1));
  if (target.size() < 2) return {};
  const std::string_view rest = target.substr(1);
  if (target[0] == '@' && is_id(rest)) return user_reference(rest, label, use);
  if (target[0] == '#' && is_id(rest)) return channel_reference(rest, label, use);
  if (target[0] == '!') return parse_command(rest, label, use);
  if (url_scheme(target).empty()) return {};
  return link(decode_entities(target), label, use);
}

unsigned style_of_marker(char c) {
  switch (c) {
    case '*': return bold;
    case '_': return italic;
    case '~': return strike;
    default: return plain_style;
  }
}

/// Scans one line into atoms. Style markers are kept aside until the line's end, when it is known
/// which of them pair up.
class line_scanner {
 public:
  line_scanner(std::string_view line, const conversion& use) : line_(line), use_(use) {}

  void append_to(inline_atoms& out) {
    while (pos_ < line_.size()) step();
    pair_markers();
    unsigned style = plain_style;
    for (piece& part : pieces_) {
      if (part.matched) {
        style ^= style_of_marker(part.atom.value.front());
      } else {
        part.atom.style |= style;
        out.push_back(std::move(part.atom));
      }
    }
  }

 private:
  struct piece {
    inline_atom atom;
    bool can_open = false;  // a style marker
    bool can_close = false;
    bool matched = false;
  };

  void step() {
    switch (line_[pos_]) {
      case '`': return code_or_tick();
      case '<': return token_or_bracket();
      case '&': return entity_or_ampersand();
      case ':': return emoji_or_colon();
      case '*':
      case '_':
      case '~': return marker();
      case 'h': return url_or_letter();
      default: return text(1);
    }
  }

  void text(std::size_t length) {
    add_text(line_.substr(pos_, length));
    pos_ += length;
  }

  void add_text(std::string_view value) {
    const bool joins = !pieces_.empty() && pieces_.back().atom.what == kind::text &&
                       !pieces_.back().can_open && !pieces_.back().can_close;
    if (joins) {
      pieces_.back().atom.value += value;
    } else {
      pieces_.push_back({.atom = {kind::text, std::string(value), plain_style}});
    }
  }

  void add_atom(inline_atom atom) {
    if (atom.what == kind::text) {
      add_text(atom.value);
    } else {
      pieces_.push_back({.atom = std::move(atom)});
    }
  }

  char before() const { return pos_ > 0 ? line_[pos_ - 1] : '\0'; }

  /// Letters in a URL are no style markers. `&lt;` and `&gt;` end it, `&amp;` does not.
  std::size_t url_length() const {
    if (is_ascii_alnum(before())) return 0;
    const std::string_view rest = line_.substr(pos_);
    if (!rest.starts_with("http://") && !rest.starts_with("https://")) return 0;
    std::size_t end = 0;
    do {
      end = std::min(rest.find_first_of(" \t<>\"`&", end + 1), rest.size());
    } while (end < rest.size() && rest[end] == '&' && rest.substr(end, 4) != "&lt;" &&
             rest.substr(end, 4) != "&gt;");
    return bare_url_length(rest.substr(0, end), 0);
  }

  void url_or_letter() {
    const std::size_t length = url_length();
    if (length == 0) return text(1);
    add_text(decode_entities(line_.substr(pos_, length)));
    pos_ += length;
  }

  void code_or_tick() {
    const std::size_t end = line_.find('`', pos_ + 1);
    if (end == std::string_view::npos || end == pos_ + 1) return text(1);
    add_atom({kind::code, decode_entities(line_.substr(pos_ + 1, end - pos_ - 1)), plain_style});
    pos_ = end + 1;
  }

  void token_or_bracket() {
    const std::size_t end = line_.find_first_of("<>", pos_ + 1);
    if (end == std::string_view::npos || line_[end] == '<') return text(1);
    auto atom = parse_token(line_.substr(pos_ + 1, end - pos_ - 1), use_);
    if (!atom) return text(1);
    add_atom(std::move(*atom));
    pos_ = end + 1;
  }

  void entity_or_ampersand() {
    const entity* found = entity_at(line_, pos_);
    if (found == nullptr) return text(1);
    add_text({&found->means, 1});
    pos_ += found->written.size();
  }

  static bool is_name_char(char c) {
    return is_ascii_alnum(c) || c == '_' || c == '-' || c == '+' || c == '\'' ||
           static_cast<unsigned char>(c) >= 0x80;
  }

  void emoji_or_colon() {
    constexpr std::size_t longest = 100;
    constexpr std::string_view tone_lead = ":skin-tone-";
    const std::size_t begin = pos_ + 1;
    std::size_t end = begin;
    while (end < line_.size() && end - begin <= longest && is_name_char(line_[end])) ++end;
    const std::string_view name = line_.substr(begin, end - begin);
    const bool closed = end < line_.size() && line_[end] == ':';
    const bool in_number =
        is_ascii_alnum(before()) && name.find_first_not_of("0123456789") == std::string_view::npos;
    if (name.empty() || !closed || in_number) return text(1);
    int tone = 0;
    std::size_t next = end + 1;
    const std::string_view rest = line_.substr(next);
    if (rest.starts_with(tone_lead) && rest.size() > tone_lead.size() + 1 &&
        rest[tone_lead.size() + 1] == ':') {
      tone = rest[tone_lead.size()] - '0';
      next += tone_lead.size() + 2;
    }
    // "std::string::npos" and "a:b:c" are no emoji that went missing: they are not noted.
    conversion_notes unheard;
    const bool stands_alone = !is_ascii_alnum(before()) && before() != ':' &&
                              !is_ascii_alnum(next < line_.size() ? line_[next] : ' ');
    const conversion quiet{use_.options, stands_alone ? use_.notes : unheard, use_.labels_only};
    const inline_atom atom = emoji_reference(name, {}, tone, quiet);
    if (atom.what == kind::text) return text(1);
    add_atom(atom);
    pos_ = next;
  }

  void marker() {
    const char mark = line_[pos_];
    const char32_t previous = code_point_before(line_, pos_);
    const char32_t next = code_point_at(line_, pos_ + 1);
    const bool doubled =
        previous == static_cast<char32_t>(mark) || next == static_cast<char32_t>(mark);
    piece part{.atom = {kind::text, std::string(1, mark), plain_style}};
    // A backslash before it belongs to the shrug: ¯\_(ツ)_/¯
    part.can_open =
        !doubled && next != 0 && !is_space(next) && !is_word(previous) && previous != '\\';
    part.can_close = !doubled && previous != 0 && !is_space(previous) && !is_word(next);
    ++pos_;
    if (part.can_open || part.can_close) {
      pieces_.push_back(std::move(part));
    } else {
      add_text({&mark, 1});
    }
  }

  void pair_markers() {
    std::vector<std::size_t> open;  // at most one per style
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      piece& part = pieces_[i];
      if (!part.can_open && !part.can_close) continue;
      const auto partner = std::find_if(open.begin(), open.end(), [&](std::size_t candidate) {
        return pieces_[candidate].atom.value == part.atom.value;
      });
      if (part.can_close && partner != open.end() && *partner + 1 < i) {
        pieces_[*partner].matched = true;
        part.matched = true;
        open.erase(partner, open.end());
      } else if (part.can_open && partner == open.end()) {
        open.push_back(i);
      }
    }
  }

  std::string_view line_;
  const conversion& use_;
  std::size_t pos_ = 0;
  std::vector<piece> pieces_;
};

}  // namespace

void append_mrkdwn_line(std::string_view line, const conversion& use, inline_atoms& atoms) {
  line_scanner(line, use).append_to(atoms);
}

std::string decode_entities(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t pos = 0; pos < text.size();) {
    const entity* found = text[pos] == '&' ? entity_at(text, pos) : nullptr;
    out += found != nullptr ? found->means : text[pos];
    pos += found != nullptr ? found->written.size() : 1;
  }
  return out;
}

inline_atoms mrkdwn_atoms(std::string_view text, const conversion& use) {
  inline_atoms atoms;
  while (true) {
    const std::size_t end = text.find('\n');
    append_mrkdwn_line(text.substr(0, end), use, atoms);
    if (end == std::string_view::npos) return atoms;
    atoms.push_back({kind::line_break, {}, plain_style});
    text.remove_prefix(end + 1);
  }
}

}  // namespace crossdock::slack
