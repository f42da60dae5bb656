#include "workflows/slack_mattermost/slack/json_elements_boundary.hpp"

#include <utility>

namespace crossdock::slack {
namespace {

constexpr std::size_t max_followed_depth = 64 * 1024;
/// Blanks between `{` and what follows it that are looked through for a proof.
constexpr std::size_t max_lookahead = 4096;
constexpr std::size_t max_cuts = 1024;

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

char opener_of(char closer) {
  return closer == '}' ? '{' : '[';
}

}  // namespace

void boundary_scanner::replay(std::string_view begin, std::string_view rest) {
  bool first = true;
  for (const auto part : {begin, rest}) {
    for (const char c : part) {
      if (first && (c == '{' || c == '[')) {
        skip();
        open(c);
      } else {
        step(c);
      }
      first = false;
    }
  }
}

bool boundary_scanner::step(char c) {
  ++position_;
  if (lost_) return false;
  if (in_string_) {
    if (c == '\n' && newlines_ == newline_rule::ends_string) {
      in_string_ = escaped_ = false;
      last_ = '"';
    } else if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_string_ = false;
      last_ = '"';
    }
    return false;
  }
  if (place_ == place::maybe_opened) {
    lookahead_ += c;
    if (is_blank(c)) return lookahead_.size() > max_lookahead;
    if (c == '"') return true;
    open_ += '{';  // no element after all
    place_ = place::inside;
  }
  return step_outside_string(c);
}

bool boundary_scanner::step_outside_string(char c) {
  // A backslash here means that this is inside a string whose quote was lost.
  const bool escaped = std::exchange(escaped_, c == '\\' && !escaped_);
  if (is_blank(c) || (escaped && c == '"')) return false;
  if (c == '{' && element_may_start()) {
    open_.clear();
    lookahead_.assign(1, c);
    place_ = place::maybe_opened;
    last_ = c;
    return false;
  }
  place_ = place::inside;
  switch (c) {
    case '"': in_string_ = true; return false;
    case '{':
    case '[': open(c); break;
    case '}':
    case ']': close(c); break;
    case ',': comma(); break;
    case ':': colon(); break;
    default: break;
  }
  last_ = c;
  return false;
}

/// At the array's level any `{` that is not a key's value; deeper, `,{` when only objects are open.
bool boundary_scanner::element_may_start() const {
  if (open_.empty()) return last_ != ':';
  return last_ == ',' && open_.find('[') == std::string::npos;
}

void boundary_scanner::open(char c) {
  while (c == '{' && last_ == ',' && !open_.empty() && open_.back() == '{') open_.pop_back();
  open_ += c;
  last_ = c;
  lost_ = open_.size() > max_followed_depth;
}

void boundary_scanner::close(char c) {
  const auto opener = open_.rfind(opener_of(c));
  if (opener != std::string::npos) {
    open_.resize(opener);
  } else if (c == ']' && open_.empty()) {
    place_ = place::array_closed;
    cut();
  }
}

void boundary_scanner::comma() {
  if (!open_.empty() && last_ == open_.back()) {
    open_.pop_back();
    if (!open_.empty()) open_.pop_back();
  }
  if (!open_.empty()) return;
  place_ = place::after_comma;
  cut();
}

void boundary_scanner::cut() {
  if (cuts_.size() == max_cuts) cuts_.pop_front();
  cuts_.push_back(position_);
}

std::vector<std::size_t> boundary_scanner::distances_to(std::size_t position) const {
  std::vector<std::size_t> distances;
  for (const auto cut : cuts_) distances.push_back(position - cut);
  return distances;
}

std::vector<std::size_t> boundary_scanner::cuts_before_element() const {
  return distances_to(position_ - lookahead_.size());
}

std::vector<std::size_t> boundary_scanner::cuts_before_end() const {
  return distances_to(position_);
}

void boundary_scanner::colon() {
  if (last_ == '"' && !open_.empty() && open_.back() == '[') open_.pop_back();
}

}  // namespace crossdock::slack
