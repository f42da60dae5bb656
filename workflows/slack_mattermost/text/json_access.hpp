#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "workflows/slack_mattermost/text/notes.hpp"

/// Reads of members whose type is not to be trusted: absent and null are the same; what has another
/// type than expected is noted (`wrong_type`) and treated as absent, except that numbers and
/// booleans stand in for strings, and digits in a string for numbers.
namespace crossdock::slack {

/// Clean UTF-8 (see clean_text()); empty when absent.
std::string string_member(const boost::json::object& from, std::string_view key,
                          conversion_notes& notes);
std::optional<std::int64_t> integer_member(const boost::json::object& from, std::string_view key,
                                           conversion_notes& notes);
/// true, "true", and numbers other than 0.
bool flag_member(const boost::json::object& from, std::string_view key);
const boost::json::object* object_member(const boost::json::object& from, std::string_view key,
                                         conversion_notes& notes);
const boost::json::array* array_member(const boost::json::object& from, std::string_view key,
                                       conversion_notes& notes);
/// The elements of an array member that are objects; others are noted.
std::vector<const boost::json::object*> objects_in(const boost::json::object& from,
                                                   std::string_view key, conversion_notes& notes);
/// A Slack time: "1608358820.210600", 1608358820 or 1608358820.5, as whole seconds.
std::optional<std::int64_t> timestamp_member(const boost::json::object& from, std::string_view key);

}  // namespace crossdock::slack
