#include "tests/doubles/mattermost/throttle.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

namespace crossdock::doubles {

throttle::verdict throttle::admit(millis now) {
  const double interval = 1000.0 / limit_.per_second;
  const double capacity = interval * (limit_.max_burst + 1);
  const auto time = static_cast<double>(now);
  const double after = std::max(full_until_, time) + interval;
  verdict what;
  // A thousandth of a millisecond of slack: sums of intervals are not exact.
  what.refused = after - time > capacity + 0.001;
  if (!what.refused) full_until_ = after;
  const double level = full_until_ - time;
  what.remaining = static_cast<int>((capacity - level + 0.001) / interval);
  what.reset_seconds = static_cast<int>(std::ceil((level - 0.001) / 1000));
  what.retry_seconds = static_cast<int>(std::ceil((after - time - capacity) / 1000));
  return what;
}

void throttle::describe(const verdict& what, http_response& response) const {
  response.headers.emplace_back("X-Ratelimit-Limit", std::to_string(limit_.max_burst + 1));
  response.headers.emplace_back("X-Ratelimit-Remaining", std::to_string(what.remaining));
  response.headers.emplace_back("X-Ratelimit-Reset", std::to_string(what.reset_seconds));
}

http_response too_many_requests(int retry_after_seconds, retry_after_form form, millis now) {
  http_response response;
  response.status = 429;
  response.content_type = "text/plain; charset=utf-8";
  response.body = "limit exceeded\n";
  const auto seconds = std::to_string(retry_after_seconds);
  switch (form) {
    case retry_after_form::seconds: response.headers.emplace_back("Retry-After", seconds); break;
    case retry_after_form::date:
      response.headers.emplace_back("Retry-After",
                                    http_date(now + millis{1000} * retry_after_seconds));
      break;
    case retry_after_form::text:
      response.body = "limit exceeded, retry after " + seconds + " seconds\n";
      break;
    case retry_after_form::none: break;
  }
  return response;
}

std::string http_date(millis when) {
  const std::time_t seconds = when / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), size};
}

}  // namespace crossdock::doubles
