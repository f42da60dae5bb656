#include "tests/doubles/mattermost/http_message.hpp"

#include <algorithm>
#include <cctype>

#include "tests/doubles/mattermost/rules.hpp"

namespace crossdock::doubles {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The value of `key="..."` or `key=...` in a header.
std::optional<std::string> header_parameter(std::string_view header, std::string_view key) {
  std::size_t at = 0;
  while ((at = header.find(key, at)) != std::string_view::npos) {
    const bool begins = at == 0 || header[at - 1] == ' ' || header[at - 1] == ';';
    const auto equals = at + key.size();
    at = equals;
    if (!begins || equals >= header.size() || header[equals] != '=') continue;
    auto rest = header.substr(equals + 1);
    if (!rest.starts_with('"')) return std::string(rest.substr(0, rest.find_first_of("; \r\n")));
    std::string value;
    for (std::size_t i = 1; i < rest.size() && rest[i] != '"'; ++i) {
      if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
      value += rest[i];
    }
    return value;
  }
  return std::nullopt;
}

form_part parse_part(std::string_view part) {
  form_part result;
  const auto split = part.find("\r\n\r\n");
  auto headers = part.substr(0, split);
  result.content = split == std::string_view::npos ? std::string_view{} : part.substr(split + 4);
  while (!headers.empty()) {
    const auto line = headers.substr(0, headers.find("\r\n"));
    headers.remove_prefix(std::min(headers.size(), line.size() + 2));
    if (!lower_case(line.substr(0, 20)).starts_with("content-disposition:")) continue;
    result.name = header_parameter(line, "name").value_or("");
    result.filename = header_parameter(line, "filename");
    if (auto extended = header_parameter(line, "filename*")) {
      const auto quote = extended->rfind('\'');
      result.filename =
          url_decode(quote == std::string::npos ? *extended : extended->substr(quote + 1), false);
    }
  }
  return result;
}

}  // namespace

std::string url_decode(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
        hex_value(text[i + 2]) >= 0) {
      decoded += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i] == '+' && plus_is_blank ? ' ' : text[i];
    }
  }
  return decoded;
}

std::string_view request_target::parameter(std::string_view name) const {
  const auto found = std::ranges::find(
      query, name, [](const auto& entry) { return std::string_view(entry.first); });
  return found == query.end() ? std::string_view{} : std::string_view(found->second);
}

bool request_target::has(std::string_view name) const {
  return std::ranges::any_of(query, [&](const auto& entry) { return entry.first == name; });
}

request_target parse_target(std::string_view target) {
  request_target parsed;
  const auto mark = target.find('?');
  auto path = target.substr(0, mark);
  while (!path.empty()) {
    const auto element = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), element.size() + 1));
    if (!element.empty()) parsed.path.push_back(url_decode(element, false));
  }
  auto query = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    parsed.query.emplace_back(url_decode(pair.substr(0, equals), true),
                              equals == std::string_view::npos
                                  ? std::string{}
                                  : url_decode(pair.substr(equals + 1), true));
  }
  return parsed;
}

std::vector<form_part> parse_form(std::string_view content_type, std::string_view body) {
  std::vector<form_part> parts;
  const auto boundary = header_parameter(content_type, "boundary");
  if (!content_type.starts_with("multipart/") || !boundary || boundary->empty()) return parts;
  const auto opening = "--" + *boundary;
  const auto separator = "\r\n" + opening;
  auto at = body.find(opening);
  if (at == std::string_view::npos) return parts;
  at += opening.size();
  while (body.substr(at, 2) == "\r\n") {
    at += 2;
    const auto end = body.find(separator, at);
    if (end == std::string_view::npos) break;
    parts.push_back(parse_part(body.substr(at, end - at)));
    at = end + separator.size();
  }
  return parts;
}

const form_part* find_part(const std::vector<form_part>& parts, std::string_view name) {
  const auto found = std::ranges::find(
      parts, name, [](const form_part& part) { return std::string_view(part.name); });
  return found == parts.end() ? nullptr : &*found;
}

}  // namespace crossdock::doubles
