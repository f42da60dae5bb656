#include "config/workflow_spec.hpp"

#include <algorithm>
#include <stdexcept>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "config/document.hpp"
#include "config/references.hpp"
#include "config/scalar.hpp"

namespace crossdock::config {
namespace {

namespace json = boost::json;

json::value sorted(const json::value& value) {
  if (const auto* list = value.if_array()) {
    json::array items;
    for (const auto& item : *list) items.push_back(sorted(item));
    return items;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return value;
  std::map<std::string, const json::value*> members;
  for (const auto& member : *object) members[std::string(member.key())] = &member.value();
  json::object result;
  for (const auto& [key, member] : members) result[key] = sorted(*member);
  return result;
}

/// The value at a JSON pointer that is known to exist.
json::value& at_pointer(json::value& root, const std::string& pointer) {
  boost::system::error_code error;
  auto* found = root.find_pointer(pointer, error);
  if (found == nullptr) throw std::invalid_argument("no value at " + pointer);
  return *found;
}

json::object plugin_json(const plugin_spec& spec, json::object& secrets,
                         const std::string& pointer) {
  json::value options = sorted(spec.options);
  for (const auto& [place, reference] : spec.secrets) {
    at_pointer(options, place) = json::string(reference);
    secrets[pointer + "/options" + place] = reference;
  }
  return {{"plugin", spec.plugin}, {"options", std::move(options)}};
}

json::object type_json(const type_spec& type) {
  return {{"name", type.name},
          {"plural", type.plural},
          {"workers", type.workers},
          {"rank", type.rank},
          {"after", json::array(type.after.begin(), type.after.end())},
          {"lane", type.lane},
          {"lane_window", type.lane_window ? json::value(*type.lane_window) : json::value()},
          {"batch", type.batch}};
}

json::object limits_json(const limits_spec& limits) {
  json::object result{{"failures", nullptr}, {"files_bytes", nullptr}};
  if (limits.failures) result["failures"] = limits.failures->text();
  if (limits.files) result["files_bytes"] = *limits.files;
  return result;
}

std::string text(const json::object& from, std::string_view key) {
  return std::string(from.at(key).as_string());
}

int small(const json::object& from, std::string_view key) {
  return from.at(key).to_number<int>();
}

std::vector<std::string> texts(const json::value& list) {
  std::vector<std::string> result;
  for (const auto& item : list.as_array()) result.emplace_back(item.as_string());
  return result;
}

plugin_spec plugin_from(const json::object& from) {
  return {text(from, "plugin"), from.at("options").as_object(), {}};
}

type_spec type_from(const json::object& from) {
  return {.name = text(from, "name"),
          .plural = text(from, "plural"),
          .workers = small(from, "workers"),
          .rank = small(from, "rank"),
          .after = texts(from.at("after")),
          .lane = text(from, "lane"),
          .lane_window = from.at("lane_window").is_null()
                             ? std::nullopt
                             : std::optional(small(from, "lane_window")),
          .batch = small(from, "batch")};
}

retry_policy retry_from(const json::object& from) {
  const auto spread = jitter_from(text(from, "jitter"));
  if (!spread) throw std::invalid_argument("unknown jitter " + text(from, "jitter"));
  return {.attempts = small(from, "attempts"),
          .initial = std::chrono::milliseconds(from.at("initial_ms").to_number<std::int64_t>()),
          .max = std::chrono::milliseconds(from.at("max_ms").to_number<std::int64_t>()),
          .spread = *spread};
}

limits_spec limits_from(const json::object& from) {
  limits_spec limits;
  if (!from.at("failures").is_null()) {
    limits.failures = failure_limit::parse(text(from, "failures"));
    if (!limits.failures) throw std::invalid_argument("unreadable limit of failures");
  }
  if (!from.at("files_bytes").is_null()) {
    limits.files = from.at("files_bytes").to_number<std::int64_t>();
  }
  return limits;
}

workflow_spec spec_from(const json::object& from) {
  workflow_spec spec;
  spec.name = text(from, "workflow");
  spec.description = text(from, "description");
  spec.digest = text(from, "digest");
  spec.source = plugin_from(from.at("source").as_object());
  spec.stages = texts(from.at("stages"));
  spec.target = plugin_from(from.at("target").as_object());
  for (const auto& type : from.at("types").as_array())
    spec.types.push_back(type_from(type.as_object()));
  spec.barrier_group = text(from.at("barrier").as_object(), "group");
  spec.retry = retry_from(from.at("retry").as_object());
  spec.limits = limits_from(from.at("limits").as_object());
  return spec;
}

/// Reads one secret into its options, or says why its reference gives nothing.
void restore_secret(plugin_spec& into, const std::string& pointer,
                    const std::string& reference_text, const environment& env,
                    const position& where, diagnostics& found) {
  const auto parsed = parse_references(reference_text);
  const auto* pieces = std::get_if<references>(&parsed);
  if (pieces == nullptr) throw std::invalid_argument("malformed reference " + reference_text);
  const auto result = expand(*pieces, env);
  if (!result.text) {
    found.error(where,
                "option " + dotted(pointer) + " of plugin " + into.plugin + ": " + result.error);
    return;
  }
  json::value options = std::move(into.options);
  at_pointer(options, pointer) = json::string(*result.text);
  into.options = std::move(options.as_object());
  into.secrets[pointer] = reference_text;
}

}  // namespace

const type_spec* workflow_spec::type(std::string_view type_name) const {
  const auto found = std::find_if(types.begin(), types.end(),
                                  [&](const type_spec& t) { return t.name == type_name; });
  return found == types.end() ? nullptr : &*found;
}

std::string resolved_json(const workflow_spec& spec) {
  json::object secrets;
  auto source = plugin_json(spec.source, secrets, "/source");
  auto target = plugin_json(spec.target, secrets, "/target");
  json::array types;
  for (const auto& type : spec.types) types.push_back(type_json(type));
  const json::object retry{{"attempts", spec.retry.attempts},
                           {"initial_ms", spec.retry.initial.count()},
                           {"max_ms", spec.retry.max.count()},
                           {"jitter", to_string(spec.retry.spread)}};
  return json::serialize(
      json::object{{"workflow", spec.name},
                   {"description", spec.description},
                   {"digest", spec.digest},
                   {"source", std::move(source)},
                   {"stages", json::array(spec.stages.begin(), spec.stages.end())},
                   {"target", std::move(target)},
                   {"types", std::move(types)},
                   {"barrier", {{"group", spec.barrier_group}}},
                   {"retry", retry},
                   {"limits", limits_json(spec.limits)},
                   {"secrets", std::move(secrets)}});
}

spec_result spec_from_json(std::string_view text, const environment& env, std::string_view origin) {
  diagnostics found;
  const position where{std::string(origin), 0, 0};
  spec_result result;
  try {
    const auto root = json::parse(text).as_object();
    auto spec = spec_from(root);
    for (const auto& member : root.at("secrets").as_object()) {
      const std::string pointer(member.key());
      const std::string reference(member.value().as_string());
      const bool of_source = pointer.starts_with("/source/options/");
      if (!of_source && !pointer.starts_with("/target/options/")) {
        throw std::invalid_argument("a secret at " + pointer);
      }
      restore_secret(of_source ? spec.source : spec.target,
                     pointer.substr(sizeof("/source/options") - 1), reference, env, where, found);
    }
    if (!found.failed()) result.spec = std::move(spec);
  } catch (const std::exception& e) {
    found.error(where, std::string("the pinned configuration cannot be read: ") + e.what());
  }
  result.diagnostics = found.take(origin);
  return result;
}

}  // namespace crossdock::config
