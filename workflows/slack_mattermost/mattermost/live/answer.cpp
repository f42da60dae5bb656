#include "workflows/slack_mattermost/mattermost/live/answer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <regex>

#include <boost/json/parse.hpp>

#include "workflows/slack_mattermost/mattermost/raw_json.hpp"

namespace crossdock::mattermost {

namespace json = boost::json;

namespace {

constexpr int too_many_requests = 429;
constexpr int service_unavailable = 503;
constexpr std::size_t quoted_body = 200;

json::value parse_or_null(const std::string& body) {
  boost::system::error_code failed;
  auto value = json::parse(body, failed);
  return failed ? json::value() : value;
}

std::string error_id_of(const http_response& response) {
  if (response.status < 400) return {};
  const auto body = parse_or_null(response.body);
  return body.is_object() ? std::string(raw::text(body.get_object(), "id")) : std::string();
}

std::optional<std::int64_t> parse_http_date(const std::string& text) {
  std::tm parts{};
  const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return ::timegm(&parts);
}

/// What no server means is no answer.
std::optional<std::chrono::milliseconds> from_seconds(std::string_view text) {
  constexpr double longest = 7 * 24 * 3600;
  double seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  if (!whole || !(seconds >= 0 && seconds <= longest)) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(seconds * 1000)));
}

}  // namespace

answer answer::from(http_result result) {
  answer a;
  a.status_ = result.response.status;
  a.version_ = std::move(result.response.version);
  if (!result.answered()) {
    a.kind_ = kind::in_doubt;
    a.reason_ = std::move(result.failure.reason);
    return a;
  }
  a.error_id_ = error_id_of(result.response);
  if (a.status_ >= 200 && a.status_ < 300) {
    a.kind_ = kind::ok;
  } else {
    // A proxy's 502 or 504 comes after the request was passed on.
    a.kind_ = a.status_ < 500 || !a.error_id_.empty() ? kind::refused : kind::in_doubt;
    a.reason_ = "HTTP " + std::to_string(a.status_);
    const auto body = parse_or_null(result.response.body);
    const auto message =
        body.is_object() ? raw::text(body.get_object(), "message") : std::string_view();
    a.reason_ += ": " + (message.empty() ? result.response.body.substr(0, quoted_body)
                                         : std::string(message));
  }
  a.body_ = std::move(result.response.body);
  return a;
}

answer answer::never_sent() {
  return {};
}

json::object answer::object() const {
  auto value = parse_or_null(body_);
  return value.is_object() ? std::move(value.get_object()) : json::object();
}

json::array answer::array() const {
  auto value = parse_or_null(body_);
  return value.is_array() ? std::move(value.get_array()) : json::array();
}

std::string answer::text(std::string_view key) const {
  return std::string(raw::text(object(), key));
}

api::server_reply reply_of(const http_result& result) {
  using enum api::server_reply::kind;
  if (!result.answered()) return {unavailable, std::nullopt, result.failure.reason};
  const int status = result.response.status;
  if (status == too_many_requests) {
    return {throttled, retry_after(result.response, std::time(nullptr)), "HTTP 429"};
  }
  // An error with an id comes from the server itself: it works, and did not like the request.
  if (status >= 500 && error_id_of(result.response).empty()) {
    return {unavailable, retry_after(result.response, std::time(nullptr)),
            "HTTP " + std::to_string(status)};
  }
  return {served, std::nullopt, {}};
}

bool had_no_effect(const http_result& result) {
  if (!result.answered()) return !result.failure.in_doubt;
  const int status = result.response.status;
  return status == too_many_requests ||
         (status == service_unavailable && error_id_of(result.response).empty());
}

std::optional<std::chrono::milliseconds> retry_after(const http_response& response,
                                                     std::int64_t now) {
  if (const auto wait = from_seconds(response.retry_after)) return wait;
  if (const auto date = parse_http_date(response.retry_after)) {
    return std::chrono::seconds(std::max<std::int64_t>(0, *date - now));
  }
  static const std::regex in_text(R"((\d+(?:\.\d+)?) ?s(?:ec(?:ond)?s?)?\b)");
  std::smatch found;
  const bool told = std::regex_search(response.body, found, in_text);
  return told ? from_seconds(found[1].str()) : std::nullopt;
}

}  // namespace crossdock::mattermost
