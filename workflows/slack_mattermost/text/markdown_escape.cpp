#include "workflows/slack_mattermost/text/markdown_escape.hpp"

#include <algorithm>
#include <array>

#include "workflows/slack_mattermost/text/utf8.hpp"

namespace crossdock::slack {
namespace {

bool begins_link_middle(std::string_view text, std::size_t pos) {
  if (pos + 1 >= text.size() || text[pos] != ']') return false;
  const char next = text[pos + 1];
  return next == '(' || next == '[' || next == ':';
}

std::size_t run_length(std::string_view text, std::size_t pos) {
  const std::size_t end = text.find_first_not_of(text[pos], pos);
  return (end == std::string_view::npos ? text.size() : end) - pos;
}

/// `&name;`: Markdown would show the character it names.
bool begins_entity(std::string_view text, std::size_t pos) {
  constexpr std::size_t longest = 32;
  std::size_t end = pos + 1;
  if (end < text.size() && text[end] == '#') ++end;
  const std::size_t name = end;
  while (end < text.size() && end - name < longest && (is_ascii_alnum(text[end]))) ++end;
  return end > name && end < text.size() && text[end] == ';';
}

bool is_heading(std::string_view text, std::size_t pos) {
  const std::size_t marks = run_length(text, pos);
  const std::size_t end = pos + marks;
  return marks <= 6 && (end == text.size() || text[end] == ' ' || text[end] == '\t');
}

/// A line of dashes turns the line above into a heading; three of -, * or _ draw a rule.
bool is_rule(std::string_view text, std::size_t pos) {
  const std::string_view rest = text.substr(pos);
  if (rest.find_first_not_of("-*_ \t") != std::string_view::npos) return false;
  const auto marks = std::count_if(rest.begin(), rest.end(),
                                   [](char c) { return c == '-' || c == '*' || c == '_'; });
  return rest.front() == '-' || marks >= 3;
}

class escaper {
 public:
  escaper(std::string& out, std::string_view text, const text_place& place, escape_state& state)
      : out_(out), text_(text), place_(place), state_(state) {}

  void run() {
    if (place_.at_line_start) escape_line_start();
    while (pos_ < text_.size()) step();
  }

 private:
  char before() const { return pos_ > 0 ? text_[pos_ - 1] : place_.before; }
  char at(std::size_t pos) const { return pos < text_.size() ? text_[pos] : place_.after; }

  void put(std::size_t count, bool escaped) {
    for (; count > 0; --count, ++pos_) {
      if (escaped) out_ += '\\';
      out_ += text_[pos_];
    }
  }

  /// The web client ends italic at the first fitting marker, escaped or not: inside of italic its
  /// character is spelt as an entity.
  bool put_entities(std::size_t count) {
    if (text_[pos_] != place_.italic_marker) return false;
    for (; count > 0; --count, ++pos_) out_ += text_[pos_] == '*' ? "&#42;" : "&#95;";
    return true;
  }

  void escape_line_start() {
    const std::size_t begin = text_.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return;
    put(begin, false);
    const char first = text_[begin];
    const bool marks_block = first == '>' || (first == '#' && is_heading(text_, begin)) ||
                             ((first == '-' || first == '*' || first == '_') && place_.ends_line &&
                              is_rule(text_, begin));
    if (!marks_block) return;
    uncount(first, 1);
    put(1, true);
  }

  void step() {
    switch (text_[pos_]) {
      case '\\': backslashes(); break;
      case '*': stars(); break;
      case '_': underscores(); break;
      case '~': {
        const std::size_t run = run_length(text_, pos_);
        put(run, run >= 2 || state_.has_strike);
        break;
      }
      case '`': put(1, state_.backticks >= 2); break;
      case '[': put(1, state_.link_middles_left > 0); break;
      case ']':
        if (begins_link_middle(text_, pos_)) --state_.link_middles_left;
        put(1, false);
        break;
      case '&':
        out_ += begins_entity(text_, pos_) ? "&amp;" : "&";
        ++pos_;
        break;
      case 'h': url_or_letter(); break;
      default: put(1, false);
    }
  }

  void uncount(char special, std::size_t count) {
    if (special == '*') state_.stars_left -= count;
    if (special == '_') state_.underscores_left -= count;
  }

  /// The web client takes "\\" for one backslash unless a word character follows, so that \\server
  /// reads as typed; CommonMark always does.
  void backslashes() {
    const std::size_t run = run_length(text_, pos_);
    const char next = at(pos_ + run);
    std::size_t written = 2 * run;
    if (is_ascii_alnum(next)) {
      written = run == 1 ? 1 : 2 * (run - 1);
    } else if (run == 1 && next != 0 && !is_ascii_punctuation(next)) {
      written = 1;
    }
    out_.append(written, '\\');
    pos_ += run;
    force_escape_ = next == '_';
  }

  void stars() {
    const std::size_t run = run_length(text_, pos_);
    const char next = at(pos_ + run);
    uncount('*', run);
    if (put_entities(run)) return;
    // "** a**" is bold in the web client.
    const bool opens = next != 0 && (run >= 2 || !is_ascii_space(next));
    put(run, place_.styled || (opens && (state_.stars_left > 0 || state_.has_stars)));
  }

  void underscores() {
    const std::size_t run = run_length(text_, pos_);
    const char previous = before();
    const char next = at(pos_ + run);
    uncount('_', run);
    if (put_entities(run)) return;
    const bool inside_word = is_ascii_alnum(previous) && is_ascii_alnum(next);
    const bool opens =
        !is_ascii_alnum(previous) && next != 0 && (run >= 2 || !is_ascii_space(next));
    const bool pairs = (opens && state_.underscores_left > 0) ||
                       (state_.has_italic && !inside_word) || force_escape_;
    force_escape_ = false;
    put(run, pairs);
  }

