#include "config/application_options.hpp"

#include <array>

#include "config/document.hpp"
#include "config/references.hpp"
#include "config/scalar.hpp"
#include "config/schema.hpp"
#include "config/schemas.hpp"

namespace crossdock::config {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr std::string_view default_name = "crossdock.yaml";

const schema& application_schema() {
  static const schema loaded(embedded("application.schema.json"));
  return loaded;
}

position at_variable(std::string_view name) {
  return {"environment variable " + std::string(name), 0, 0};
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> database_variables{
    {{"DATABASE_URL", "/database/url"},
     {"DB_POOL_SIZE", "/database/pool_size"},
     {"DB_MAX_OVERFLOW", "/database/max_overflow"}}};

/// The original counts DB_POOL_TIMEOUT in seconds; a unit may be given, too.
void set_pool_timeout(document& doc, const environment& env) {
  const auto value = env.variable("DB_POOL_TIMEOUT");
  if (!value) return;
  const auto where = at_variable("DB_POOL_TIMEOUT");
  const bool seconds = value->find_first_not_of("0123456789") == value->npos;
  doc.set("/database/pool_timeout", json::string(seconds ? *value + "s" : *value),
          place::at(where));
}

void apply_environment(document& doc, const environment& env) {
  for (const auto& [variable, pointer] : database_variables) {
    if (!env.variable(variable)) continue;
    const auto where = at_variable(variable);
    doc.set(pointer, json::string("${" + std::string(variable) + "}"), place::at(where));
  }
  set_pool_timeout(doc, env);
}

void warn_of_http2(const environment& env, diagnostics& found) {
  const auto value = env.variable("MM_HTTP2");
  if (!value || *value == "0" || *value == "false" || *value == "no" || *value == "off") return;
  found.warning(at_variable("MM_HTTP2"), "is ignored: crossdock speaks HTTP/1.1 only");
}

std::string default_state_dir(const environment& env, diagnostics& found) {
  if (const auto state = env.variable("XDG_STATE_HOME")) return *state + "/crossdock";
  if (const auto home = env.variable("HOME")) return *home + "/.local/state/crossdock";
  found.error(at_variable("HOME"),
              "is not set, so there is no default state_dir: set it, XDG_STATE_HOME or state_dir");
  return {};
}

fs::path absolute_path(std::string_view text, const fs::path& folder) {
  return fs::absolute(folder / text).lexically_normal();
}

int whole(const json::object& from, std::string_view key) {
  return static_cast<int>(from.at(key).as_int64());
}

database_options database_of(const json::object& from) {
  database_options database;
  if (const auto* url = from.if_contains("url")) database.url = url->as_string();
  database.pool_size = whole(from, "pool_size");
  database.max_overflow = whole(from, "max_overflow");
  database.pool_timeout = std::chrono::milliseconds(from.at("pool_timeout").as_int64());
  return database;
}

application_options build(const document& doc, const std::string& default_state) {
  const auto& root = doc.root().as_object();
  const auto folder = fs::path(doc.file()).parent_path();
  application_options options;
  options.database = database_of(root.at("database").as_object());
  const auto* state = root.if_contains("state_dir");
  options.state_dir =
      absolute_path(state ? std::string_view(state->as_string()) : default_state, folder);
  const auto& log = root.at("log").as_object();
  options.log.level = log.at("level").as_string();
  options.log.format = log.at("format").as_string() == "json" ? log_format::json : log_format::text;
  for (const auto& plugin : root.at("plugins").as_array()) {
    options.plugins.push_back(absolute_path(plugin.as_string(), folder));
  }
  return options;
}

void warn_of_left_out(const reference_resolver& resolver, diagnostics& found) {
  for (const auto& gone : resolver.left_out_values()) {
    found.warning(gone.where, dotted(gone.pointer) + " is left out: the environment variable " +
                                  gone.variable + " is not set");
  }
}

application_result failure(const position& at, const std::string& why) {
  diagnostics found;
  found.error(at, why);
  return {std::nullopt, found.take(at.source)};
}

}  // namespace

application_result load_application_options(std::string_view text, std::string_view file_name,
                                            const environment& env) {
  diagnostics found;
  auto doc = parse_yaml(text, std::string(file_name), found);
  if (doc.root().is_null() && !found.failed()) doc.root() = json::object();
  std::string state;
  if (doc.root().is_object()) {
    apply_environment(doc, env);
    reference_resolver resolver(
        doc, env, [](const std::string&) { return false; }, found);
    resolver.resolve_external();
    application_schema().apply_defaults(doc, "");
    resolver.resolve_values();
    application_schema().apply_defaults(doc, "");
    application_schema().read_units(doc, "", found);
    application_schema().check(doc, {}, resolver.left_out_values(), found);
    warn_of_left_out(resolver, found);
    if (doc.find("/state_dir") == nullptr) state = default_state_dir(env, found);
  } else if (!found.failed()) {
    found.error(doc.where(""), "must be a group of keys such as database and log");
  }
  warn_of_http2(env, found);
  application_result result;
  if (!found.failed()) result.options = build(doc, state);
  result.diagnostics = found.take(file_name);
  return result;
}

application_result load_application_options(const std::optional<std::string>& given,
                                            const environment& env) {
  constexpr std::size_t enough =
      max_file_bytes + 1;  // what is larger is refused with its own words
  const auto named = given ? given : env.variable("CROSSDOCK_CONFIG");
  if (named) {
    const auto file = env.read(*named, enough);
    if (!file.text) return failure({*named, 0, 0}, "the configuration file: " + file.error);
    return load_application_options(*file.text, *named, env);
  }
  std::vector<std::string> places{std::string(default_name)};
  const auto config = env.variable("XDG_CONFIG_HOME");
  const auto home = env.variable("HOME");
  if (config) {
    places.push_back(*config + "/crossdock/" + std::string(default_name));
  } else if (home) {
    places.push_back(*home + "/.config/crossdock/" + std::string(default_name));
  }
  places.push_back("/etc/crossdock/" + std::string(default_name));
  for (const auto& place : places) {
    const auto file = env.read(place, enough);
    if (file.text) return load_application_options(*file.text, place, env);
  }
  return load_application_options("", default_name, env);
}

}  // namespace crossdock::config
