#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "config/diagnostic.hpp"

namespace crossdock::config {

/// What is known of one value of a document beside the value.
struct place {
  position key;    ///< of the key in its map, or of the item in its list
  position value;  ///< of the value itself
  /// The characters of an unquoted scalar as written: options of type string take `11.10` as
  /// "11.10".
  std::string text;
  bool plain = false;
  /// The references that made the value, as written ("${MM_TOKEN}"); empty for a literal.
  std::string reference;
  bool secret = false;      ///< never to be shown or stored; its reference is
  bool is_default = false;  ///< filled in from a schema: already in the form that plugins take
  bool broken = false;      ///< an error was reported already; what follows from it is not

  /// Of a value that has no key of its own in the file.
  static place at(const position& where) {
    place result;
    result.key = where;
    result.value = where;
    return result;
  }
};

/// A configuration file as JSON, with the place of every value. Values are named by JSON pointers
/// ("/export/types/message"); people see them dotted ("export.types.message").
class document {
 public:
  document() = default;
  explicit document(std::string file) : file_(std::move(file)) {}

  const std::string& file() const { return file_; }
  boost::json::value& root() { return root_; }
  const boost::json::value& root() const { return root_; }

  /// nullptr when there is no such value.
  boost::json::value* find(std::string_view pointer);
  const boost::json::value* find(std::string_view pointer) const;
  const boost::json::object* find_object(std::string_view pointer) const;
  const boost::json::string* find_string(std::string_view pointer) const;

  const place* place_of(std::string_view pointer) const;
  place& note(std::string_view pointer);  ///< makes the entry if needed
  /// The position of the value, else of the nearest value around it, else line 1.
  position where(std::string_view pointer) const;
  position where_key(std::string_view pointer) const;

  /// Sets a value, making the maps on the way (null counts as an empty map). False when something
  /// that is no map stands in the way.
  bool set(std::string_view pointer, boost::json::value value, place at);
  /// Removes a value from its map; the order of the others stays.
  void erase(std::string_view pointer);

  /// The pointers of every value below and including `pointer`, parents first.
  std::vector<std::string> pointers(std::string_view pointer) const;

 private:
  std::string file_;
  boost::json::value root_;
  std::map<std::string, place, std::less<>> places_;
};

/// True when `pointer` names `base` or something below it.
bool is_below(std::string_view pointer, std::string_view base);

/// `pointer` extended by a key.
std::string join(std::string_view pointer, std::string_view key);
std::vector<std::string> split(std::string_view pointer);
std::string parent(std::string_view pointer);
std::string last_key(std::string_view pointer);
/// "export.types.message"; the whole document is "the file".
std::string dotted(std::string_view pointer);

/// Bounds of a configuration file; what exceeds them is refused with a diagnostic.
inline constexpr std::size_t max_file_bytes = 64 * 1024;
inline constexpr std::size_t max_scalar_bytes = 4 * 1024;
inline constexpr int max_depth = 32;
inline constexpr int max_values = 10'000;  ///< counted after aliases are expanded

/// Refuses what is not UTF-8 and control characters, before a parser would replace or misread them.
/// `at` is the position of the first byte.
bool check_text(std::string_view text, position at, diagnostics& found);

/// Reads one YAML 1.2 document: core schema scalars, no duplicate keys, no tags but !!str, aliases
/// within max_values. What can be read in spite of errors is returned, unless the syntax is broken:
/// then the root is null. Never throws for any bytes.
document parse_yaml(std::string_view text, std::string file, diagnostics& found);

}  // namespace crossdock::config
