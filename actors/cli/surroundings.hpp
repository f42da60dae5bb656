#pragma once

#include <optional>
#include <string>

#include "actors/cli/program.hpp"
#include "actors/store/local_cluster.hpp"
#include "actors/store/session.hpp"
#include "config/application_options.hpp"
#include "config/environment.hpp"
#include "config/plugin_catalogue.hpp"

/// What a command needs of the machine it runs on: settings, plugins, a database.
namespace crossdock::cli {

/// What else a command shows on standard error beside the log.
enum class log_use {
  only_trouble,  ///< a short answer: warnings are enough, unless --log-level says otherwise
  beside_bars,   ///< the same, and lines make room for progress bars
  full,          ///< the settings decide
};

/// Reads the settings, sets up logging as they and the options say, and prints warnings. The log
/// level and format in the answer are those in effect. Throws config_error.
config::application_options load_settings(const common_options& options,
                                          const config::environment& env,
                                          log_use use = log_use::only_trouble);

/// The built-in plugins, those of the settings and those of --plugin. Throws usage_error.
config::plugin_catalogue load_plugins(const common_options& options,
                                      const config::application_options& settings);

/// Where the jobs are kept. Holds the private server, when it is that.
class database {
 public:
  /// --database, else the settings (DATABASE_URL included), else the private server, which is
  /// started.
  database(const common_options& options, const config::application_options& settings);

  const std::string& url() const { return url_; }
  bool is_private() const { return cluster_.has_value(); }
  store::session connect() const { return store::session(url_); }
  /// Brings the schema up to date where that is ours to do: in the private server, and in a
  /// database that has none yet. Others are migrated by `crossdock db migrate` only; throws
  /// usage_error when that is due.
  void prepare_schema() const;

 private:
  std::optional<store::local_cluster> cluster_;
  std::string url_;
};

/// Where the private server lies; empty when the server's own default is to decide.
std::filesystem::path private_server_directory(const config::application_options& settings,
                                               const config::environment& env);

/// Who asks, for the audit: "cli:<user name>".
std::string who();

}  // namespace crossdock::cli
