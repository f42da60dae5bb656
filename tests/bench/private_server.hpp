#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "actors/store/local_cluster.hpp"
#include "actors/store/session.hpp"

namespace crossdock::bench {

/// The private PostgreSQL that crossdock starts without a configured database, with all its
/// settings (fsync on), in a temporary folder, migrated. Ends and is removed with this object. Runs
/// as root too: the server drops to an unprivileged user.
class private_server {
 public:
  private_server();
  ~private_server();
  private_server(const private_server&) = delete;
  private_server& operator=(const private_server&) = delete;

  const std::string& url() const { return cluster_->url(); }
  store::session connect() const { return store::session(url(), "bench"); }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<store::local_cluster> cluster_;
};

}  // namespace crossdock::bench
