#include "workflows/slack_mattermost/text/json_access.hpp"

#include <charconv>
#include <cmath>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "workflows/slack_mattermost/text/utf8.hpp"

namespace crossdock::slack {
namespace json = boost::json;
namespace {

const json::value* find(const json::object& from, std::string_view key) {
  const json::value* found = from.if_contains(key);
  return found == nullptr || found->is_null() ? nullptr : found;
}

std::string_view view_of(const json::string& text) {
  return {text.data(), text.size()};
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || (end != text.data() + text.size() && *end != '.')) return {};
  return value;
}

std::optional<std::int64_t> to_integer(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_string()) return parse_integer(view_of(value.get_string()));
  if (!value.is_double()) return {};
  const double number = value.get_double();
  constexpr double bound = 9e15;
  if (!(std::fabs(number) < bound)) return {};
  return static_cast<std::int64_t>(std::floor(number));
}

}  // namespace

std::string string_member(const json::object& from, std::string_view key, conversion_notes& notes) {
  const json::value* found = find(from, key);
  if (found == nullptr) return {};
  if (found->is_string()) return clean_text(view_of(found->get_string()));
  notes.add(reason::wrong_type, key, "a string was expected");
  if (found->is_number() || found->is_bool()) return json::serialize(*found);
  return {};
}

std::optional<std::int64_t> integer_member(const json::object& from, std::string_view key,
                                           conversion_notes& notes) {
  const json::value* found = find(from, key);
  if (found == nullptr) return {};
  const auto value = to_integer(*found);
  if (!value) notes.add(reason::wrong_type, key, "a whole number was expected");
  return value;
}

bool flag_member(const json::object& from, std::string_view key) {
  const json::value* found = find(from, key);
  if (found == nullptr) return false;
  if (found->is_bool()) return found->get_bool();
  if (found->is_string()) return view_of(found->get_string()) == "true";
  const auto number = to_integer(*found);
  return number && *number != 0;
}

const json::object* object_member(const json::object& from, std::string_view key,
                                  conversion_notes& notes) {
  const json::value* found = find(from, key);
  if (found == nullptr) return nullptr;
  if (found->is_object()) return &found->get_object();
  notes.add(reason::wrong_type, key, "an object was expected");
  return nullptr;
}

const json::array* array_member(const json::object& from, std::string_view key,
                                conversion_notes& notes) {
  const json::value* found = find(from, key);
  if (found == nullptr) return nullptr;
  if (found->is_array()) return &found->get_array();
  notes.add(reason::wrong_type, key, "an array was expected");
  return nullptr;
}

std::vector<const json::object*> objects_in(const json::object& from, std::string_view key,
                                            conversion_notes& notes) {
  std::vector<const json::object*> objects;
  const json::array* elements = array_member(from, key, notes);
  if (elements == nullptr) return objects;
  for (const json::value& element : *elements) {
    if (element.is_object()) {
      objects.push_back(&element.get_object());
    } else if (!element.is_null()) {
      notes.add(reason::wrong_type, key, "elements must be objects");
    }
  }
  return objects;
}

std::optional<std::int64_t> timestamp_member(const json::object& from, std::string_view key) {
  const json::value* found = find(from, key);
  return found == nullptr ? std::nullopt : to_integer(*found);
}

}  // namespace crossdock::slack
