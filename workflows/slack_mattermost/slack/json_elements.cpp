#include "workflows/slack_mattermost/slack/json_elements.hpp"

#include <algorithm>
#include <utility>

#include <boost/json/error.hpp>

#include "workflows/slack_mattermost/slack/archive.hpp"

namespace crossdock::slack {
namespace {

namespace json = boost::json;

constexpr std::size_t arena_bytes = 256U << 10;
constexpr std::size_t excerpt_bytes = 200;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view nul_escape = "\\u0000";
constexpr std::string_view null_text = "null";
constexpr std::string_view blanks = " \n\r\t";

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

std::string_view trim_end(std::string_view text) {
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

json::parse_options options_of(const element_limits& limits) {
  json::parse_options options;
  options.max_depth = limits.max_depth;
  return options;
}

std::string describe_file(std::string_view start) {
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) {
    return "the file is UTF-16; it must be UTF-8";
  }
  if (start.starts_with('{')) return "the file holds one object instead of an array";
  return "the file is not a JSON array";
}

}  // namespace

element_splitter::element_splitter(element_sink sink, const element_limits& limits)
    : sink_(std::move(sink)),
      limits_(limits),
      arena_(std::make_unique_for_overwrite<unsigned char[]>(arena_bytes)),
      memory_(arena_.get(), arena_bytes),
      parser_(json::storage_ptr{}, options_of(limits)) {}

void element_splitter::feed(std::string_view piece) {
  piece_ = piece;
  from_ = to_ = line_position_ = 0;
  for (std::size_t at = 0; at < piece.size();) at = consume(at);
  hold(state_ == state::after_element ? to_ : piece.size());
  line_at(piece.size());
  piece_offset_ += piece.size();
  piece_ = {};
  from_ = to_ = line_position_ = 0;
}

/// Goes on from `at` and returns where it stopped; takes a byte or changes the state.
std::size_t element_splitter::consume(std::size_t at) {
  switch (state_) {
    case state::start: return start_file(at);
    case state::null_literal: return match_null(at);
    case state::before_element: return before_element(at);
    case state::in_element: return parse_element(at);
    case state::after_element: return after_element(at);
    case state::recovering: return recover(at);
    case state::after_array: return after_array(at);
    case state::not_an_array: break;
  }
  return piece_.size();
}

void element_splitter::finish() {
  if (state_ == state::after_element) settle_element();
  switch (state_) {
    case state::start:
      // A byte order mark alone is an empty file; a part of one is not.
      if (matched_ % byte_order_mark.size() != 0) reject_file();
      break;
    case state::null_literal:
      if (matched_ != null_text.size()) reject_file();
      break;
    case state::not_an_array: reject_file(); break;
    case state::before_element:
    case state::after_element:
      begin_element(0);
      reject_truncated();
      break;
    case state::in_element: reject_truncated(); break;
    case state::recovering: {
      const bool ended = std::ranges::any_of(guesses_, &boundary_scanner::at_array_end);
      const bool repaired = settle_broken(held_);
      if (repaired && !ended) {
        begin_element(0);
        reject_truncated();
      }
      break;
    }
    case state::after_array: break;
  }
  reset();
}

void element_splitter::fail(std::string_view reason, std::string detail) {
  if (state_ == state::after_element) settle_element();
  if (state_ == state::recovering) settle_broken(held_);
  if (state_ != state::in_element) begin_element(0);
  reject(reason, std::move(detail), held_);
  reset();
}

void element_splitter::reset() {
  state_ = state::start;
  piece_offset_ = index_ = element_offset_ = element_line_ = 0;
  matched_ = 0;
  held_.clear();
  line_ = 1;
  guesses_.clear();
}

std::size_t element_splitter::start_file(std::size_t at) {
  const char c = piece_[at];
  const bool in_mark = piece_offset_ + at == matched_ && matched_ < byte_order_mark.size();
  if (in_mark && c == byte_order_mark[matched_]) {
    ++matched_;
    return at + 1;
  }
  const bool half_mark = matched_ % byte_order_mark.size() != 0;
  if (is_blank(c) && !half_mark) return at + 1;
  if (c == '[' && !half_mark) {
    state_ = state::before_element;
    return at + 1;
  }
  begin_element(at);
  matched_ = 0;
  state_ = half_mark ? state::not_an_array : state::null_literal;
  return at;
}

std::size_t element_splitter::match_null(std::size_t at) {
  const char c = piece_[at];
  if (matched_ < null_text.size() && c == null_text[matched_]) {
    ++matched_;
    return at + 1;
  }
  if (matched_ == null_text.size() && is_blank(c)) return at + 1;
  state_ = state::not_an_array;
  return at;
}

void element_splitter::begin_element(std::size_t at) {
  held_.clear();
  broken_overflow_ = false;
  from_ = at;
  element_offset_ = piece_offset_ + at;
  element_line_ = 0;
}

std::size_t element_splitter::before_element(std::size_t at) {
  const char c = piece_[at];
  if (is_blank(c) || c == ',') return at + 1;
  if (c == ']') {
    state_ = state::after_array;
    return at + 1;
  }
  begin_element(at);
  if (c == '{') {
    renew_parser();
    state_ = state::in_element;
    return at;
  }
  guesses_.assign(1, boundary_scanner(boundary_scanner::newline_rule::ends_string));
  // What a string or a nested array holds must not be taken for elements; other bytes say nothing.
  if (c == '"' || c == '[') guesses_[0].replay(piece_.substr(at, 1), {});
  begin_recovery("not_an_object", "the element is not a JSON object");
  return at + 1;
}

std::size_t element_splitter::parse_element(std::size_t at) {
  const auto known = held_.size() + (at - from_);
  if (known >= limits_.max_element_bytes) {
    too_large(at);
    return at;
  }
  const auto size = std::min(piece_.size() - at, limits_.max_element_bytes - known);
  json::error_code error;
  const auto end = at + parser_.write_some(piece_.data() + at, size, error);
  if (error) {
    parse_failed(end, error);
  } else if (parser_.done()) {
    // The parser may have taken blanks that follow the object.
    to_ = from_ + trim_end(piece_.substr(from_, end - from_)).size();
    state_ = state::after_element;
  }
  return end;
}

std::size_t element_splitter::after_element(std::size_t at) {
  const char c = piece_[at];
  if (is_blank(c)) return at + 1;
  if (c == ',' || c == ']' || c == '{') {
    settle_element();
    state_ = c == ']' ? state::after_array : state::before_element;
    return c == '{' ? at : at + 1;
  }
  hold(to_);  // without the blanks, of which there may be any number
  from_ = at;
  guesses_.assign(2, boundary_scanner());
  guesses_[0].set_newline_rule(boundary_scanner::newline_rule::ends_string);
  guesses_[1].assume_in_string();
  begin_recovery("invalid_json", "something other than a comma follows the object");
  return at;
}

std::size_t element_splitter::after_array(std::size_t at) {
  if (is_blank(piece_[at])) return at + 1;
  begin_element(at);
  guesses_.assign(1, boundary_scanner(boundary_scanner::newline_rule::ends_string));
  begin_recovery("invalid_json", "there is more text after the end of the array");
  return at;
}

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
/// over
///   what was meant to be outside.
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
  for (std::size_t i = quote + 1; i < held_.size(); ++i) {
    if (!guess.step(held_[i])) continue;
    // At most blanks follow the quote that ended the string; many blanks are no proof here.
    if (held_[i] == '"') restart_element(at, held_.substr(i + 1 - guess.lookahead().size()));
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
      restart_element(at + 1, start);
      return at + 1;
    }
  }
  return at;
}

