#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include <boost/json/object.hpp>

#include "tests/doubles/mattermost/canonical.hpp"
#include "tests/doubles/mattermost/faults.hpp"
#include "tests/doubles/mattermost/options.hpp"

namespace crossdock::doubles {

class application;
class http_server;

/// A Mattermost server for tests: REST v4, import jobs, the mm-importer plugin's routes. Stateful,
/// as strict as the real one, and it fails on demand. It listens on 127.0.0.1 in threads of its
/// own; all functions may be called from any one thread at a time while it serves.
///
///     double_options options;
///     options.plugin = true;
///     mattermost_double server(options);
///     server.faults().load_text(R"({"rules":[{"path":"*","nth":3,"fault":"reset_after"}]})");
///     client(server.url(), server.admin_token());
///     EXPECT_EQ(server.state_json(), other.state_json());
class mattermost_double {
 public:
  /// Starts serving. Throws std::runtime_error (a journal that cannot be used) or
  /// boost::system::system_error (a port that is taken).
  mattermost_double() : mattermost_double(double_options()) {}
  explicit mattermost_double(double_options options);
  ~mattermost_double();
  mattermost_double(const mattermost_double&) = delete;
  mattermost_double& operator=(const mattermost_double&) = delete;

  /// "http://127.0.0.1:PORT", without "/api/v4"; the same after a restart.
  std::string url() const;
  std::uint16_t port() const { return port_; }
  const std::string& admin_token() const;

  /// Resets all connections and stops listening; the state is kept.
  void stop();
  /// Serves again, on the same port. What a server keeps in memory only is forgotten.
  void start();
  void restart();

  fault_plan& faults();
  boost::json::object state_json(const state_view& view = {});
  /// state_json() as text, one member a line: for diffs.
  std::string state_text(const state_view& view = {});
  /// Requests by "METHOD /api/v4/route/{}" since the beginning or the last reset. Those that a
  /// fault kept from the application are not counted.
  std::map<std::string, std::uint64_t> request_counts();
  std::uint64_t request_total();
  void reset_request_counts();

 private:
  std::unique_ptr<application> app_;
  std::unique_ptr<http_server> http_;
  std::uint16_t port_ = 0;
};

}  // namespace crossdock::doubles
