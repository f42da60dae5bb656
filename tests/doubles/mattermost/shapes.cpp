#include "tests/doubles/mattermost/shapes.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "tests/doubles/mattermost/rules.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

json::object to_json(const user& who, user_view view, bool show_admin_fields) {
  json::object o{{"id", who.id},
                 {"create_at", who.create_at},
                 {"update_at", who.update_at},
                 {"delete_at", who.delete_at},
                 {"username", who.username},
                 {"auth_data", ""},
                 {"auth_service", show_admin_fields ? who.auth_service : std::string{}},
                 {"email", who.email},
                 {"nickname", who.nickname},
                 {"first_name", who.first_name},
                 {"last_name", who.last_name},
                 {"position", who.position},
                 {"roles", who.roles}};
  if (!who.props.empty()) o["props"] = who.props;
  if (view == user_view::whole) {
    o["notify_props"] = who.notify_props;
    o["last_password_update"] = who.last_password_update;
  }
  o["locale"] = who.locale;
  o["timezone"] = who.timezone;
  o["disable_welcome_email"] = false;
  return o;
}

json::object to_json(const state& db, const bot& which) {
  const auto& account = db.users.at(which.user_id);
  json::object o{{"user_id", which.user_id},
                 {"username", account.username},
                 {"display_name", which.display_name}};
  if (!which.description.empty()) o["description"] = which.description;
  o["owner_id"] = which.owner_id;
  o["create_at"] = which.create_at;
  o["update_at"] = which.update_at;
  o["delete_at"] = which.delete_at;
  return o;
}

json::object to_json(const token& which, bool with_secret) {
  json::object o{{"id", which.id}};
  if (with_secret) o["token"] = which.secret;
  o["user_id"] = which.user_id;
  o["description"] = which.description;
  o["is_active"] = which.is_active;
  return o;
}

json::object to_json(const team& which) {
  return {{"id", which.id},
          {"create_at", which.create_at},
          {"update_at", which.update_at},
          {"delete_at", which.delete_at},
          {"display_name", which.display_name},
          {"name", which.name},
          {"description", which.description},
          {"email", which.email},
          {"type", which.type},
          {"company_name", ""},
          {"allowed_domains", ""},
          {"invite_id", which.invite_id},
          {"allow_open_invite", which.allow_open_invite},
          {"scheme_id", nullptr},
          {"group_constrained", nullptr},
          {"policy_id", nullptr}};
}

namespace {

std::string member_roles(const member& which, std::string_view kind) {
  std::string roles(kind);
  roles += which.guest ? "_guest" : "_user";
  if (which.admin) roles += " " + std::string(kind) + "_admin";
  return roles;
}

}  // namespace

json::object team_member_json(const member& which, const std::string& team_id) {
  return {{"team_id", team_id},
          {"user_id", which.user_id},
          {"roles", member_roles(which, "team")},
          {"delete_at", which.delete_at},
          {"scheme_guest", which.guest},
          {"scheme_user", !which.guest},
          {"scheme_admin", which.admin},
          {"explicit_roles", ""}};
}

json::object to_json(const channel& which) {
  json::value shared = nullptr;
  if (which.is_conversation()) shared = false;
  return {{"id", which.id},
          {"create_at", which.create_at},
          {"update_at", which.update_at},
          {"delete_at", which.delete_at},
          {"team_id", which.team_id},
          {"type", which.type},
          {"display_name", which.display_name},
          {"name", which.name},
          {"header", which.header},
          {"purpose", which.purpose},
          {"last_post_at", which.last_post_at},
          {"total_msg_count", which.total_msg_count},
          {"extra_update_at", 0},
          {"creator_id", which.creator_id},
          {"scheme_id", nullptr},
          {"props", nullptr},
          {"group_constrained", nullptr},
          {"shared", shared},
          {"total_msg_count_root", which.total_msg_count_root},
          {"policy_id", nullptr},
          {"last_root_post_at", which.last_root_post_at}};
}

json::object channel_member_json(const member& which, const std::string& channel_id) {
  return {{"channel_id", channel_id},
          {"user_id", which.user_id},
          {"roles", member_roles(which, "channel")},
          {"last_viewed_at", which.last_viewed_at},
          {"msg_count", which.msg_count},
          {"mention_count", which.mention_count},
          {"mention_count_root", which.mention_count},
          {"msg_count_root", which.msg_count_root},
          {"notify_props",
           {{"desktop", "default"},
            {"email", "default"},
            {"ignore_channel_mentions", "default"},
            {"mark_unread", "all"},
            {"push", "default"}}},
          {"last_update_at", which.last_update_at},
          {"scheme_guest", which.guest},
          {"scheme_user", !which.guest},
          {"scheme_admin", which.admin},
          {"explicit_roles", ""}};
}

json::object to_json(const reaction& which) {
  return {{"user_id", which.user_id},
          {"post_id", which.post_id},
          {"emoji_name", which.emoji_name},
          {"create_at", which.create_at},
          {"update_at", which.update_at},
          {"delete_at", 0},
          {"remote_id", ""}};
}

json::object to_json(const file_info& which) {
  json::object o{{"id", which.id}, {"user_id", which.user_id}};
  if (!which.post_id.empty()) o["post_id"] = which.post_id;
  o["channel_id"] = "";  // never shown, not even of an attached file (observed on 6.7)
  o["create_at"] = which.create_at;
  o["update_at"] = which.create_at;
  o["delete_at"] = 0;
  o["name"] = which.name;
  o["extension"] = which.extension;
  o["size"] = which.content->size();
  o["mime_type"] = which.mime_type;
  if (which.width > 0) {
    o["width"] = which.width;
    o["height"] = which.height;
    o["has_preview_image"] = true;
  }
  o["mini_preview"] = nullptr;
  o["remote_id"] = "";
  return o;
}

json::object to_json(const upload& which) {
  json::object o{{"id", which.id},
                 {"type", which.type},
                 {"create_at", which.create_at},
                 {"user_id", which.user_id}};
  if (!which.channel_id.empty()) o["channel_id"] = which.channel_id;
  o["filename"] = which.filename;
  o["file_size"] = which.file_size;
  o["file_offset"] = which.received.size();
  o["remote_id"] = "";
  o["req_file_id"] = "";
  return o;
}

json::object to_json(const emoji& which) {
  return {{"id", which.id}, {"create_at", which.create_at},   {"update_at", which.update_at},
          {"delete_at", 0}, {"creator_id", which.creator_id}, {"name", which.name}};
}

json::object to_json(const job& which) {
  return {{"id", which.id},
          {"type", which.type},
          {"priority", 0},
          {"create_at", which.create_at},
          {"start_at", which.start_at},
          {"last_activity_at", which.last_activity_at},
          {"status", which.status},
          {"progress", which.progress},
          {"data", which.data}};
}

}  // namespace crossdock::doubles
