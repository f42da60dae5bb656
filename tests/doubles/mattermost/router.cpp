#include "tests/doubles/mattermost/router.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "tests/doubles/mattermost/api_error.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

std::size_t number_or(std::string_view text, std::size_t otherwise) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && !text.empty() && end == text.data() + text.size() ? value
                                                                                   : otherwise;
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (pattern[i] != "{}" && pattern[i] != path[i]) return false;
  }
  return true;
}

}  // namespace

json::value call::body_json(std::string_view what) const {
  boost::system::error_code failed;
  auto parsed = json::parse(request.body, failed);
  if (failed) refuse_body(what);
  return parsed;
}

json::object call::body_object(std::string_view what) const {
  auto parsed = body_json(what);
  if (!parsed.is_object()) refuse_body(what);
  return std::move(parsed.as_object());
}

json::array call::body_array(std::string_view what) const {
  auto parsed = body_json(what);
  if (!parsed.is_array()) refuse_body(what);
  return std::move(parsed.as_array());
}

std::string call::user_argument(std::size_t index) const {
  const auto& text = arguments.at(index);
  if (text == "me" && actor) return actor->id;
  if (!is_id(text)) refuse_url("user_id");
  return text;
}

std::string call::id_argument(std::size_t index, std::string_view what) const {
  const auto& text = arguments.at(index);
  if (!is_id(text)) refuse_url(what);
  return text;
}

std::size_t call::page() const {
  return number_or(target.parameter("page"), 0);
}

std::size_t call::per_page(std::size_t otherwise, std::size_t limit) const {
  return std::min(number_or(target.parameter("per_page"), otherwise), limit);
}

router::router() {
  for (const auto list :
       {system_routes, user_routes, user_list_routes, bot_routes, team_routes, channel_routes,
        channel_member_routes, post_routes, post_list_routes, reaction_routes, file_routes,
        upload_routes, emoji_routes, job_routes, plugin_routes}) {
    add(list());
  }
  for (auto& [shape, list] : by_shape_) {
    // Patterns with fewer placeholders first; among equals the one whose first comes later.
    std::ranges::stable_sort(list, {}, [](const compiled& one) {
      const auto count = std::ranges::count(one.elements, "{}");
      const auto first = std::ranges::find(one.elements, "{}") - one.elements.begin();
      return std::pair{count, -first};
    });
  }
}

void router::add(std::vector<route> routes) {
  for (auto& one : routes) {
    auto elements = parse_target(one.pattern).path;
    const auto shape = std::pair{one.method, elements.size()};
    by_shape_[shape].push_back({std::move(one), std::move(elements)});
  }
}

route_match router::match(std::string_view method, const std::vector<std::string>& path) const {
  const auto list = by_shape_.find({std::string(method), path.size()});
  if (list == by_shape_.end()) return {};
  for (const auto& [what, elements] : list->second) {
    if (!matches(elements, path)) continue;
    route_match result{&what, {}};
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (elements[i] == "{}") result.arguments.push_back(path[i]);
    }
    return result;
  }
  return {};
}

http_response json_response(int status, const json::value& value) {
  http_response response;
  response.status = status;
  response.body = json::serialize(value);
  return response;
}

http_response ok_response() {
  return json_response(200, json::object{{"status", "OK"}});
}

}  // namespace crossdock::doubles
