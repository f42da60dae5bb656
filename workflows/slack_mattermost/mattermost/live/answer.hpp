#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "workflows/api/gate.hpp"
#include "workflows/slack_mattermost/mattermost/live/http_client.hpp"

namespace crossdock::mattermost {

/// What came of a request, read by Mattermost's rules.
class answer {
 public:
  enum class kind : std::uint8_t {
    ok,        ///< 2xx
    refused,   ///< the server decided against it: 4xx, or 5xx with an error id of its own
    in_doubt,  ///< it may have had its effect: sent, and no answer of the server itself came
    unsent,    ///< given up before it left, because the job is stopping
  };

  static answer from(http_result result);
  static answer never_sent();

  kind what() const { return kind_; }
  bool ok() const { return kind_ == kind::ok; }
  int status() const { return status_; }
  /// The server's own word for a refusal, such as app.user.save.username_exists.app_error; what
  /// people read of it is translated and differs by version. Empty for other answers.
  const std::string& error_id() const { return error_id_; }
  /// For people: the server's message with status, or what happened to the connection.
  const std::string& reason() const { return reason_; }
  bool refused_with(std::string_view id) const { return error_id_ == id; }

  /// Of ok answers. A body of another kind reads as empty.
  boost::json::object object() const;
  boost::json::array array() const;
  std::string text(std::string_view key) const;
  const std::string& version() const { return version_; }

 private:
  kind kind_ = kind::unsent;
  int status_ = 0;
  std::string body_;
  std::string error_id_;
  std::string reason_;
  std::string version_;
};

/// What a result says about the server, for its gate.
api::server_reply reply_of(const http_result& result);

/// True when the server, or what stands before it, turned the request away without looking at it,
/// so that the same request may simply go again: it never left, 429, 503 of a proxy.
bool had_no_effect(const http_result& result);

/// How long a 429 or 503 asks to wait: Retry-After in seconds or as a date, or a number of seconds
/// in the text. `now`: seconds since 1970.
std::optional<std::chrono::milliseconds> retry_after(const http_response& response,
                                                     std::int64_t now);

}  // namespace crossdock::mattermost
