// What becomes of a broken element: where it ends, and what can be had of it and of what follows.
#include <algorithm>
#include <utility>

#include <boost/json/error.hpp>

#include "workflows/slack_mattermost/slack/json_elements.hpp"

namespace crossdock::slack {
namespace {

namespace json = boost::json;

/// Without what could belong to a damaged object around it.
bool is_bare_word(std::string_view text) {
  return text.find_first_of("{}[]\":") == std::string_view::npos;
}

}  // namespace

void element_splitter::begin_recovery(std::string_view reason, std::string detail) {
  state_ = state::recovering;
  broken_reason_ = reason;
  broken_detail_ = std::move(detail);
}

/// A scanner that has seen the element, which is well formed so far, up to `at`.
boundary_scanner element_splitter::follow(std::size_t at) const {
  boundary_scanner scanner;
  scanner.replay(held_, piece_.substr(from_, at - from_));
  return scanner;
}

/// The parser is right up to `at`; what was meant from there on is a guess:
/// - strings and brackets are as they seem, and something else is wrong;
/// - a string is open that does not seem so, since a quote before is too much or missing;
/// - the last string began with a quote that does not belong there, or was never closed, and ran
///   over what was meant to be outside.
void element_splitter::parse_failed(std::size_t at, const json::error_code& error) {
  hold(at);
  from_ = at;
  if (error == json::error::too_deep) {
    guesses_.assign(1, follow(at));
    begin_recovery("too_deep", "containers are nested too deeply");
    return;
  }
  begin_recovery("invalid_json", error.message());
  // The parser may notice a bad escape or sequence some bytes late, depending on where pieces end.
  const auto strings = scan_strings(held_);
  boundary_scanner natural;
  natural.replay(held_, {});
  guesses_.assign(strings.in_string ? 1 : 2, natural);
  if (!strings.in_string) {
    guesses_[0].set_newline_rule(boundary_scanner::newline_rule::ends_string);
    guesses_[1].assume_in_string();
  }
  doubt_string(strings.last_quote, at);
}

/// Adds the guess that the quote at `quote` in held_ opens no string.
void element_splitter::doubt_string(std::size_t quote, std::size_t at) {
  if (quote == std::string::npos) return;
  boundary_scanner guess;
  guess.set_newline_rule(boundary_scanner::newline_rule::ends_string);
  guess.replay(std::string_view(held_).substr(0, quote), {});
  guess.skip();
  for (std::size_t i = quote + 1; i < held_.size(); ++i) {
    if (!guess.step(held_[i])) continue;
    // At most blanks follow the quote that ended the string; many blanks are no proof here.
    if (held_[i] == '"') {
      restart_element(at, held_.substr(i + 1 - guess.lookahead().size()),
                      guess.cuts_before_element());
    }
    return;
  }
  guesses_.push_back(guess);
}

void element_splitter::too_large(std::size_t at) {
  guesses_.assign(1, follow(at));
  begin_recovery("element_too_large", "the element is larger than max_element_bytes, " +
                                          std::to_string(limits_.max_element_bytes));
}

std::size_t element_splitter::recover(std::size_t at) {
  for (; at < piece_.size(); ++at) {
    for (auto& guess : guesses_) {
      if (!guess.step(piece_[at])) continue;
      const std::string start = guess.lookahead();
      restart_element(at + 1, start, guess.cuts_before_element());
      return at + 1;
    }
  }
  return at;
}

/// The broken element is over; the next one began with `start`, whose last byte is before `end`.
void element_splitter::restart_element(std::size_t end, const std::string& start,
                                       const std::vector<std::size_t>& cuts) {
  hold(end);
  std::string_view broken = held_;
  if (!broken_overflow_) broken.remove_suffix(start.size());
  settle_broken_and_rest(broken, cuts);
  begin_element(end);
  element_offset_ -= start.size();
  element_line_ = line_at(end) - static_cast<std::uint64_t>(std::ranges::count(start, '\n'));
  held_ = start;
  state_ = state::in_element;
  renew_parser();
  json::error_code error;
  parser_.write_some(start.data(), start.size(), error);
  if (error) parse_failed(end, error);
}

/// True when the element could be taken after all.
bool element_splitter::settle_broken(std::string_view text) {
  if (broken_reason_ == "invalid_json" && !broken_overflow_) {
    auto object = trim_trailing_blanks(text);
    if (object.ends_with(',') || object.ends_with(']')) object.remove_suffix(1);
    if (accept_repaired(trim_trailing_blanks(object))) return true;
  }
  reject(broken_reason_, std::move(broken_detail_), text);
  return false;
}

/// A broken element and what came after it until an object was found, at the end of `text`. Values
/// between the cuts (see boundary_scanner) are elements of their own, as far as all that follows
/// them is whole, too: other text may be a part of the broken element. What is no longer held
/// cannot be told apart. True when the broken element could be taken after all.
bool element_splitter::settle_broken_and_rest(std::string_view text,
                                              const std::vector<std::size_t>& cuts) {
  if (broken_overflow_) return settle_broken(text);
  std::vector<std::string_view> values;  // last first
  auto end = text.size();
  for (auto cut = cuts.rbegin(); cut != cuts.rend() && *cut < text.size(); ++cut) {
    const auto begin = text.size() - *cut;
    const auto value = trim_blanks(text.substr(begin, end - begin));
    if (!is_bare_word(value) && !parses(value)) break;
    if (!value.empty()) values.push_back(value);
    end = begin - 1;
  }
  const bool repaired = settle_broken(text.substr(0, end));
  std::size_t before = 0;
  for (auto value = values.rbegin(); value != values.rend(); ++value) {
    const auto place = static_cast<std::size_t>(value->data() - text.data());
    const auto passed = text.substr(before, place - before);
    element_offset_ += passed.size();
    element_line_ += static_cast<std::uint64_t>(std::ranges::count(passed, '\n'));
    before = place;
    settle_value(*value);
  }
  return repaired;
}

/// A whole value that was passed over in a search for an object: `{}`, or none.
void element_splitter::settle_value(std::string_view text) {
  if (text.front() == '{' && parses(text)) {
    accept(text, parser_.release(), false);
  } else {
    reject(not_an_object, not_an_object_detail, text);
  }
}

bool element_splitter::parses(std::string_view text) {
  renew_parser();
  json::error_code error;
  parser_.write(text.data(), text.size(), error);
  if (!error) parser_.finish(error);
  return !error;
}

/// False when the text is storable as it is, or would still be broken.
bool element_splitter::accept_repaired(std::string_view text) {
  const auto storable = make_storable(text);
  if (!storable || !storable->starts_with('{') || has_excessive_number(*storable)) return false;
  if (!parses(*storable)) return false;
  accept(*storable, parser_.release(), true);
  return true;
}

}  // namespace crossdock::slack
