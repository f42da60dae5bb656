#include "config/schema_messages.hpp"

#include <algorithm>
#include <array>
#include <regex>

#include <boost/json/serialize.hpp>

namespace crossdock::config {
namespace {

namespace json = boost::json;

std::string type_in_words(std::string_view type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> words{
      {{"integer", "a whole number"},
       {"number", "a number"},
       {"string", "a text"},
       {"boolean", "true or false"},
       {"array", "a list"},
       {"object", "a group of keys"},
       {"null", "empty"}}};
  for (const auto& [name, text] : words) {
    if (name == type) return std::string(text);
  }
  return std::string(type);
}

std::string one_of(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? " or " : ", ";
    text += items[i];
  }
  return text;
}

std::string expected_types(const json::object& node) {
  std::vector<std::string> words;
  for (const auto& type : type_names(node)) words.push_back(type_in_words(type));
  return one_of(words);
}

std::string number(const json::object& node, std::string_view key) {
  const auto* value = node.if_contains(key);
  return value ? json::serialize(*value) : std::string();
}

/// " ms" and " bytes" for values that have a unit, since the limits of the schema are in them.
std::string unit(const json::object& node) {
  const auto* format = node.if_contains("format");
  if (format == nullptr || !format->is_string()) return {};
  if (format->get_string() == "duration") return " ms";
  return format->get_string() == "size" ? " bytes" : "";
}

std::string expected_range(const json::object& node) {
  const auto low = number(node, "minimum"), high = number(node, "maximum");
  if (!low.empty() && !high.empty()) return "from " + low + " to " + high + unit(node);
  if (!low.empty()) return "at least " + low + unit(node);
  if (!high.empty()) return "at most " + high + unit(node);
  const auto above = number(node, "exclusiveMinimum"), below = number(node, "exclusiveMaximum");
  return (above.empty() ? "below " + below : "above " + above) + unit(node);
}

std::string at_least(const std::string& count, const std::string& what) {
  return count == "1" ? what + " that is not empty" : what + " of at least " + count;
}

/// The first item of a list that an earlier one equals.
std::string repeated_item(const json::value& list) {
  const auto& items = list.as_array();
  for (auto at = items.begin(); at != items.end(); ++at) {
    if (std::find(items.begin(), at, *at) != at) return json::serialize(*at);
  }
  return "an item";
}

/// What a value must be, for the constraints that need no more than the schema to say so.
std::string expectation(const schema_error& error, const json::object& node) {
  const auto& said = error.description;
  if (is_type_error(error)) return expected_types(node);
  if (said.starts_with("Expected number")) return expected_range(node);
  if (said.starts_with("String should be no fewer")) {
    const auto least = number(node, "minLength");
    return least == "1" ? at_least(least, "a text") : "at least " + least + " characters long";
  }
  if (said.starts_with("String should be no more")) {
    return "at most " + number(node, "maxLength") + " characters long";
  }
  if (said.starts_with("Array should contain no fewer")) {
    return at_least(number(node, "minItems"), "a list");
  }
  if (said.starts_with("Array should contain no more")) {
    return "a list of at most " + number(node, "maxItems") + " items";
  }
  if (said.starts_with("Object should have no fewer")) {
    return at_least(number(node, "minProperties"), "a group of keys");
  }
  if (said.starts_with("Object should have no more")) {
    return "a group of at most " + number(node, "maxProperties") + " keys";
  }
  if (said.starts_with("Failed to match regex")) {
    const auto* pattern = node.if_contains("pattern");
    return "of the form " +
           (pattern && pattern->is_string() ? std::string(pattern->get_string()) : "");
  }
  return {};
}

/// The text between the first pair of single quotes.
std::string quoted(const std::string& text) {
  const auto start = text.find('\'');
  const auto end = text.rfind('\'');
  return start < end ? text.substr(start + 1, end - start - 1) : std::string();
}

bool matches_pattern(const json::object& node, const std::string& key) {
  const auto* patterns = node.if_contains("patternProperties");
  if (patterns == nullptr || !patterns->is_object()) return false;
  return std::any_of(
      patterns->get_object().begin(), patterns->get_object().end(),
      [&](const auto& p) { return std::regex_search(key, std::regex(std::string(p.key()))); });
}

}  // namespace

bool is_type_error(const schema_error& error) {
  return error.description.starts_with("Value type not permitted");
}

