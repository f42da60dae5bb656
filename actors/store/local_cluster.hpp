#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace crossdock::store {

/// crossdock's own PostgreSQL, for when no database is configured: data below
/// `$XDG_STATE_HOME/crossdock` (or ~/.local/state/crossdock), reachable by a unix socket only. As root the server
/// runs as an unprivileged user (the `postgres` system user, else `nobody`), since PostgreSQL refuses
/// root. Several crossdock processes may share it: the first starts it, the last one stops it.
class local_cluster {
 public:
  struct options {
    std::filesystem::path directory;  ///< empty: the default above
    bool keep_running = false;        ///< leave the server up after the last user (tests)
  };
  /// Finds initdb/postgres (PATH, then Debian's versioned folders, newest first), creates the cluster
  /// once, starts it if needed, creates the database `crossdock`. Throws std::runtime_error that says
  /// what is missing and the package to install.
  explicit local_cluster(options o);
  /// Stops the server (fast) if no other process uses it.
  ~local_cluster();
  local_cluster(const local_cluster&) = delete;
  local_cluster& operator=(const local_cluster&) = delete;

  const std::string& url() const { return url_; }

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
  std::string url_;
};

}  // namespace crossdock::store
