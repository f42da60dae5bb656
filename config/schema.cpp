#include "config/schema.hpp"

#include <algorithm>
#include <stdexcept>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "config/scalar.hpp"
#include "config/schema_messages.hpp"

namespace crossdock::config {
namespace {

namespace json = boost::json;

std::string text_member(const json::object& node, std::string_view key) {
  const auto* value = node.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool allows(const json::object& node, std::string_view type) {
  const auto types = type_names(node);
  return std::find(types.begin(), types.end(), type) != types.end();
}

bool allows_only_text(const json::object& node) {
  return type_names(node) == std::vector<std::string>{"string"};
}

/// What a value with a unit was written as; empty for what cannot have one.
std::optional<std::string> written(const json::value& value, const place& at) {
  if (const auto* text = value.if_string()) return std::string(*text);
  if (value.is_number() && at.plain) return at.text;
  return std::nullopt;
}

struct unit_rule {
  bool duration = false;
  bool required = false;  ///< a bare number will not do
};

std::optional<unit_rule> unit_of(const json::object& node, const std::string& key) {
  if (!allows(node, "integer")) return std::nullopt;
  const auto format = text_member(node, "format");
  if (format == "duration") return unit_rule{true, true};
  if (format == "size") return unit_rule{false, false};
  if (key.ends_with("_bytes")) return unit_rule{false, false};
  if (key.ends_with("_ms")) return unit_rule{true, false};
  return std::nullopt;
}

std::optional<std::int64_t> parse_unit(const unit_rule& rule, std::string_view text) {
  if (!rule.duration) return parse_size(text);
  const auto duration = parse_duration(text);
  return duration ? std::optional<std::int64_t>(duration->count()) : std::nullopt;
}

/// Context parts are "<root>", "[key]", "[0]".
std::string pointer_of(const std::vector<std::string>& context) {
  std::string pointer;
  for (const auto& part : context) {
    if (part.size() >= 2 && part.front() == '[') {
      pointer = join(pointer, std::string_view(part).substr(1, part.size() - 2));
    }
  }
  return pointer;
}

bool is_wrapper(const std::string& description) {
  return description.starts_with("Failed to validate ");
}

/// What is to be told: the causes, not the failures of what contains them; of a wrong type
/// nothing else.
std::vector<schema_error> causes(const valijson::ValidationResults& results) {
  std::vector<schema_error> all;
  std::set<std::string> wrong_type;
  for (const auto& error : results) {
    if (is_wrapper(error.description)) continue;
    all.push_back({pointer_of(error.context), error.description});
    if (is_type_error(all.back())) wrong_type.insert(all.back().pointer);
  }
  std::erase_if(all, [&](const schema_error& e) {
    return wrong_type.contains(e.pointer) && !is_type_error(e);
  });
  if (all.empty() && results.numErrors() > 0) {
    const auto deepest = std::max_element(
        results.begin(), results.end(),
        [](const auto& a, const auto& b) { return a.context.size() < b.context.size(); });
    all.push_back({pointer_of(deepest->context), deepest->description});
  }
  return all;
}

/// The schema without the formats that valijson does not know: it throws when a value for one is a
/// list or a map, which it should report.
json::value without_own_formats(json::value node) {
  if (auto* list = node.if_array()) {
    for (auto& item : *list) item = without_own_formats(std::move(item));
  }
  if (auto* object = node.if_object()) {
    const auto format = text_member(*object, "format");
    if (!format.empty() && format != "date" && format != "time" && format != "date-time") {
      object->stable_erase("format");
    }
    for (auto& member : *object) member.value() = without_own_formats(std::move(member.value()));
  }
  return node;
}

}  // namespace

struct schema::compiled {
  valijson::Schema rules;
};

schema::schema(std::string_view text) : compiled_(std::make_unique<compiled>()) {
  boost::system::error_code error;
  root_ = json::parse(text, error);
  if (error) throw std::invalid_argument("not JSON: " + error.message());
  if (!root_.is_object()) throw std::invalid_argument("not a JSON object");
  try {
    const auto standard = without_own_formats(root_);
    valijson::SchemaParser().populateSchema(valijson::adapters::BoostJsonAdapter(standard),
                                            compiled_->rules);
  } catch (const std::exception& e) {
    throw std::invalid_argument(std::string("not a JSON Schema: ") + e.what());
  }
}

schema::~schema() = default;
schema::schema(schema&&) noexcept = default;

const json::object* schema::follow(const json::value* node) const {
  constexpr int longest_chain = 8;
  for (int i = 0; node != nullptr && i < longest_chain; ++i) {
    const auto* object = node->if_object();
    if (object == nullptr) return nullptr;
    const auto target = text_member(*object, "$ref");
    if (target.empty()) return object;
    if (!target.starts_with("#")) return nullptr;
    boost::system::error_code error;
    node = root_.find_pointer(std::string_view(target).substr(1), error);
  }
  return nullptr;
}

const json::object* schema::child(const json::object& node, const std::string& key) const {
  if (const auto* items = node.if_contains("items")) return follow(items);
  const auto* properties = node.if_contains("properties");
  if (properties != nullptr && properties->is_object()) {
    if (const auto* found = properties->get_object().if_contains(key)) return follow(found);
  }
  return follow(node.if_contains("additionalProperties"));
}

const json::object* schema::at(std::string_view pointer) const {
  const auto* node = follow(&root_);
  for (const auto& key : split(pointer)) {
    if (node == nullptr) return nullptr;
    node = child(*node, key);
  }
  return node;
}

bool schema::has_option(std::string_view name) const {
  const auto names = property_names(root_.get_object());
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool schema::is_secret(std::string_view pointer) const {
  const auto* node = at(pointer);
  const auto* secret = node ? node->if_contains("secret") : nullptr;
  return secret != nullptr && secret->is_bool() && secret->get_bool();
}

void schema::check_secrets(document& doc, const std::string& base, diagnostics& found) const {
  for (const auto& pointer : doc.pointers(base)) {
    const auto& value = *doc.find(pointer);
    if (value.is_null() || !is_secret(std::string_view(pointer).substr(base.size()))) continue;
    if (const auto* text = value.if_string()) {
      const auto pieces = parse_references(std::string_view(*text));
      // A malformed reference is reported, without the value, where references are resolved.
      if (!std::holds_alternative<references>(pieces)) continue;
      if (is_secret_reference(std::get<references>(pieces))) continue;
    }
    found.error(doc.where(pointer), dotted(pointer) +
                                        " is secret and must not be written out: use ${NAME} or "
                                        "${file:PATH}");
    auto& at = doc.note(pointer);
    at.secret = true;
    at.broken = true;
  }
}

void schema::apply_defaults(document& doc, const std::string& base) const {
  fill(doc, base, *follow(&root_));
}

void schema::fill(document& doc, const std::string& pointer, const json::object& node) const {
  const auto* value = doc.find(pointer);
  const auto depth = std::count(pointer.begin(), pointer.end(), '/');
  if (value == nullptr || !value->is_object() || depth > max_depth) return;
  for (const auto& name : property_names(node)) {
    const auto here = join(pointer, name);
    const auto* option = child(node, name);
    if (option == nullptr) continue;
    const auto* fallback = option->if_contains("default");
    if (doc.find(here) == nullptr && fallback != nullptr) {
      auto at = place::at(doc.where_key(pointer));
      at.is_default = true;
      doc.set(here, *fallback, std::move(at));
    }
    fill(doc, here, *option);
  }
  const auto* others = follow(node.if_contains("additionalProperties"));
  if (others == nullptr) return;
  std::vector<std::string> keys;
  for (const auto& member : *doc.find_object(pointer)) keys.emplace_back(member.key());
  for (const auto& key : keys) {
    const auto here = join(pointer, key);
    if (doc.find(here)->is_null() && allows(*others, "object")) *doc.find(here) = json::object();
    fill(doc, here, *others);
  }
}

void schema::read_units(document& doc, const std::string& base, diagnostics& found) const {
  for (const auto& pointer : doc.pointers(base)) {
    const auto* node = at(std::string_view(pointer).substr(base.size()));
    auto& value = *doc.find(pointer);
    auto& place = doc.note(pointer);
    if (node == nullptr || place.is_default || place.broken) continue;
    const auto rule = unit_of(*node, last_key(pointer));
    const auto text = written(value, place);
    if (rule && text && (value.is_string() || rule->required)) {
      if (const auto number = parse_unit(*rule, *text)) {
        value = *number;
      } else if (!allows(*node, "string")) {
        found.error(place.value, subject_of(doc, pointer) + "must be " +
                                     (rule->duration ? "a duration such as 500ms, 60s or 5m"
                                                     : "a size such as 4096 or 100MiB") +
                                     ", is " + shown(value, &place));
        place.broken = true;
      }
      continue;
    }
    // Text options take what is written: a version 11.10 is not the number 11.1. For values that
    // come from outside the file this holds for `true` as well.
    const bool outside = !place.reference.empty() || place.value.source != doc.file();
    const bool taken = value.is_number() || (outside && !value.is_structured());
    if (taken && !value.is_string() && place.plain && allows_only_text(*node)) {
      value = json::string(place.text);
    }
  }
}

void schema::check(document& doc, const subject& of, const std::vector<left_out>& left_out,
                   diagnostics& found) const {
  const auto* part = doc.find(of.base);
  if (part == nullptr) return;
  json::value instance = *part;
  if (instance.is_object() && !of.ignored_key.empty()) {
    instance.get_object().stable_erase(of.ignored_key);
  }
  valijson::ValidationResults results;
  try {
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    validator.validate(compiled_->rules, valijson::adapters::BoostJsonAdapter(instance), &results);
  } catch (const std::exception& e) {
    found.error(doc.where(of.base), dotted(of.base) + " cannot be checked: " + e.what());
    return;
  }
  for (const auto& error : causes(results)) {
    const auto* node = at(error.pointer);
    schema_report{doc, of, left_out, found}.tell(error, node ? *node : json::object());
  }
}

std::string shown(const json::value& value, const place* at) {
  constexpr std::size_t longest = 40;
  if (at != nullptr && at->secret) return "not (it is secret)";
  if (value.is_null()) return "empty";
  if (value.is_array()) return "a list";
  if (value.is_object()) return "a group of keys";
  if (const auto* text = value.if_string()) {
    if (text->size() > longest) return "a text of " + std::to_string(text->size()) + " bytes";
    return json::serialize(*text);
  }
  return at != nullptr && at->plain ? at->text : json::serialize(value);
}

}  // namespace crossdock::config
