#include "actors/cli/surroundings.hpp"

#include <algorithm>
#include <iostream>
#include <memory>

#include <libpq-fe.h>
#include <pwd.h>
#include <unistd.h>

#include "actors/cli/exit_code.hpp"
#include "actors/cli/screen.hpp"
#include "actors/plugin_loader.hpp"
#include "observability/logging.hpp"
#include "observability/redaction.hpp"
#include "workflows/builtin_plugins.hpp"

namespace crossdock::cli {

namespace {

void set_up_logging(const common_options& options, config::log_options& settings, log_use use) {
  if (use != log_use::full && settings.level == "info") settings.level = "warn";
  if (options.log_level) settings.level = *options.log_level;
  if (options.log_format) {
    settings.format =
        *options.log_format == "json" ? config::log_format::json : config::log_format::text;
  }
  logging::log_options log;
  log.level = settings.level;
  log.format = settings.format == config::log_format::json ? logging::log_format::json
                                                           : logging::log_format::text;
  if (use == log_use::beside_bars) log.sink = screen_sink();
  logging::set_up_logging(log);
}

/// The password of a connection string must not turn up in a message of libpq or ours.
void register_password(const std::string& url) {
  char* error = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parts(
      PQconninfoParse(url.c_str(), &error), &PQconninfoFree);
  if (!parts) {
    const std::string why = error ? error : "it cannot be read";
    PQfreemem(error);
    throw usage_error("the database URL is not one that PostgreSQL takes: " + why);
  }
  for (const auto* part = parts.get(); part->keyword; ++part) {
    if (std::string_view(part->keyword) == "password" && part->val) register_secret(part->val);
  }
}

std::string configured_url(const common_options& options,
                           const config::application_options& settings) {
  return options.database ? *options.database : settings.database.url;
}

}  // namespace

config::application_options load_settings(const common_options& options,
                                          const config::environment& env, log_use use) {
  auto loaded = config::load_application_options(options.config, env);
  if (!loaded.options) throw config_error(loaded.diagnostics);
  std::cerr << config::to_string(loaded.diagnostics);
  set_up_logging(options, loaded.options->log, use);
  return std::move(*loaded.options);
}

config::plugin_catalogue load_plugins(const common_options& options,
                                      const config::application_options& settings) {
  config::plugin_catalogue plugins;
  for (const auto* plugin : builtin_plugins()) plugins.add(*plugin);
  auto paths = settings.plugins;
  paths.insert(paths.end(), options.plugins.begin(), options.plugins.end());
  for (const auto& path : paths) {
    try {
      plugins.add(load_plugin(path));
    } catch (const plugin_error& error) {
      throw usage_error(error.what());
    } catch (const std::invalid_argument& error) {
      throw usage_error("plugin " + path.string() + ": " + error.what());
    }
  }
  return plugins;
}

database::database(const common_options& options, const config::application_options& settings)
    : url_(configured_url(options, settings)) {
  if (url_.empty()) {
    const config::process_environment env;
    cluster_.emplace(
        store::local_cluster::options{.directory = private_server_directory(settings, env)});
    url_ = cluster_->url();
  }
  register_password(url_);
}

void database::prepare_schema() const {
  auto db = connect();
  const auto known = db.migrations();
  const bool is_empty =
      std::none_of(known.begin(), known.end(), [](const auto& one) { return one.applied; });
  if (is_private() || is_empty) {
    db.migrate();
    return;
  }
  try {
    db.require_current_schema();
  } catch (const store::store_error& error) {
    if (error.why() != store::store_error::kind::refused) throw;
    throw usage_error(std::string(error.what()) +
                      "; `crossdock db status` shows more, `crossdock db migrate` brings an older "
                      "schema up to date");
  }
}

std::filesystem::path private_server_directory(const config::application_options& settings,
                                               const config::environment& env) {
  // The default of the settings is the user's; the server knows a better one for root, whose home
  // is closed to the user that PostgreSQL runs as.
  const auto home = env.variable("HOME");
  const bool own_default = !env.variable("XDG_STATE_HOME") && home &&
                           settings.state_dir == *home + "/.local/state/crossdock";
  return own_default ? std::filesystem::path() : settings.state_dir;
}

std::string who() {
  const auto* user = ::getpwuid(::geteuid());
  return "cli:" + (user ? std::string(user->pw_name) : std::to_string(::geteuid()));
}

}  // namespace crossdock::cli
