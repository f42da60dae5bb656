#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "config/document.hpp"
#include "config/references.hpp"

namespace crossdock::config {

/// A JSON Schema (draft 7) for a part of a document, with these additions to the standard, which
/// are read below `properties`, `additionalProperties`, `items` and local `$ref`s:
///   "secret": true        the value must be a reference to the environment or to a file
///   "format": "duration"  written "500ms", "60s", "5m"; becomes milliseconds
///   "format": "size"      written 4096 or "100MiB"; becomes bytes
/// An integer option whose name ends in `_bytes` or `_ms` may be written with such a unit, too.
/// `default` values are filled in.
class schema {
 public:
  /// Throws std::invalid_argument saying what is wrong with the schema.
  explicit schema(std::string_view text);
  ~schema();
  schema(schema&&) noexcept;

  /// Whether the top level declares this option.
  bool has_option(std::string_view name) const;
  /// `pointer` counts from the value that the schema describes.
  bool is_secret(std::string_view pointer) const;

  /// Refuses secrets below `base` that are not references. To be called before references are
  /// resolved.
  void check_secrets(document& doc, const std::string& base, diagnostics& found) const;
  /// Fills in what is left out and has a default.
  void apply_defaults(document& doc, const std::string& base) const;
  /// Brings sizes, durations and numbers given for texts into the form that the schema asks for.
  void read_units(document& doc, const std::string& base, diagnostics& found) const;

  /// How check() speaks of what it checks.
  struct subject {
    std::string base;         ///< pointer of the part described
    std::string plugin;       ///< name of the plugin whose options these are, or empty
    std::string ignored_key;  ///< a key of the part that the schema does not know, or empty
  };
  /// Reports every violation at its place. Required values among `left_out` are reported as unset
  /// variables.
  void check(document& doc, const subject& of, const std::vector<left_out>& left_out,
             diagnostics& found) const;

 private:
  struct compiled;
  const boost::json::object* at(std::string_view pointer) const;
  const boost::json::object* follow(const boost::json::value* node) const;
  const boost::json::object* child(const boost::json::object& node, const std::string& key) const;
  void fill(document& doc, const std::string& pointer, const boost::json::object& node) const;

  boost::json::value root_;
  std::unique_ptr<compiled> compiled_;
};

/// The value for a message: `"abc"`, `5`, `empty`, `a list`; secrets and long texts are not shown.
std::string shown(const boost::json::value& value, const place* at);

}  // namespace crossdock::config
