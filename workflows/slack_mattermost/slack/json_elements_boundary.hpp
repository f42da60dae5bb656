#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

/// Internal to element_splitter: where does a broken array element end?
namespace crossdock::slack {

/// Follows strings and brackets from inside a broken element to the next place where an element of
/// the top-level array can start. It is fed byte by byte and forgives bracket errors in the way
/// that loses least:
/// - a closer without opener is ignored; one that closes an outer container closes the inner too;
/// - `,{` directly inside an object means that a `}` is missing before it;
/// - `{,` and `[,` mean that a closer was meant;
/// - `"key":` directly inside an array means that a `]` is missing before it.
class boundary_scanner {
 public:
  enum class newline_rule : std::uint8_t {
    part_of_string,  ///< strings may be broken over lines
    ends_string,     ///< a quote is missing: JSON strings hold no raw line ends
  };

  explicit boundary_scanner(newline_rule rule = newline_rule::part_of_string) : newlines_(rule) {}

  /// Takes bytes of the element, in two parts, that are well formed; the first of all opens it.
  void replay(std::string_view begin, std::string_view rest);
  /// Passes over a byte that is not to be understood.
  void skip() { ++position_; }
  void assume_in_string() { in_string_ = true; }
  bool in_string() const { return in_string_; }
  void set_newline_rule(newline_rule rule) { newlines_ = rule; }

  /// True when this byte proves that a new element has started; see lookahead().
  bool step(char c);

  /// From the new element's `{` to the last byte given to step(), both included.
  const std::string& lookahead() const { return lookahead_; }
  /// The array was closed and nothing but blanks came after.
  bool at_array_end() const { return place_ == place::array_closed; }

  /// Where commas, or the array's end, stood at the array's level, in order: the distances from
  /// behind each of them to the new element that step() has just found. What lies between two of
  /// them may be an element that is no object. The last 1,024 are known.
  std::vector<std::size_t> cuts_before_element() const;
  /// The same to the last byte given to step().
  std::vector<std::size_t> cuts_before_end() const;

 private:
  enum class place : std::uint8_t {
    inside,        ///< of the element, or in rubble at the array's level
    after_comma,   ///< at the array's level
    maybe_opened,  ///< `{` at the array's level; a `"` must follow
    array_closed,
  };

  bool step_outside_string(char c);
  void cut();
  std::vector<std::size_t> distances_to(std::size_t position) const;
  void open(char c);
  void close(char c);
  void comma();
  void colon();
  bool element_may_start() const;

  std::string open_;  ///< containers open inside the element, outermost first
  std::string lookahead_;
  std::size_t position_ = 0;      ///< bytes so far
  std::deque<std::size_t> cuts_;  ///< positions
  newline_rule newlines_;
  place place_ = place::inside;
  bool in_string_ = false;
  bool escaped_ = false;
  bool lost_ = false;  ///< too deep to be followed: no boundary will be found
  char last_ = 0;      ///< the last byte outside strings that is no blank; `"` for a whole string
};

}  // namespace crossdock::slack
