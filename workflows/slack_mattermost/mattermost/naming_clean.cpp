#include "workflows/slack_mattermost/mattermost/naming_clean.hpp"

#include <algorithm>
#include <cstdio>

#include "workflows/slack_mattermost/mattermost/naming_letters.hpp"
#include "workflows/slack_mattermost/mattermost/rules_text.hpp"

namespace crossdock::mattermost {

namespace {

bool has(std::string_view set, char c) {
  return set.find(c) != std::string_view::npos;
}

void note(std::vector<name_change>& changes, name_change change) {
  if (std::find(changes.begin(), changes.end(), change) == changes.end()) changes.push_back(change);
}

/// Builds a name rune by rune.
class name_cleaner {
 public:
  name_cleaner(const name_alphabet& alphabet, std::vector<name_change>& changes)
      : alphabet_(alphabet), changes_(changes) {}

  void add(char32_t rune) {
    const auto folded = fold_width(rune);
    if (folded != rune) note(changes_, name_change::transliterated);
    const auto spelled = spell(folded);
    switch (spelled.kind) {
      case letter_kind::ascii: add_ascii(static_cast<char>(folded)); break;
      case letter_kind::letter: add_spelling(spelled.spelling); break;
      case letter_kind::mark: add_mark(folded); break;
      case letter_kind::separator: add_dash(); break;
      case letter_kind::foreign: add_code_point(folded); break;
    }
    previous_ = folded;
  }

  std::string finish() {
    trim();
    if (name_.size() > alphabet_.max_bytes) {
      name_.resize(alphabet_.max_bytes);
      note(changes_, name_change::shortened);
      trim();
    }
    return readable_ ? name_ : std::string();
  }

 private:
  void add_ascii(char c) {
    if (c >= 'A' && c <= 'Z') {
      note(changes_, name_change::lower_cased);
      c = static_cast<char>(c - 'A' + 'a');
    }
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!alphanumeric && !has(alphabet_.extra, c)) return add_dash();
    readable_ = readable_ || alphanumeric;
    name_.push_back(c);
  }

  void add_spelling(std::string_view spelling) {
    note(changes_, name_change::transliterated);
    readable_ = readable_ || !spelling.empty();
    name_.append(spelling);
  }

  void add_mark(char32_t mark) {
    note(changes_, name_change::transliterated);
    // Decomposed й is the one letter whose spelling its breve changes.
    constexpr char32_t breve = 0x306;
    if (mark == breve && (previous_ == U'и' || previous_ == U'И')) name_.back() = 'y';
  }

  void add_dash() {
    note(changes_, name_change::characters_replaced);
    if (!name_.empty() && name_.back() != '-') name_.push_back('-');
  }

  void add_code_point(char32_t rune) {
    note(changes_, name_change::characters_replaced);
    char hex[16];
    std::snprintf(hex, sizeof hex, "u%x", static_cast<unsigned>(rune));
    name_.append(hex);
  }

  void trim() {
    const auto before = name_.size();
    const bool replaced = std::find(changes_.begin(), changes_.end(),
                                    name_change::characters_replaced) != changes_.end();
    while (!name_.empty() &&
           (has(alphabet_.not_last, name_.back()) || (replaced && name_.back() == '-'))) {
      name_.pop_back();
    }
    const auto first = name_.find_first_not_of(alphabet_.not_first);
    name_.erase(0, std::min(first, name_.size()));
    if (name_.size() != before) note(changes_, name_change::characters_replaced);
  }

  const name_alphabet& alphabet_;
  std::vector<name_change>& changes_;
  std::string name_;
  char32_t previous_ = 0;
  bool readable_ = false;  ///< holds something other than separators and code points
};

}  // namespace

std::string clean_name(std::string_view wanted, const name_alphabet& alphabet,
                       std::vector<name_change>& changes) {
  name_cleaner cleaner(alphabet, changes);
  for (std::size_t at = 0; at < wanted.size();) {
    const auto rune = next_rune(wanted, at);
    cleaner.add(rune == bad_rune ? U'\uFFFD' : rune);
  }
  return cleaner.finish();
}

std::string with_suffix(std::string_view base, unsigned number, std::size_t max_bytes) {
  const auto suffix = "-" + std::to_string(number);
  std::string name(base.substr(0, max_bytes - suffix.size()));
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name + suffix;
}

}  // namespace crossdock::mattermost
