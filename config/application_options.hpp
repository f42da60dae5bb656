#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.hpp"
#include "config/environment.hpp"

namespace crossdock::config {

struct database_options {
  /// PostgreSQL connection URL, possibly with a password: not to be logged. Empty: a private
  /// server.
  std::string url;
  int pool_size = 20;                              ///< sessions kept open
  int max_overflow = 40;                           ///< sessions opened beyond that under load
  std::chrono::milliseconds pool_timeout{60'000};  ///< longest wait for a session
};

enum class log_format { text, json };

struct log_options {
  std::string level = "info";  ///< trace, debug, info, warn, error, off
  log_format format = log_format::text;
};

/// Settings of the program (crossdock.yaml), as against those of a workflow.
struct application_options {
  database_options database;
  std::filesystem::path state_dir;  ///< absolute; the private server and what runs leave behind
  log_options log;
  std::vector<std::filesystem::path> plugins;  ///< absolute; shared objects to load
};

struct application_result {
  std::optional<application_options> options;  ///< present exactly when there are no errors
  std::vector<diagnostic> diagnostics;
};

/// Reads crossdock.yaml (empty text: nothing but defaults) and the variables DATABASE_URL,
/// DB_POOL_SIZE, DB_MAX_OVERFLOW and DB_POOL_TIMEOUT (seconds, or with a unit), which override it.
/// Relative paths count from the file's folder. Warns of MM_HTTP2, since crossdock speaks HTTP/1.1
/// only.
application_result load_application_options(std::string_view text, std::string_view file_name,
                                            const environment& env);

/// Finds and reads the file: `given` (--config) or $CROSSDOCK_CONFIG, which must exist; else the
/// first that exists of ./crossdock.yaml, $XDG_CONFIG_HOME/crossdock/crossdock.yaml (~/.config/…)
/// and /etc/crossdock/crossdock.yaml; else defaults.
application_result load_application_options(const std::optional<std::string>& given,
                                            const environment& env);

}  // namespace crossdock::config
