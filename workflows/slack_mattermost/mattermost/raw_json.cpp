#include "workflows/slack_mattermost/mattermost/raw_json.hpp"

#include <charconv>
#include <stdexcept>

#include <boost/json/parse.hpp>

namespace crossdock::mattermost::raw {

namespace json = boost::json;

namespace {

/// 10^11 seconds are in the year 5138, 10^11 milliseconds in 1973, before any Slack.
constexpr std::int64_t first_millis = 100'000'000'000;

}  // namespace

std::string_view text(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

bool flag(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value && value->is_bool() && value->get_bool();
}

std::optional<std::int64_t> integer(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  if (!value) return std::nullopt;
  if (const auto* number = value->if_int64()) return *number;
  if (const auto* number = value->if_double(); number && *number > -9e15 && *number < 9e15) {
    return static_cast<std::int64_t>(*number);
  }
  if (const auto* digits = value->if_string()) {
    std::int64_t number = 0;
    const auto parsed = std::from_chars(digits->data(), digits->data() + digits->size(), number);
    if (parsed.ec == std::errc() && parsed.ptr != digits->data()) return number;
  }
  return std::nullopt;
}

const json::object* object(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value ? value->if_object() : nullptr;
}

const json::array* array(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value ? value->if_array() : nullptr;
}

std::string_view nested_text(const json::object& from, std::string_view key,
                             std::string_view inner) {
  const auto* nested = object(from, key);
  return nested ? text(*nested, inner) : std::string_view();
}

std::optional<std::int64_t> millis(const json::object& from, std::string_view key) {
  const auto number = integer(from, key);
  if (!number || *number <= 0) return std::nullopt;
  return *number >= first_millis ? *number : *number * 1000;
}

json::object parse(std::string_view json_text, std::string_view what) {
  json::error_code error;
  auto value = json::parse(json_text, error);
  if (error || !value.is_object()) {
    throw std::runtime_error(std::string(what) + " is not a JSON object in the database");
  }
  return std::move(value.get_object());
}

}  // namespace crossdock::mattermost::raw
