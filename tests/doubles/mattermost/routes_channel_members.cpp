#include <algorithm>
#include <utility>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/operations.hpp"
#include "tests/doubles/mattermost/shapes.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

channel& channel_argument(const call& one) {
  auto& where = existing_channel(one.db, one.id_argument(0, "channel_id"));
  require_channel(one, where);
  return where;
}

member& join(call& one, channel& where, const std::string& user_id) {
  if (!is_id(user_id)) refuse_body("user_id");
  const auto& who = existing_user(one.db, user_id);
  if (who.delete_at != 0 && !one.rules.deactivated_members) {
    throw api_error("app.channel.add_member.deleted_user.app_error");
  }
  if (!one.db.team_member(where.team_id, user_id)) {
    throw api_error("app.team.get_member.missing.app_error");
  }
  return add_to_channel(one, where, user_id);
}

http_response add_members(call& one) {
  auto& where = channel_argument(one);
  if (where.is_conversation()) refuse_permission();
  const auto body = one.body_object("channel_member");
  if (!body.contains("user_ids")) {
    return json_response(201,
                         channel_member_json(join(one, where, text_in(body, "user_id")), where.id));
  }
  const auto ids = texts_in(body, "user_ids");
  if (ids.empty() || ids.size() > max_channel_batch) refuse_body("user_ids");
  json::array list;
  for (const auto& id : ids) list.push_back(channel_member_json(join(one, where, id), where.id));
  return json_response(201, list);
}

http_response list_members(call& one) {
  const auto& where = channel_argument(one);
  json::array list;
  const auto first = one.page() * one.per_page();
  std::size_t index = 0;
  for (const auto& [id, who] : one.db.channel_members[where.id]) {
    if (index >= first && index < first + one.per_page()) {
      list.push_back(channel_member_json(who, where.id));
    }
    ++index;
  }
  return json_response(200, list);
}

http_response members_by_ids(call& one) {
  const auto& where = channel_argument(one);
  json::array list;
  for (const auto& id : texts_of(one.body_array("user_ids"))) {
    if (const auto* who = one.db.channel_member(where.id, id)) {
      list.push_back(channel_member_json(*who, where.id));
    }
  }
  return json_response(200, list);
}

member& member_argument(call& one, const channel& where) {
  auto* who = one.db.channel_member(where.id, one.user_argument(1));
  if (!who) throw api_error("app.channel.get_member.missing.app_error");
  return *who;
}

http_response get_member(call& one) {
  const auto& where = channel_argument(one);
  return json_response(200, channel_member_json(member_argument(one, where), where.id));
}

http_response remove_member(call& one) {
  const auto& where = channel_argument(one);
  const auto id = member_argument(one, where).user_id;
  one.db.channel_members[where.id].erase(id);
  const auto& name = one.db.users.at(id).username;
  if (id == one.actor->id) {
    one.db.add_system_post(where.id, id, "system_leave_channel", name + " left the channel.",
                           {{"username", name}});
  } else {
    one.db.add_system_post(where.id, one.actor->id, "system_remove_from_channel",
                           name + " removed from the channel.",
                           {{"removedUserId", id}, {"removedUsername", name}});
  }
  return ok_response();
}

http_response change_member_roles(call& one) {
  auto& who = member_argument(one, channel_argument(one));
  const auto roles = text_in(one.body_object("roles"), "roles");
  who.admin = roles.find("channel_admin") != std::string::npos;
  who.last_update_at = one.db.now;
  return ok_response();
}

http_response view_channel(call& one) {
  const auto user_id = one.user_argument();
  require_self(one, user_id);
  const auto channel_id = text_in(one.body_object("channel_view"), "channel_id");
  json::object times;
  if (auto* where = find_in(one.db.channels, channel_id)) {
    times[channel_id] = where->last_post_at;
    if (auto* who = one.db.channel_member(channel_id, user_id)) {
      who->last_viewed_at = std::max(where->last_post_at, one.db.now);
      who->msg_count = where->total_msg_count;
      who->msg_count_root = where->total_msg_count_root;
      who->mention_count = 0;
    }
  }
  return json_response(200, json::object{{"status", "OK"}, {"last_viewed_at_times", times}});
}

http_response channel_stats(call& one) {
  const auto& where = channel_argument(one);
  std::size_t pinned = 0;
  for (const auto& [at, id] : one.db.posts_of[where.id]) {
    const auto& which = one.db.posts.at(id);
    pinned += which.is_pinned && which.delete_at == 0 ? 1U : 0U;
  }
  return json_response(200, json::object{{"channel_id", where.id},
                                         {"member_count", one.db.channel_members[where.id].size()},
                                         {"guest_count", 0},
                                         {"pinnedpost_count", pinned}});
}

}  // namespace

std::vector<route> channel_member_routes() {
  using enum access;
  return {{"POST", "/api/v4/channels/{}/members", session, add_members},
          {"GET", "/api/v4/channels/{}/members", session, list_members},
          {"POST", "/api/v4/channels/{}/members/ids", session, members_by_ids, true},
          {"GET", "/api/v4/channels/{}/members/{}", session, get_member},
          {"DELETE", "/api/v4/channels/{}/members/{}", session, remove_member},
          {"PUT", "/api/v4/channels/{}/members/{}/roles", session, change_member_roles},
          {"POST", "/api/v4/channels/members/{}/view", session, view_channel},
          {"GET", "/api/v4/channels/{}/stats", session, channel_stats}};
}

}  // namespace crossdock::doubles
