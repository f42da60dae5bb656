#include <algorithm>
#include <utility>

#include <boost/json/parse.hpp>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/media.hpp"
#include "tests/doubles/mattermost/operations.hpp"
#include "tests/doubles/mattermost/shapes.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

constexpr int max_emoji_pixels = 1028;

void check_emoji_on(const call& one) {
  if (!one.config().enable_custom_emoji) throw api_error("api.emoji.disabled.app_error");
}

void check_image(const call& one, std::string_view bytes) {
  const auto image = read_image(bytes);
  if (!image || image->width == 0 || (image->kind == "webp" && !one.rules.webp_emoji)) {
    throw api_error("api.emoji.upload.image.app_error");
  }
  if (image->width > max_emoji_pixels || image->height > max_emoji_pixels) {
    throw api_error("api.emoji.upload.large_image.too_large.app_error");
  }
}

json::object requested_emoji(const std::vector<form_part>& parts) {
  const auto* field = find_part(parts, "emoji");
  if (!field) refuse_body("emoji");
  boost::system::error_code failed;
  auto parsed = json::parse(field->content, failed);
  if (failed || !parsed.is_object()) refuse_body("emoji");
  return std::move(parsed.as_object());
}

http_response create_emoji(call& one) {
  check_emoji_on(one);
  const auto parts = parse_form(one.request.content_type, one.request.body);
  const auto* image = find_part(parts, "image");
  if (image && image->content.size() > one.rules.emoji_image_bytes) {
    throw api_error("api.emoji.create.too_large.app_error",
                    one.rules.emoji_image_bytes < 1024 * 1024 ? "512 KiB" : "1 MB");
  }
  if (!image) refuse_body("createEmoji");
  const auto body = requested_emoji(parts);
  emoji made;
  made.name = text_in(body, "name");
  made.creator_id = text_in(body, "creator_id");
  if (made.creator_id != one.actor->id) throw api_error("api.emoji.create.other_user.app_error");
  check_emoji_name(made.name);
  if (one.db.emoji_by_name(made.name)) throw api_error("api.emoji.create.duplicate.app_error");
  check_image(one, image->content);
  made.image = std::make_shared<const std::string>(image->content);
  return json_response(200, to_json(one.db.add_emoji(std::move(made))));
}

http_response list_emoji(call& one) {
  check_emoji_on(one);
  auto order = one.db.emoji_order();
  if (one.target.parameter("sort") == "name") {
    std::ranges::sort(order, {}, [&](const std::string& id) { return one.db.emojis.at(id).name; });
  }
  json::array list;
  const auto first = one.page() * one.per_page();
  for (auto i = first; i < std::min(order.size(), first + one.per_page()); ++i) {
    list.push_back(to_json(one.db.emojis.at(order[i])));
  }
  return json_response(200, list);
}

http_response emoji_by_name(call& one) {
  check_emoji_on(one);
  const auto* found = one.db.emoji_by_name(one.arguments.at(0));
  if (!found) throw api_error("app.emoji.get_by_name.no_result");
  return json_response(200, to_json(*found));
}

http_response emoji_by_names(call& one) {
  check_emoji_on(one);
  const auto names = texts_of(one.body_array("names"));
  if (names.size() > 200) refuse_body("names");
  json::array list;
  for (const auto& name : names) {
    if (const auto* found = one.db.emoji_by_name(name)) list.push_back(to_json(*found));
  }
  return json_response(200, list);
}

http_response search_emoji(call& one) {
  check_emoji_on(one);
  const auto body = one.body_object("term");
  const auto term = text_in(body, "term");
  if (term.empty()) refuse_body("term");
  json::array list;
  for (const auto& id : one.db.emoji_order()) {
    const auto& which = one.db.emojis.at(id);
    const auto place = which.name.find(term);
    if (place == 0 || (place != std::string::npos && !flag_in(body, "prefix_only"))) {
      list.push_back(to_json(which));
    }
  }
  return json_response(200, list);
}

emoji& emoji_argument(call& one) {
  check_emoji_on(one);
  auto* found = find_in(one.db.emojis, one.id_argument(0, "emoji_id"));
  if (!found) throw api_error("app.emoji.get.no_result");
  return *found;
}

http_response get_emoji(call& one) {
  return json_response(200, to_json(emoji_argument(one)));
}

http_response get_image(call& one) {
  const auto& which = emoji_argument(one);
  http_response response;
  response.body = *which.image;
  const auto image = read_image(response.body);
  response.content_type = "image/" + std::string(image ? image->kind : "png");
  return response;
}

http_response delete_emoji(call& one) {
  const auto& which = emoji_argument(one);
  require_self(one, which.creator_id);
  one.db.erase_emoji(std::string(which.id));
  return ok_response();
}

}  // namespace

std::vector<route> emoji_routes() {
  using enum access;
  return {{"POST", "/api/v4/emoji", session, create_emoji},
          {"GET", "/api/v4/emoji", session, list_emoji},
          {"GET", "/api/v4/emoji/name/{}", session, emoji_by_name},
          {"POST", "/api/v4/emoji/names", session, emoji_by_names, true},
          {"POST", "/api/v4/emoji/search", session, search_emoji, true},
          {"GET", "/api/v4/emoji/{}", session, get_emoji},
          {"GET", "/api/v4/emoji/{}/image", session, get_image},
          {"DELETE", "/api/v4/emoji/{}", session, delete_emoji}};
}

}  // namespace crossdock::doubles
