#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "tests/doubles/mattermost/ids.hpp"

namespace crossdock::doubles {

/// How a refused client is told when to come back. Servers behind proxies differ.
enum class retry_after_form {
  seconds,  ///< header `Retry-After: 7`, as the server itself does
  date,     ///< header `Retry-After: Tue, 24 Nov 2026 13:24:00 GMT`
  text,     ///< no header; the body says "limit exceeded, retry after 7 seconds"
  none
};
/// Of the names above; throws std::invalid_argument for another.
retry_after_form parse_retry_after_form(std::string_view name);

struct rate_limit {
  bool enabled = false;
  double per_second = 10;
  int max_burst = 100;
  retry_after_form form = retry_after_form::seconds;
};

/// The server's own settings (config.json); the defaults are those of the captures.
struct server_config {
  bool enable_custom_emoji = true;
  bool enable_user_access_tokens = true;
  bool enable_file_attachments = true;
  bool enable_user_creation = true;
  bool enable_open_server = true;
  bool enable_post_username_override = true;
  bool enable_post_icon_override = true;
  std::string restrict_creation_to_domains;  ///< one domain; empty: all
  std::size_t max_users_per_team = 100'000;
  std::size_t max_channels_per_team = 100'000;
  std::size_t min_password = 5;
  std::int64_t max_file_size = 104'857'600;
  rate_limit rate;
};

/// What becomes of an import job that was running when the server ended. Nothing is known of the
/// real server here; a client has to live with either.
enum class interrupted_job { error, stuck };

struct double_options {
  double_options();  // not inline: GCC 12 sees uninitialized members where there are none

  std::uint16_t port = 0;  ///< 0: any free one; a restart takes the same again
  unsigned threads = 1;
  std::string server_version = "6.7.0";
  server_config config;

  bool plugin = false;  ///< mm-importer is installed and enabled
  bool bulk = true;     ///< import_process jobs are taken

  /// Starts with a system administrator and a team; otherwise with nothing, and the first user
  /// that is created becomes the administrator.
  bool seeded = true;
  std::string admin_token = "admintokenadmintokenadmint";
  std::string admin_username = "mmadmin";
  std::string admin_email = "admin@example.test";
  std::string admin_password = "admin-password";
  std::string team = "crew";

  std::chrono::milliseconds job_pickup{20};  ///< from a job's creation to its start
  interrupted_job after_interruption = interrupted_job::error;
  std::size_t import_batch = 1000;  ///< posts looked up, then saved, together; see import_lines.hpp

  /// Journal of all that changes the state; written before the answer is sent and replayed at the
  /// start, so that the state survives a kill. Empty: the state lives in memory only.
  std::string journal;
  /// 0: random. The same seed and the same requests in the same order give the same ids.
  std::uint64_t id_seed = 0;
  std::function<millis()> clock = system_now;
};

}  // namespace crossdock::doubles
