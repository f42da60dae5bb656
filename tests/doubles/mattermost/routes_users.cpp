#include <algorithm>
#include <utility>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/media.hpp"
#include "tests/doubles/mattermost/operations.hpp"
#include "tests/doubles/mattermost/shapes.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

user requested_user(const json::object& body) {
  user wanted;
  wanted.username = lower_case(text_in(body, "username"));
  wanted.email = lower_case(text_in(body, "email"));
  wanted.nickname = text_in(body, "nickname");
  wanted.first_name = text_in(body, "first_name");
  wanted.last_name = text_in(body, "last_name");
  wanted.position = text_in(body, "position");
  wanted.locale = text_in(body, "locale");
  wanted.password = text_in(body, "password");
  wanted.props = object_in(body, "props");
  wanted.timezone = object_in(body, "timezone");
  wanted.notify_props = object_in(body, "notify_props");
  set_user_defaults(wanted);
  return wanted;
}

void check_sign_up(const call& one, bool first) {
  const auto& config = one.config();
  if (one.is_admin()) return;
  if (!config.enable_user_creation) {
    throw api_error("api.user.create_user.signup_email_disabled.app_error");
  }
  if (!first && !config.enable_open_server) throw api_error("api.user.create_user.no_open_server");
}

void check_active_users(const call& one) {
  const auto limit = one.rules.max_active_users;
  if (limit == 0) return;
  const auto active = std::ranges::count_if(
      one.db.users, [](const auto& entry) { return entry.second.delete_at == 0; });
  if (static_cast<std::size_t>(active) >= limit) {
    throw api_error("api.user.create_user.user_limits.exceeded");
  }
}

http_response create_user(call& one) {
  const auto body = one.body_object("user");
  const bool first = one.db.users.empty();
  check_sign_up(one, first);
  if (!text_in(body, "id").empty()) throw api_error("app.user.save.existing.app_error");
  auto wanted = requested_user(body);
  if (one.is_admin()) {
    // Whoever signs up cannot say that another service vouches for him.
    wanted.auth_service = text_in(body, "auth_service");
    const auto data = text_in(body, "auth_data");
    if (!data.empty()) wanted.auth_data = data;
  }
  if (one.is_admin() && one.rules.keeps_user_delete_at) {
    wanted.delete_at = number_in(body, "delete_at");
  }
  if (wanted.auth_service.empty()) {
    check_password(wanted.password, one.config().min_password, one.rules.max_password);
  } else if (!wanted.password.empty()) {
    throw api_error("model.user.is_valid.auth_data_pwd.app_error");
  }
  check_user(wanted);
  const auto& domain = one.config().restrict_creation_to_domains;
  if (!domain.empty() && !wanted.email.ends_with("@" + domain)) {
    throw api_error("api.user.create_user.accepted_domain.app_error");
  }
  check_active_users(one);
  check_user_is_new(one.db, wanted);
  if (first) wanted.roles = "system_admin system_user";
  return json_response(201, to_json(one.db.add_user(std::move(wanted)), user_view::whole, true));
}

http_response log_in(call& one) {
  const auto body = one.body_object("user");
  const auto name = lower_case(text_in(body, "login_id"));
  auto* who = one.db.user_by_name(name);
  if (!who) who = one.db.user_by_email(name);
  if (!who || !who->auth_service.empty() || who->delete_at != 0 || who->password.empty() ||
      who->password != text_in(body, "password")) {
    throw api_error("api.user.login.invalid_credentials_email_username");
  }
  auto response = json_response(200, to_json(*who, user_view::whole, true));
  response.headers.emplace_back("Token", one.db.add_token(who->id, "", true).secret);
  return response;
}

http_response log_out(call& one) {
  if (one.request.authorization.size() > 7) {
    const auto* session = find_in(one.db.tokens, one.request.authorization.substr(7));
    if (session && session->is_session) one.db.tokens.erase(session->secret);
  }
  return ok_response();
}

