#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::config {

/// Where a value was written. `source` is a file name, "--set KEY" or "environment variable NAME";
/// line and column count from 1 (columns in bytes) and are 0 where there is no file.
struct position {
  std::string source;
  int line = 0;
  int column = 0;

  friend bool operator==(const position&, const position&) = default;
};

enum class severity { error, warning };

/// One thing a person must mend (error) or should know (warning) about a configuration.
struct diagnostic {
  std::string file;  ///< see position::source
  int line = 0;
  int column = 0;
  enum severity severity = severity::error;
  std::string message;
  std::string suggestion;  ///< the name probably meant, or empty

  friend bool operator==(const diagnostic&, const diagnostic&) = default;
};

/// `file:line:column: error: message (did you mean "x"?)`; without a line `file: error: …`.
std::string to_string(const diagnostic& d);
/// One line per diagnostic.
std::string to_string(const std::vector<diagnostic>& all);
std::ostream& operator<<(std::ostream& out, const diagnostic& d);

bool has_errors(const std::vector<diagnostic>& all);

/// The candidate nearest to a mistyped name by edit distance (a swap of neighbours counts one), or
/// empty when none is near enough to be meant.
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

/// Collects the diagnostics of one configuration.
class diagnostics {
 public:
  void error(const position& where, std::string message, std::string suggestion = {});
  void warning(const position& where, std::string message);
  bool failed() const { return has_errors(all_); }
  bool has_error_at(const position& where) const;

  /// Sorted by place: `main_file` first, then the other sources; repetitions are dropped.
  std::vector<diagnostic> take(std::string_view main_file);

 private:
  void add(const position& where, severity kind, std::string message, std::string suggestion);

  std::vector<diagnostic> all_;
};

}  // namespace crossdock::config