std::vector<std::string> type_names(const json::object& node) {
  const auto* type = node.if_contains("type");
  std::vector<std::string> names;
  if (type == nullptr) return names;
  if (type->is_string()) names.emplace_back(type->get_string());
  if (const auto* list = type->if_array()) {
    for (const auto& item : *list) {
      if (item.is_string()) names.emplace_back(item.get_string());
    }
  }
  return names;
}

std::vector<std::string> property_names(const json::object& node) {
  std::vector<std::string> names;
  const auto* properties = node.if_contains("properties");
  if (properties == nullptr || !properties->is_object()) return names;
  for (const auto& property : properties->get_object()) names.emplace_back(property.key());
  return names;
}

std::string subject_of(const document& doc, std::string_view pointer) {
  const auto* at = doc.place_of(pointer);
  const bool named_by_source = at != nullptr && at->value.source != doc.file();
  return named_by_source ? std::string() : dotted(pointer) + " ";
}

void schema_report::tell(const schema_error& error, const json::object& node) {
  const auto pointer = of.base + error.pointer;
  const auto* value = doc.find(pointer);
  const auto* at = doc.place_of(pointer);
  if (value == nullptr || (at != nullptr && at->broken)) return;
  if (error.description.starts_with("Object contains a property")) {
    return tell_unknown_keys(pointer, node);
  }
  if (error.description.starts_with("Missing required property")) {
    return tell_missing(pointer, quoted(error.description));
  }
  if (error.description.starts_with("Failed to match against any enum"))
    return tell_enum(pointer, node);
  if (error.description.starts_with("Elements at indexes")) {
    return found.error(doc.where(pointer),
                       subject_of(doc, pointer) + "has " + repeated_item(*value) + " twice");
  }
  const auto expected = expectation(error, node);
  const bool empty = expected.ends_with("not empty");  // to add "is a list" would tell nothing
  const auto says = expected.empty()
                        ? "is not valid: " + error.description
                        : "must be " + expected + (empty ? "" : ", is " + shown(*value, at));
  found.error(doc.where(pointer), subject_of(doc, pointer) + says);
}

void schema_report::tell_unknown_keys(const std::string& pointer, const json::object& node) {
  const auto known = property_names(node);
  const auto inner = pointer.substr(of.base.size());
  for (const auto& member : *doc.find_object(pointer)) {
    const std::string key(member.key());
    if (inner.empty() && key == of.ignored_key) continue;
    if (std::find(known.begin(), known.end(), key) != known.end() || matches_pattern(node, key))
      continue;
    const auto option = inner.empty() ? key : dotted(join(inner, key));
    const auto holder = pointer.empty() ? std::string() : " in " + dotted(pointer);
    found.error(doc.where_key(join(pointer, key)),
                of.plugin.empty() ? "unknown key \"" + key + "\"" + holder
                                  : "plugin " + of.plugin + " has no option \"" + option + "\"",
                nearest_name(key, known));
  }
}

void schema_report::tell_missing(const std::string& pointer, const std::string& key) {
  const auto here = join(pointer, key);
  const auto unset =
      std::find_if(gone.begin(), gone.end(), [&](const left_out& l) { return l.pointer == here; });
  if (unset != gone.end()) {
    found.error(unset->where, dotted(here) + " is required, and the environment variable " +
                                  unset->variable + " is not set");
    return;
  }
  found.error(doc.where_key(pointer), dotted(pointer) + " lacks the required key \"" + key + "\"");
}

void schema_report::tell_enum(const std::string& pointer, const json::object& node) {
  std::vector<std::string> values, texts;
  const auto* allowed = node.if_contains("enum");
  if (allowed != nullptr && allowed->is_array()) {
    for (const auto& value : allowed->get_array()) {
      values.push_back(json::serialize(value));
      if (value.is_string()) texts.emplace_back(value.get_string());
    }
  }
  const auto& value = *doc.find(pointer);
  const auto* at = doc.place_of(pointer);
  const bool may_suggest = value.is_string() && !(at != nullptr && at->secret);
  found.error(
      doc.where(pointer),
      subject_of(doc, pointer) + "must be " + one_of(values) + ", is " + shown(value, at),
      may_suggest ? nearest_name(std::string_view(value.get_string()), texts) : std::string());
}

}  // namespace crossdock::config
