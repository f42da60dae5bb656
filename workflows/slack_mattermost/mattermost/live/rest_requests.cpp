#include "workflows/slack_mattermost/mattermost/live/rest_requests.hpp"

#include <boost/json/serialize.hpp>

namespace crossdock::mattermost::rest {

namespace json = boost::json;

namespace {

const std::string base = "/api/v4";
constexpr const char* json_type = "application/json";

http_request get(std::string target) {
  return {"GET", base + std::move(target), {}, {}};
}

http_request send(const char* method, std::string target, const json::value& body) {
  return {method, base + std::move(target), json::serialize(body), json_type};
}

http_request send_form(std::string target, const std::vector<form_field>& fields) {
  auto [body, type] = make_form(fields);
  return {"POST", base + std::move(target), std::move(body), std::move(type)};
}

json::array ids(std::span<const std::string> list) {
  json::array result;
  for (const auto& id : list) result.emplace_back(id);
  return result;
}

std::string path(std::string_view a, std::string_view b, std::string_view c = {}) {
  std::string result(a);
  result += b;
  return result += c;
}

}  // namespace

http_request client_config() {
  return get("/config/client?format=old");
}
http_request me() {
  return get("/users/me");
}
http_request team_by_name(std::string_view name) {
  return get("/teams/name/" + url_encode(name));
}
http_request create_team(const team& item) {
  return send(
      "POST", "/teams",
      {{"name", item.name}, {"display_name", item.display_name}, {"type", item.open ? "O" : "I"}});
}

http_request add_team_members(std::string_view team_id, std::span<const std::string> user_ids) {
  json::array list;
  for (const auto& id : user_ids) list.push_back({{"team_id", team_id}, {"user_id", id}});
  return send("POST", path("/teams/", team_id, "/members/batch?graceful=true"), list);
}

http_request create_user(const user& item, std::string_view password) {
  json::object body{{"username", item.username},   {"email", item.email},
                    {"nickname", item.nickname},   {"first_name", item.first_name},
                    {"last_name", item.last_name}, {"position", item.position},
                    {"email_verified", true},      {"password", password}};
  if (!item.locale.empty()) body["locale"] = item.locale;
  if (item.auth_service && item.auth_data) {
    body["auth_service"] = *item.auth_service;
    body["auth_data"] = *item.auth_data;
    body.erase("password");  // the server refuses both together
  }
  return send("POST", "/users", body);
}

http_request create_bot(const bot& item) {
  return send("POST", "/bots",
              {{"username", item.username},
               {"display_name", item.display_name},
               {"description", item.description}});
}
http_request user_by_name(std::string_view username) {
  return get("/users/username/" + url_encode(username));
}
http_request user_by_email(std::string_view email) {
  return get("/users/email/" + url_encode(email));
}
http_request users_by_ids(std::span<const std::string> list) {
  return send("POST", "/users/ids", ids(list));
}
http_request deactivate_user(std::string_view id) {
  return send("PUT", path("/users/", id, "/active"), {{"active", false}});
}
http_request set_picture(std::string_view user_id, std::string_view file_name,
                         std::string_view bytes) {
  return send_form(path("/users/", user_id, "/image"),
                   {{"image", std::string(file_name), "application/octet-stream", bytes}});
}

http_request create_emoji(std::string_view name, std::string_view creator_id,
                          std::string_view file_name, std::string_view bytes) {
  const auto what = json::serialize(json::object{{"name", name}, {"creator_id", creator_id}});
  return send_form("/emoji",
                   {{"emoji", {}, json_type, what},
                    {"image", std::string(file_name), "application/octet-stream", bytes}});
}
http_request emoji_by_name(std::string_view name) {
  return get("/emoji/name/" + url_encode(name));
}

http_request create_channel(std::string_view team_id, const channel& item) {
  return send("POST", "/channels",
              {{"team_id", team_id},
               {"name", item.name},
               {"display_name", item.display_name.empty() ? item.name : item.display_name},
               {"type", item.is_private ? "P" : "O"},
               {"header", item.header},
               {"purpose", item.purpose}});
}
http_request channel_by_name(std::string_view team_id, std::string_view name) {
  return get(path("/teams/", team_id, "/channels/name/") + url_encode(name) +
             "?include_deleted=true");
}
http_request channel_by_id(std::string_view id) {
  return get(path("/channels/", id));
}
http_request direct_channel(std::span<const std::string> user_ids) {
  return send("POST", "/channels/direct", ids(user_ids));
}
http_request group_channel(std::span<const std::string> user_ids) {
  return send("POST", "/channels/group", ids(user_ids));
}
http_request set_header(std::string_view channel_id, std::string_view header) {
  return send("PUT", path("/channels/", channel_id, "/patch"), {{"header", header}});
}
http_request add_channel_members(std::string_view channel_id,
                                 std::span<const std::string> user_ids) {
  return send("POST", path("/channels/", channel_id, "/members"), {{"user_ids", ids(user_ids)}});
}
http_request archive_channel(std::string_view id) {
  return {"DELETE", base + path("/channels/", id), {}, {}};
}
http_request restore_channel(std::string_view id) {
  return send("POST", path("/channels/", id, "/restore"), json::object{});
}

http_request create_post(const new_post& post) {
  json::object body{{"channel_id", post.channel_id},
                    {"message", post.message},
                    {"create_at", post.create_at},
                    {"props", post.props},
                    {"pending_post_id", post.pending_post_id}};
  if (!post.root_id.empty()) body["root_id"] = post.root_id;
  if (!post.type.empty()) body["type"] = post.type;
  if (post.edit_at != 0) body["edit_at"] = post.edit_at;
  if (post.is_pinned) body["is_pinned"] = true;
  if (!post.file_ids.empty()) body["file_ids"] = ids(post.file_ids);
  return send("POST", "/posts?set_online=false", body);
}
http_request channel_posts(std::string_view channel_id, int page) {
  return get(path("/channels/", channel_id, "/posts?per_page=") + std::to_string(posts_per_page) +
             "&page=" + std::to_string(page));
}

http_request upload_file(std::string_view channel_id, std::string_view name,
                         std::string_view bytes) {
  return send_form("/files", {{"channel_id", {}, {}, channel_id},
                              {"files", std::string(name), "application/octet-stream", bytes}});
}
http_request begin_upload(std::string_view channel_id, std::string_view name, std::int64_t size) {
  return send("POST", "/uploads",
              {{"channel_id", channel_id}, {"filename", name}, {"file_size", size}});
}
http_request upload_piece(std::string_view upload_id, std::string bytes) {
  return {"POST", base + path("/uploads/", upload_id), std::move(bytes),
          "application/octet-stream"};
}
http_request upload_state(std::string_view upload_id) {
  return get(path("/uploads/", upload_id));
}

http_request add_reaction(const reaction& item, std::string_view user_id,
                          std::string_view post_id) {
  return send("POST", "/reactions",
              {{"user_id", user_id},
               {"post_id", post_id},
               {"emoji_name", item.emoji_name},
               {"create_at", item.create_at}});
}

}  // namespace crossdock::mattermost::rest