http_response get_user(call& one) {
  const auto id = one.user_argument();
  const auto& who = existing_user(one.db, id);
  const bool self = one.actor->id == id;
  auto response = json_response(
      200, to_json(who, self ? user_view::whole : user_view::others, self || one.is_admin()));
  response.headers.emplace_back("ETag", one.options.server_version + "." + id + "." +
                                            std::to_string(who.update_at) + "..0.true.true.0");
  return response;
}

http_response patch_user(call& one) {
  const auto id = one.user_argument();
  require_self(one, id);
  const auto body = one.body_object("user");
  auto& who = existing_user(one.db, id);
  auto changed = who;
  const auto take = [&](const char* key, std::string& field) {
    if (body.contains(key)) field = text_in(body, key);
  };
  take("username", changed.username);
  take("email", changed.email);
  take("nickname", changed.nickname);
  take("first_name", changed.first_name);
  take("last_name", changed.last_name);
  take("position", changed.position);
  take("locale", changed.locale);
  changed.username = lower_case(changed.username);
  changed.email = lower_case(changed.email);
  if (body.contains("props")) changed.props = object_in(body, "props");
  if (body.contains("notify_props")) changed.notify_props = object_in(body, "notify_props");
  if (body.contains("timezone")) changed.timezone = object_in(body, "timezone");
  check_user(changed);
  const auto* same_name = one.db.user_by_name(changed.username);
  if (same_name && same_name != &who) throw api_error("app.user.save.username_exists.app_error");
  const auto* same_email = one.db.user_by_email(changed.email);
  if (same_email && same_email != &who) throw api_error("app.user.save.email_exists.app_error");
  const auto name = std::exchange(changed.username, who.username);
  const auto email = std::exchange(changed.email, who.email);
  who = std::move(changed);
  one.db.rename_user(who, name);
  one.db.change_email(who, email);
  who.update_at = one.db.now;
  return json_response(200, to_json(who, user_view::whole, true));
}

void set_active(state& db, user& who, bool active) {
  who.delete_at = active ? 0 : db.now;
  who.update_at = db.now;
  if (auto* as_bot = find_in(db.bots, who.id)) as_bot->delete_at = who.delete_at;
}

http_response change_active(call& one) {
  auto& who = existing_user(one.db, one.user_argument());
  const auto body = one.body_object("active");
  if (!body.contains("active") || !body.at("active").is_bool()) refuse_body("active");
  require_self(one, who.id);
  set_active(one.db, who, flag_in(body, "active"));
  return ok_response();
}

http_response delete_user(call& one) {
  const auto id = one.user_argument();
  require_self(one, id);
  auto& who = existing_user(one.db, id);
  if (one.target.is_true("permanent")) {
    if (!one.is_admin()) refuse_permission();
    one.db.erase_user(id);
  } else {
    set_active(one.db, who, false);
  }
  return ok_response();
}

http_response change_roles(call& one) {
  auto& who = existing_user(one.db, one.user_argument());
  const auto body = one.body_object("roles");
  if (!body.contains("roles")) refuse_body("roles");
  who.roles = text_in(body, "roles");
  who.update_at = one.db.now;
  return ok_response();
}

http_response change_auth(call& one) {
  auto& who = existing_user(one.db, one.user_argument());
  const auto body = one.body_object("user");
  const auto service = text_in(body, "auth_service");
  const auto data = text_in(body, "auth_data");
  if (service.empty() || data.empty()) {
    throw api_error("api.user.update_user_auth.invalid_request");
  }
  if (who.auth_data != data && one.db.auth_data_taken(data)) {
    throw api_error("app.user.save.app_error");
  }
  one.db.change_auth(who, service, data);
  who.password.clear();
  who.update_at = one.db.now;
  return json_response(200, json::object{{"auth_data", data}, {"auth_service", service}});
}