/// The broken element is over; the next one began with `start`, whose last byte is before `end`.
void element_splitter::restart_element(std::size_t end, const std::string& start) {
  hold(end);
  std::string_view broken = held_;
  if (!broken_overflow_) broken.remove_suffix(start.size());
  settle_broken(broken);
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

/// The object is whole and a delimiter or the end of the file follows.
void element_splitter::settle_element() {
  std::string_view text = piece_.substr(from_, to_ - from_);
  if (!held_.empty()) {
    held_.append(text);
    text = held_;
  }
  if (has_excessive_number(text)) {
    reject("number_out_of_range", "a number has too many digits or too large an exponent", text);
  } else if (text.find(nul_escape) == std::string_view::npos || !accept_repaired(text)) {
    accept(text, parser_.release(), false);
  }
}

/// True when the element could be taken after all.
bool element_splitter::settle_broken(std::string_view text) {
  if (broken_reason_ == "invalid_json" && !broken_overflow_) {
    auto object = trim_end(text);
    if (object.ends_with(',') || object.ends_with(']')) object.remove_suffix(1);
    if (accept_repaired(trim_end(object))) return true;
  }
  reject(broken_reason_, std::move(broken_detail_), text);
  return false;
}

/// False when the text is storable as it is, or would still be broken.
bool element_splitter::accept_repaired(std::string_view text) {
  const auto storable = make_storable(text);
  if (!storable || has_excessive_number(*storable)) return false;
  renew_parser();
  json::error_code error;
  parser_.write(storable->data(), storable->size(), error);
  if (!error) parser_.finish(error);
  if (error) return false;
  accept(*storable, parser_.release(), true);
  return true;
}

void element_splitter::accept(std::string_view text, json::value parsed, bool altered) {
  sink_.accept({index_++, element_offset_, text, parsed.get_object(), altered});
}

void element_splitter::reject(std::string_view reason, std::string detail, std::string_view text) {
  const auto line = element_line_ != 0 ? element_line_ : line_at(from_);
  sink_.reject(
      {index_++, element_offset_, line, reason, std::move(detail), printable(text, excerpt_bytes)});
}

void element_splitter::reject_file() {
  reject("not_an_array", describe_file(held_), held_);
}

void element_splitter::reject_truncated() {
  reject("truncated", "the file ends before the array does", held_);
}

/// Forgets the last element's values; only then may their memory be used again.
void element_splitter::renew_parser() {
  parser_.reset(&memory_);
  memory_.release();
}

/// Copies the current element's bytes up to `end`, for the time when piece_ is gone.
void element_splitter::hold(std::size_t end) {
  if (state_ == state::start || state_ == state::before_element || state_ == state::after_array) {
    return;
  }
  if (element_line_ == 0) element_line_ = line_at(from_);
  if (broken_overflow_ || end <= from_) return;
  held_.append(piece_.substr(from_, end - from_));
  const bool whole_file = state_ == state::null_literal || state_ == state::not_an_array;
  if (whole_file || held_.size() > limits_.max_element_bytes) {
    held_.resize(std::min(held_.size(), excerpt_bytes));
    broken_overflow_ = !whole_file;
  }
}

/// Lines are counted once, so positions must not decrease within a piece.
std::uint64_t element_splitter::line_at(std::size_t at) {
  if (at > line_position_) {
    line_ += static_cast<std::uint64_t>(
        std::ranges::count(piece_.substr(line_position_, at - line_position_), '\n'));
    line_position_ = at;
  }
  return line_;
}

bool read_all_elements(const archive& from, std::string_view path, const element_sink& to,
                       const element_limits& limits) {
  element_splitter splitter(to, limits);
  bool found = false;
  archive::sink bytes;
  bytes.begin = [&](const member&) { found = true; };
  bytes.data = [&](std::string_view piece) { splitter.feed(piece); };
  bytes.end = [&](const member&) { splitter.finish(); };
  bytes.failed = [&](const member&, std::string_view reason) {
    splitter.fail("damaged", std::string(reason));
  };
  bytes.enough = [&] { return found; };
  from.read([&](const member& item) { return item.path == path; }, bytes);
  return found;
}

}  // namespace crossdock::slack
