#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Text in columns of a terminal: what matters is the width on the screen, not bytes.
namespace crossdock::cli {

/// Columns that UTF-8 text takes; broken bytes and control characters count as none.
int display_width(std::string_view text);

/// The text within `width` columns: cut with "…" when it is longer.
std::string fitted(std::string_view text, int width);

/// Fitted, then filled with spaces up to `width`.
std::string padded(std::string_view text, int width);
std::string right_aligned(std::string_view text, int width);

/// Text from outside (names in a source, answers of a target) that may hold anything, made fit to
/// print: control characters and broken UTF-8 are escaped.
std::string printable(std::string_view text);

/// Columns aligned under their headings, two spaces apart.
class table {
 public:
  struct column {
    std::string heading;
    bool numeric = false;  ///< aligned right
  };
  explicit table(std::vector<column> columns) : columns_(std::move(columns)) {}
  /// One cell per column; made printable.
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  /// With the headings; every line ends with a newline.
  std::string text() const;

 private:
  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace crossdock::cli