http_response change_status(call& one) {
  const auto id = one.user_argument();
  require_self(one, id);
  auto& who = existing_user(one.db, id);
  who.status = text_in(one.body_object("status"), "status");
  return json_response(200, json::object{{"user_id", id},
                                         {"status", who.status},
                                         {"manual", true},
                                         {"last_activity_at", one.db.now},
                                         {"dnd_end_time", 0}});
}

http_response set_image(call& one) {
  const auto id = one.user_argument();
  require_self(one, id);
  auto& who = existing_user(one.db, id);
  const auto parts = parse_form(one.request.content_type, one.request.body);
  const auto* image = find_part(parts, "image");
  if (!image) refuse_body("image");
  if (!read_image(image->content)) {
    throw api_error("api.user.upload_profile_user.check_image_limits.app_error");
  }
  who.image = std::make_shared<const std::string>(image->content);
  who.update_at = one.db.now;
  return ok_response();
}

http_response get_image(call& one) {
  const auto& who = existing_user(one.db, one.user_argument());
  http_response response;
  response.content_type = "image/png";
  // The generated avatar of those without one: its bytes do not matter.
  response.body = who.image ? *who.image : std::string("\x89PNG\r\n\x1a\n");
  return response;
}

http_response remove_image(call& one) {
  const auto id = one.user_argument();
  require_self(one, id);
  existing_user(one.db, id).image.reset();
  return ok_response();
}

http_response create_token(call& one) {
  if (!one.config().enable_user_access_tokens) throw api_error("app.user_access_token.disabled");
  const auto id = one.user_argument();
  require_self(one, id);
  existing_user(one.db, id);
  const auto description = text_in(one.body_object("description"), "description");
  if (description.empty()) refuse_body("description");
  return json_response(200, to_json(one.db.add_token(id, description, false), true));
}

http_response list_tokens(call& one) {
  const auto id = one.user_argument();
  require_self(one, id);
  std::vector<const token*> found;
  for (const auto& [secret, entry] : one.db.tokens) {
    if (entry.user_id == id && !entry.is_session) found.push_back(&entry);
  }
  std::ranges::sort(found, {}, &token::id);
  json::array list;
  for (const auto* entry : found) list.push_back(to_json(*entry, false));
  return json_response(200, list);
}

http_response revoke_token(call& one) {
  const auto id = text_in(one.body_object("token_id"), "token_id");
  if (!is_id(id)) refuse_body("token_id");
  const auto found =
      std::ranges::find_if(one.db.tokens, [&](const auto& entry) { return entry.second.id == id; });
  if (found == one.db.tokens.end()) {
    throw api_error("app.user_access_token.get_by_token.app_error");
  }
  require_self(one, found->second.user_id);
  one.db.tokens.erase(found);
  return ok_response();
}

}  // namespace

std::vector<route> user_routes() {
  using enum access;
  return {{"POST", "/api/v4/users", open, create_user},
          {"POST", "/api/v4/users/login", open, log_in},
          {"POST", "/api/v4/users/logout", open, log_out},
          {"GET", "/api/v4/users/{}", session, get_user},
          {"PUT", "/api/v4/users/{}", session, patch_user},
          {"PUT", "/api/v4/users/{}/patch", session, patch_user},
          {"PUT", "/api/v4/users/{}/active", session, change_active},
          {"DELETE", "/api/v4/users/{}", session, delete_user},
          {"PUT", "/api/v4/users/{}/roles", admin, change_roles},
          {"PUT", "/api/v4/users/{}/auth", admin, change_auth},
          {"PUT", "/api/v4/users/{}/status", session, change_status},
          {"POST", "/api/v4/users/{}/image", session, set_image},
          {"GET", "/api/v4/users/{}/image", session, get_image},
          {"DELETE", "/api/v4/users/{}/image", session, remove_image},
          {"POST", "/api/v4/users/{}/tokens", session, create_token},
          {"GET", "/api/v4/users/{}/tokens", session, list_tokens},
          {"POST", "/api/v4/users/tokens/revoke", session, revoke_token}};
}

}  // namespace crossdock::doubles
