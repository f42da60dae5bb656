#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

/// Reads of a Slack element's members, whose types are not to be trusted: a member of another type
/// than expected counts as absent. Numbers may come as strings.
namespace crossdock::mattermost::raw {

std::string_view text(const boost::json::object& from, std::string_view key);
bool flag(const boost::json::object& from, std::string_view key);
std::optional<std::int64_t> integer(const boost::json::object& from, std::string_view key);
const boost::json::object* object(const boost::json::object& from, std::string_view key);
const boost::json::array* array(const boost::json::object& from, std::string_view key);

/// The `value` of a channel's topic or purpose.
std::string_view nested_text(const boost::json::object& from, std::string_view key,
                             std::string_view inner);

/// Milliseconds since 1970 of a member that may be seconds or milliseconds, number or string. Slack
/// mixes them: a channel's `created` is seconds, its `updated` milliseconds.
std::optional<std::int64_t> millis(const boost::json::object& from, std::string_view key);

/// Parses an entity's raw or refs; throws std::runtime_error naming `what` when it is no object.
boost::json::object parse(std::string_view json_text, std::string_view what);

}  // namespace crossdock::mattermost::raw
