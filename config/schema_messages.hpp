#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "config/schema.hpp"

/// Turns what valijson says into what a person can act on.
namespace crossdock::config {

/// One violation as valijson reports it; the pointer counts from the value checked.
struct schema_error {
  std::string pointer;
  std::string description;
};

bool is_type_error(const schema_error& error);

std::vector<std::string> type_names(const boost::json::object& schema_node);
std::vector<std::string> property_names(const boost::json::object& schema_node);

/// "export.types.message.workers " at the start of a message; nothing where the position's source
/// names the value itself (--set, an environment variable).
std::string subject_of(const document& doc, std::string_view pointer);

/// Writes the diagnostics of one check.
struct schema_report {
  document& doc;
  const schema::subject& of;
  const std::vector<left_out>& gone;
  diagnostics& found;

  /// `node` is the part of the schema that the error's value was checked against.
  void tell(const schema_error& error, const boost::json::object& node);

 private:
  void tell_unknown_keys(const std::string& pointer, const boost::json::object& node);
  void tell_missing(const std::string& pointer, const std::string& key);
  void tell_enum(const std::string& pointer, const boost::json::object& node);
};

}  // namespace crossdock::config
