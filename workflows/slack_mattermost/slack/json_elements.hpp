#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/stream_parser.hpp>

#include "workflows/slack_mattermost/slack/json_elements_boundary.hpp"
#include "workflows/slack_mattermost/slack/json_elements_text.hpp"

namespace crossdock::slack {

class archive;

struct element_limits {
  /// A larger element is rejected. A parsed element may take about 15 times its text in memory.
  std::size_t max_element_bytes = 8U << 20;
  std::size_t max_depth = 128;  ///< of nested containers in one element
};

/// One object of a file's top-level array. Everything is valid during the callback only.
struct element {
  std::uint64_t index;         ///< place in the array; rejected elements count too
  std::uint64_t offset;        ///< of its first byte in the file
  std::string_view text;       ///< verbatim, unless `altered`; jsonb takes it
  boost::json::object& value;  ///< `text` parsed, in memory that is used again for the next element
  bool altered;  ///< NULs, lone surrogates or invalid UTF-8 became U+FFFD in `text` and `value`
};

/// A piece of a file that is not an element.
struct rejection {
  std::uint64_t index;
  std::uint64_t offset;
  std::uint64_t line;  ///< of `offset`, from 1
  /// invalid_json, not_an_object, element_too_large, too_deep, number_out_of_range, truncated (the
  /// file ends too early), not_an_array (the whole file is something else), or what fail() was
  /// given.
  std::string_view reason;
  std::string detail;   ///< a sentence
  std::string excerpt;  ///< printable, at most 200 bytes from its start
};

struct element_sink {
  std::function<void(const element&)> accept;
  std::function<void(const rejection&)> reject;
};

/// Splits a JSON file whose top level is an array of objects, fed in pieces of any size, and parses
/// each object. The result does not depend on where pieces end.
///
/// A byte order mark is skipped. An empty file, `null` and `[]` have no elements. A missing or
/// extra comma between elements is forgiven. What cannot be read costs one element: splitting goes
/// on at the next place where an object can start (see boundary_scanner), and whole values that lie
/// between are elements of their own. A file that ends too early yields its whole elements, then
/// one rejection.
///
/// Of equal keys in one object the last counts, as in jsonb. Numbers that do not fit are doubles in
/// `value` and unchanged in `text`.
///
/// Memory: one element, its parsed form, and one piece. Not thread-safe. Exceptions of the sink
/// pass through and leave the splitter unusable.
class element_splitter {
 public:
  explicit element_splitter(element_sink sink, const element_limits& limits = {});
  element_splitter(const element_splitter&) = delete;
  element_splitter& operator=(const element_splitter&) = delete;

  void feed(std::string_view piece);
  /// The file ends here. Afterwards the splitter is ready for another file.
  void finish();
  /// Instead of finish(): the rest of the file cannot be had. Whole elements stay, then comes one
  /// rejection with this reason.
  void fail(std::string_view reason, std::string detail);

 private:
  static constexpr std::string_view not_an_object = "not_an_object";
  static constexpr const char* not_an_object_detail = "the element is not a JSON object";

  enum class state : std::uint8_t {
    start,           ///< before the array; perhaps inside a byte order mark
    null_literal,    ///< at the top level
    before_element,  ///< after `[` or `,`
    in_element,      ///< the parser is inside a value
    after_element,   ///< the value is whole, its delimiter has not come yet
    recovering,      ///< in a broken element
    after_array,
    not_an_array,  ///< the rest of the file is of no use
  };

  std::size_t consume(std::size_t at);
  std::size_t start_file(std::size_t at);
  std::size_t match_null(std::size_t at);
  std::size_t before_element(std::size_t at);
  std::size_t parse_element(std::size_t at);
  std::size_t after_element(std::size_t at);
  std::size_t after_array(std::size_t at);
  std::size_t recover(std::size_t at);

  void begin_element(std::size_t at);
  void begin_recovery(std::string_view reason, std::string detail);
  boundary_scanner follow(std::size_t at) const;
  void parse_failed(std::size_t at, const boost::json::error_code& error);
  void doubt_string(std::size_t quote, std::size_t at);
  void too_large(std::size_t at);
  void restart_element(std::size_t end, const std::string& start,
                       const std::vector<std::size_t>& cuts);
  void settle_element();
  bool settle_broken(std::string_view text);
  bool settle_broken_and_rest(std::string_view text, const std::vector<std::size_t>& cuts);
  void settle_value(std::string_view text);
  bool parses(std::string_view text);
  bool accept_repaired(std::string_view text);
  void accept(std::string_view text, boost::json::value parsed, bool altered);
  void reject(std::string_view reason, std::string detail, std::string_view text);
  void reject_file();
  void reject_truncated();
  void renew_parser();
  void hold(std::size_t end);
  std::uint64_t line_at(std::size_t at);
  void reset();

  element_sink sink_;
  element_limits limits_;
  std::unique_ptr<unsigned char[]> arena_;
  boost::json::monotonic_resource memory_;
  boost::json::stream_parser parser_;

  state state_ = state::start;
  std::string_view piece_;
  std::uint64_t piece_offset_ = 0;  ///< of piece_ in the file
  std::size_t matched_ = 0;         ///< bytes of a byte order mark or of `null`

  std::uint64_t index_ = 0;
  std::uint64_t element_offset_ = 0;
  std::uint64_t element_line_ = 0;  ///< 0: not counted yet, the element starts in piece_
  std::string held_;                ///< the element's bytes from earlier pieces
  std::size_t from_ = 0;            ///< where its bytes start in piece_
  std::size_t to_ = 0;              ///< after_element: where they end in piece_

  std::uint64_t line_ = 1;  ///< at line_position_
  std::size_t line_position_ = 0;

  std::string_view broken_reason_;
  std::string broken_detail_;
  bool broken_overflow_ = false;           ///< held_ is only the start of the broken element
  std::vector<boundary_scanner> guesses_;  ///< the first that finds a boundary is right
};

/// Streams the elements of one member of an export, such as users.json; false when there is none of
/// that path. Damaged bytes end in a rejection `damaged`, after the elements before them.
bool read_all_elements(const archive& from, std::string_view path, const element_sink& to,
                       const element_limits& limits = {});

}  // namespace crossdock::slack
