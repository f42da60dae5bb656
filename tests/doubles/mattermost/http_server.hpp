#pragma once

#include <cstdint>
#include <memory>

#include "tests/doubles/mattermost/application.hpp"

namespace crossdock::doubles {

/// HTTP/1.1 with keep-alive on 127.0.0.1, in threads of its own, and all that can go wrong with it:
/// the application's fault plan is asked before each request but those below `/__double/`.
class http_server {
 public:
  /// Listens at once. Port 0: any free one. Throws boost::system::system_error.
  http_server(application& app, std::uint16_t port, unsigned threads);
  /// Resets all connections.
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  std::uint16_t port() const;

 private:
  class listener;
  std::unique_ptr<listener> listener_;
};

}  // namespace crossdock::doubles
