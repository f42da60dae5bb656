#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossdock::mattermost {

struct http_request {
  std::string method;  ///< "GET", "POST", …
  std::string target;  ///< path and query, encoded, below the client's base
  std::string body;
  std::string content_type;  ///< empty: no body
};

struct http_response {
  int status = 0;
  std::string body;
  std::string content_type;
  std::string retry_after;  ///< the header as it came; empty: absent
  std::string version;      ///< X-Version-Id
};

/// No response came.
struct http_failure {
  std::string reason;
  /// False: the request has certainly not reached the server (no connection). True: it may have
  /// had its effect.
  bool in_doubt = true;
};

struct http_result {
  http_response response;  ///< status 0: see failure
  http_failure failure;
  bool answered() const { return response.status != 0; }
};

struct http_options {
  std::string base;     ///< "https://chat.example.org", perhaps with a path
  std::string token;    ///< sent as bearer; registered as a secret of the logs by whoever reads it
  std::string ca_file;  ///< PEM; empty: the system's store
  /// Without a byte from the server for so long a request counts as unanswered.
  std::chrono::seconds timeout{30};
  /// No answer of the API is larger; a longer one is a failure.
  std::size_t max_response_bytes = 16u << 20;
};

/// Requests to one server over kept connections, TLS verified. Redirects are not followed: they
/// would carry the token elsewhere. Thread-safe.
class http_client {
 public:
  /// Throws api::target_error for a base that is no http(s) URL, or an unreadable CA file.
  explicit http_client(http_options options);
  ~http_client();
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// `done` is called exactly once, from a thread of the library: it must not block. Nothing is
  /// thrown for what goes wrong on the way.
  void send(http_request request, std::function<void(http_result)> done);
  /// Waits for the answer. Not to be called from `done`.
  http_result call(http_request request);

  /// Scheme, host and port: what a gate is named after.
  const std::string& server() const { return server_; }

 private:
  class impl;
  std::shared_ptr<impl> impl_;
  std::string server_;
};

/// One part of a multipart/form-data body.
struct form_field {
  std::string name;
  std::string filename;  ///< empty: no file
  std::string content_type;
  std::string_view content;
};
/// Body and content type of a form. The boundary does not occur in any part.
std::pair<std::string, std::string> make_form(const std::vector<form_field>& fields);

/// Percent-encoded for use as one element of a path, or as a query's value.
std::string url_encode(std::string_view text);

}  // namespace crossdock::mattermost
