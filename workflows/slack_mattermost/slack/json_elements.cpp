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

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool may_start_value(char c) {
  return c == '-' || (c >= '0' && c <= '9') ||
         std::string_view("{[\"tfn").find(c) != std::string_view::npos;
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
      const auto ended = std::ranges::find_if(guesses_, &boundary_scanner::at_array_end);
      if (ended != guesses_.end()) {
        settle_broken_and_rest(held_, ended->cuts_before_end());
      } else if (settle_broken(held_)) {
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
  if (may_start_value(c)) {
    renew_parser();
    state_ = state::in_element;
    return at;
  }
  guesses_.assign(1, boundary_scanner(boundary_scanner::newline_rule::ends_string));
  guesses_[0].skip();
  begin_recovery(not_an_object, not_an_object_detail);
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
    // The parser may have taken blanks that follow the value.
    to_ = from_ + trim_trailing_blanks(piece_.substr(from_, end - from_)).size();
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
  begin_recovery("invalid_json", "something other than a comma follows the element");
  return at;
}

std::size_t element_splitter::after_array(std::size_t at) {
  if (is_blank(piece_[at])) return at + 1;
  begin_element(at);
  guesses_.assign(1, boundary_scanner(boundary_scanner::newline_rule::ends_string));
  begin_recovery("invalid_json", "there is more text after the end of the array");
  return at;
}

/// The value is whole and a delimiter or the end of the file follows.
void element_splitter::settle_element() {
  std::string_view text = piece_.substr(from_, to_ - from_);
  if (!held_.empty()) {
    held_.append(text);
    text = held_;
  }
  if (text.front() != '{') {
    reject(not_an_object, not_an_object_detail, text);
  } else if (has_excessive_number(text)) {
    reject("number_out_of_range", "a number has too many digits or too large an exponent", text);
  } else if (text.find(nul_escape) == std::string_view::npos || !accept_repaired(text)) {
    accept(text, parser_.release(), false);
  }
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
