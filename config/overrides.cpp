#include "config/overrides.hpp"

#include <array>

#include "config/scalar.hpp"

namespace crossdock::config {
namespace {

namespace json = boost::json;

/// "target.team" → "/export/target/team"; empty when a part is.
std::string pointer_of(std::string_view key) {
  std::string pointer = key.starts_with("target.") ? "/export" : "";
  while (true) {
    const auto end = key.find('.');
    const auto part = key.substr(0, end);
    if (part.empty()) return {};
    pointer = join(pointer, part);
    if (end == key.npos) return pointer;
    key.remove_prefix(end + 1);
  }
}

/// A quoted value is read as YAML, any other is an unquoted scalar whatever it contains.
json::value parse_value(std::string_view text, place& at, diagnostics& found) {
  if (text.starts_with('"') || text.starts_with('\'')) {
    diagnostics quoting;
    const auto value = parse_yaml(text, at.value.source, quoting);
    if (value.root().is_string()) return value.root();
    found.error(at.value, "is not a quoted text: a closing quote or an escape is wrong");
    at.broken = true;
    return nullptr;
  }
  at.plain = true;
  at.text = text;
  return plain_scalar(text);
}

bool given_by_set(const document& doc, std::string_view pointer) {
  const auto* at = doc.place_of(pointer);
  return at != nullptr && at->value.source.starts_with("--set ");
}

bool set_from(document& doc, const environment& env, std::string_view variable,
              std::string_view pointer) {
  if (!env.variable(variable) || given_by_set(doc, pointer)) return false;
  const position where{"environment variable " + std::string(variable), 0, 0};
  return doc.set(pointer, json::string("${" + std::string(variable) + "}"), place::at(where));
}

/// A variable of one option of the plugins whose names begin with `family`.
struct option_variable {
  std::string_view variable;
  std::string_view family;
  std::string_view option;
};

constexpr std::array<option_variable, 5> target_variables{
    {{"MM_URL", "mattermost", "url"},
     {"MM_TOKEN", "mattermost", "token"},
     {"MM_TEAM", "mattermost", "team"},
     {"MM_MAX_KEEPALIVE", "mattermost", "max_keepalive"},
     {"MM_MAX_CONNECTIONS", "mattermost", "max_connections"}}};
constexpr std::array<option_variable, 1> source_variables{
    {{"SLACK_BOT_TOKEN", "slack", "bot_token"}}};

template <std::size_t N>
void set_options(document& doc, const environment& env, const known_plugin& plugin,
                 std::string_view base, const std::array<option_variable, N>& variables) {
  for (const auto& v : variables) {
    if (plugin.options == nullptr || !plugin.name.starts_with(v.family)) continue;
    if (plugin.options->has_option(v.option)) set_from(doc, env, v.variable, join(base, v.option));
  }
}

/// EXPORT_WORKERS is for all types, but messages and attachments have variables of their own.
void set_workers(document& doc, const environment& env) {
  const auto* types = doc.find_object("/export/types");
  if (types == nullptr) return;
  std::vector<std::string> names;
  for (const auto& type : *types) names.emplace_back(type.key());
  for (const auto& name : names) {
    const auto pointer = join(join("/export/types", name), "workers");
    const auto own = name == "message"      ? "EXPORT_CHANNEL_CONCURRENCY"
                     : name == "attachment" ? "ATTACHMENT_WORKERS"
                                            : "EXPORT_WORKERS";
    set_from(doc, env, env.variable(own) ? own : "EXPORT_WORKERS", pointer);
  }
}

}  // namespace

void apply_set(document& doc, std::string_view assignment, diagnostics& found) {
  const auto sign = assignment.find('=');
  const auto key = assignment.substr(0, sign);
  const std::string source = "--set " + std::string(key);
  auto at = place::at({source, 0, 0});
  if (!check_text(assignment, at.value, found)) return;
  const auto pointer = pointer_of(key);
  if (sign == assignment.npos || pointer.empty()) {
    return found.error(at.value,
                       "must be KEY=VALUE with a dotted key such as export.types.user.workers=2");
  }
  auto value = parse_value(assignment.substr(sign + 1), at, found);
  if (!doc.set(pointer, std::move(value), at)) {
    found.error(at.value, "there is no such key: what comes before its last dot is a single value");
  }
}

void apply_environment(document& doc, const environment& env, const known_plugin& source,
                       const known_plugin& target) {
  set_options(doc, env, source, "/source", source_variables);
  set_options(doc, env, target, "/export/target", target_variables);
  set_workers(doc, env);
}

}  // namespace crossdock::config
