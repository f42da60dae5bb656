#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace crossdock::store {

/// crossdock's own PostgreSQL, for when no database is configured.
///
/// Where. `$XDG_STATE_HOME/crossdock`; without that variable `~/.local/state/crossdock`, and for
/// root
/// `/var/lib/crossdock`, because root's home is closed to the user the server runs as. On a local
/// file system. It holds `data/` (the cluster), `run/` (the socket), `server.log`, and the lock
/// files.
///
/// As whom. The server runs as the user who runs crossdock. PostgreSQL refuses root: then it runs
/// as the system user `crossdock` if there is one, else `postgres`, else `nobody`; later starts
/// take the owner of `data/`. Every folder above must let that user through.
///
/// Who may connect. Root and the server's user, nobody else: no TCP; the socket lies in a folder of
/// mode 0700; the server lets in those two by the kernel's word on who is at the other end
/// (`peer`); and clients of url() check in the same way that it is the server's user who answers.
/// The folder itself belongs to the user who runs crossdock, so the server cannot change who is let
/// in. If its name is too long for a socket (107 bytes), the socket lies in a private folder below
/// `$XDG_RUNTIME_DIR`, `/run` or `/tmp`.
///
/// How long. Processes that use the same directory share the server: the first starts it, the last
/// one stops it. Use is counted by file locks, which end with their process however it ends; a
/// server whose users were all killed goes on until the next user has come and gone.
class local_cluster {
 public:
  struct options {
    std::filesystem::path directory;  ///< empty: the default above
    bool keep_running = false;        ///< leave the server up after the last user (tests)
    /// For the server to come up, crash recovery included, and for another process to finish its
    /// own start or stop. A server still in recovery then goes on; the next start finds it.
    std::chrono::seconds start_timeout{120};
  };
  /// Finds the server's programs (PATH, then Debian's versioned folders, newest first), creates the
  /// cluster once, starts it if needed, creates the database `crossdock`. Throws std::runtime_error
  /// that says what is wrong and what to do: a package to install, a folder that is closed, data of
  /// another major version, or the end of the server's log.
  explicit local_cluster(options o);
  /// Stops the server (fast) if no other process uses it.
  ~local_cluster();
  local_cluster(const local_cluster&) = delete;
  local_cluster& operator=(const local_cluster&) = delete;

  /// libpq connection string, without a secret.
  const std::string& url() const { return url_; }

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
  std::string url_;
};

}  // namespace crossdock::store
