#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Requests and answers without sockets.
namespace crossdock::doubles {

struct http_request {
  std::string method;
  std::string target;  ///< path and query as they were sent
  std::string authorization;
  std::string content_type;
  std::string body;
};

struct http_response {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
};

/// `%xx` and, in queries, `+`. Broken escapes stay as they are.
std::string url_decode(std::string_view text, bool plus_is_blank);

/// A target taken apart: path elements and query, decoded.
struct request_target {
  std::vector<std::string> path;
  std::vector<std::pair<std::string, std::string>> query;

  /// Empty where it is absent.
  std::string_view parameter(std::string_view name) const;
  bool has(std::string_view name) const;
  bool is_true(std::string_view name) const { return parameter(name) == "true"; }
};
request_target parse_target(std::string_view target);

/// One part of a multipart/form-data body; the content is part of the body.
struct form_part {
  std::string name;
  std::optional<std::string> filename;
  std::string_view content;
};

/// Empty when the content type names no boundary or the body is not made of parts.
std::vector<form_part> parse_form(std::string_view content_type, std::string_view body);
const form_part* find_part(const std::vector<form_part>& parts, std::string_view name);

}  // namespace crossdock::doubles