  void url_or_letter() {
    const std::size_t length = is_ascii_alnum(before()) ? 0 : bare_url_length(text_, pos_);
    if (length == 0) return put(1, false);
    const std::string_view url = text_.substr(pos_, length);
    uncount('*', static_cast<std::size_t>(std::count(url.begin(), url.end(), '*')));
    uncount('_', static_cast<std::size_t>(std::count(url.begin(), url.end(), '_')));
    for (std::size_t i = pos_; i < pos_ + length; ++i) {
      if (begins_link_middle(text_, i)) --state_.link_middles_left;
    }
    put(length, false);
  }

  std::string& out_;
  std::string_view text_;
  const text_place& place_;
  escape_state& state_;
  std::size_t pos_ = 0;
  bool force_escape_ = false;
};

bool brackets_nest(std::string_view label) {
  int depth = 0;
  for (std::size_t i = 0; i < label.size(); ++i) {
    if (label[i] == '[') ++depth;
    if (label[i] == ']') --depth;
    if (depth < 0 || depth > 1 || begins_link_middle(label, i)) return false;
  }
  return depth == 0;
}

bool parentheses_nest(std::string_view url) {
  int depth = 0;
  for (const char c : url) {
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (depth < 0 || depth > 2) return false;
  }
  return depth == 0;
}

}  // namespace

void count_specials(std::string_view text, escape_state& state) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '*': ++state.stars_left; break;
      case '_': ++state.underscores_left; break;
      case '`': ++state.backticks; break;
      case ']': state.link_middles_left += begins_link_middle(text, i) ? 1 : 0; break;
      default: break;
    }
  }
}

void append_escaped(std::string& out, std::string_view line, const text_place& place,
                    escape_state& state) {
  escaper(out, line, place, state).run();
}

std::size_t bare_url_length(std::string_view text, std::size_t pos) {
  const std::string_view rest = text.substr(pos);
  const std::size_t scheme = rest.starts_with("https://") ? 8 : rest.starts_with("http://") ? 7 : 0;
  if (scheme == 0) return 0;
  std::size_t end = std::min(rest.find_first_of(" \t\n<>\"`", scheme), rest.size());
  while (end > scheme &&
         std::string_view("*_~.,;:!?)]'").find(rest[end - 1]) != std::string_view::npos) {
    --end;
  }
  return end > scheme ? end : 0;
}

std::string code_span(std::string_view code) {
  std::size_t longest = 0;
  for (std::size_t pos = code.find('`'); pos != std::string_view::npos; pos = code.find('`', pos)) {
    const std::size_t run = run_length(code, pos);
    longest = std::max(longest, run);
    pos += run;
  }
  const std::string fence(longest + 1, '`');
  const bool touches = code.starts_with('`') || code.ends_with('`');
  const std::string_view pad = touches ? " " : "";
  return fence + std::string(pad) + std::string(code) + std::string(pad) + fence;
}

std::string escaped_label(std::string_view label) {
  const bool keep_brackets = brackets_nest(label);
  std::string on_one_line;
  for (const char c : label) on_one_line += c == '\n' ? ' ' : c;
  escape_state state;
  count_specials(on_one_line, state);
  state.has_italic = state.underscores_left > 1;
  state.link_middles_left = 0;
  std::string escaped;
  // Brackets are spelt as entities where they do not nest: the web client's link rule does not
  // know a backslash before them.
  std::string_view rest = on_one_line;
  while (!rest.empty()) {
    const std::size_t end = keep_brackets ? rest.size() : rest.find_first_of("[]");
    const std::string_view part = rest.substr(0, end);
    append_escaped(escaped, part, {.styled = state.stars_left > 1, .before = ' ', .after = ' '},
                   state);
    rest.remove_prefix(part.size());
    if (rest.empty()) break;
    escaped += rest.front() == '[' ? "&#91;" : "&#93;";
    rest.remove_prefix(1);
  }
  return escaped;
}

std::string escaped_url(std::string_view url) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const bool encode_parentheses = !parentheses_nest(url);
  std::string out;
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    const bool parenthesis = c == '(' || c == ')';
    if (byte <= ' ' || byte == 0x7F || c == '<' || c == '>' || c == '\\' ||
        (parenthesis && encode_parentheses)) {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 0xF];
    } else {
      out += c;
    }
  }
  return out;
}

std::string labelled_link(std::string_view label, std::string_view url) {
  return "[" + escaped_label(label) + "](" + escaped_url(url) + ")";
}

std::string image_link(std::string_view label, std::string_view url) {
  return "!" + labelled_link(label, url);
}

std::string_view url_scheme(std::string_view text) {
  constexpr std::size_t longest = 32;
  std::size_t end = 0;
  while (end < text.size() && end <= longest &&
         (is_ascii_alnum(text[end]) || text[end] == '+' || text[end] == '-' || text[end] == '.')) {
    ++end;
  }
  const bool named = end > 1 && !(text[0] >= '0' && text[0] <= '9') && is_ascii_alnum(text[0]);
  if (!named || end >= text.size() || text[end] != ':') return {};
  return text.substr(0, end);
}

bool is_safe_url(std::string_view url) {
  constexpr std::array<std::string_view, 4> refused{"javascript", "data", "vbscript", "file"};
  std::string scheme;
  for (const char c : url_scheme(url)) {
    scheme += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
  return !scheme.empty() && std::find(refused.begin(), refused.end(), scheme) == refused.end();
}

}  // namespace crossdock::slack
