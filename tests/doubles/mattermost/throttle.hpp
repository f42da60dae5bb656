#pragma once

#include <optional>
#include <string>

#include "tests/doubles/mattermost/http_message.hpp"
#include "tests/doubles/mattermost/options.hpp"

namespace crossdock::doubles {

/// The server's rate limit: a leaky bucket for all clients together (the double sees one address).
/// Not thread-safe.
class throttle {
 public:
  explicit throttle(const rate_limit& limit) : limit_(limit) {}

  struct verdict {
    bool refused = false;
    int remaining = 0;
    int reset_seconds = 0;
    int retry_seconds = 0;
  };
  verdict admit(millis now);
  /// X-Ratelimit-Limit, -Remaining, -Reset.
  void describe(const verdict& what, http_response& response) const;

 private:
  rate_limit limit_;
  double full_until_ = 0;  ///< when the bucket will be empty again, in ms
};

/// 429 in plain text, and when to come back in the given form.
http_response too_many_requests(int retry_after_seconds, retry_after_form form, millis now);
/// RFC 9110's date.
std::string http_date(millis when);

}  // namespace crossdock::doubles
