#include <algorithm>
#include <set>
#include <utility>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/operations.hpp"
#include "tests/doubles/mattermost/shapes.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

channel requested_channel(const call& one, const json::object& body) {
  channel wanted;
  wanted.team_id = text_in(body, "team_id");
  wanted.name = text_in(body, "name");
  wanted.display_name = text_in(body, "display_name");
  wanted.type = text_in(body, "type");
  wanted.header = text_in(body, "header");
  wanted.purpose = text_in(body, "purpose");
  // Kept as given, unlike create_at and creator_id (observed on 6.7).
  wanted.last_post_at = number_in(body, "last_post_at");
  wanted.total_msg_count = number_in(body, "total_msg_count");
  wanted.creator_id = one.actor->id;
  return wanted;
}

void check_new_channel(const call& one, const channel& wanted, const json::object& body) {
  if (wanted.type == "D" || wanted.type == "G") {
    throw api_error("api.channel.create_channel.direct_channel.app_error");
  }
  if (wanted.team_id.empty()) {
    if (one.rules.channel_needs_all) refuse_body("team_id");
    refuse_permission();
  }
  if (one.rules.channel_needs_all && wanted.display_name.empty()) refuse_body("display_name");
  if (!find_in(one.db.teams, wanted.team_id)) {
    throw api_error("app.channel.get_channels.not_found.app_error");
  }
  if (!one.is_admin() && !one.db.team_member(wanted.team_id, one.actor->id)) refuse_permission();
  const auto limit = one.config().max_channels_per_team;
  if (one.db.count_channels(wanted.team_id) >= limit) {
    throw api_error("api.channel.create_channel.max_channel_limit.app_error",
                    std::to_string(limit));
  }
  if (number_in(body, "delete_at") != 0) {
    throw api_error("store.sql_channel.save.archived_channel.app_error");
  }
  if (wanted.type != "O" && wanted.type != "P") {
    throw api_error("model.channel.is_valid.type.app_error");
  }
  check_channel(wanted.display_name, wanted.name, wanted.header, wanted.purpose);
  if (one.db.channel_by_name(wanted.team_id, wanted.name)) {
    throw api_error("store.sql_channel.save_channel.exists.app_error");
  }
}

http_response create_channel(call& one) {
  const auto body = one.body_object("channel");
  auto wanted = requested_channel(one, body);
  check_new_channel(one, wanted, body);
  auto& made = one.db.add_channel(std::move(wanted));
  if (one.rules.keeps_channel_create_at && number_in(body, "create_at") > 0) {
    made.create_at = made.update_at = number_in(body, "create_at");
  }
  const auto answer = to_json(made);  // as it was before the message about joining
  one.db.join_channel(made.id, one.actor->id, true);
  one.db.add_system_post(made.id, one.actor->id, "system_join_channel",
                         one.actor->username + " joined the channel.",
                         {{"username", one.actor->username}});
  return json_response(201, answer);
}

http_response create_direct(call& one) {
  const auto ids = texts_of(one.body_array("user_ids"));
  if (ids.size() != 2 || !is_id(ids[0]) || !is_id(ids[1])) refuse_body("user_ids");
  if (!one.is_admin() && one.actor->id != ids[0] && one.actor->id != ids[1]) refuse_permission();
  for (const auto& id : ids) {
    if (!find_in(one.db.users, id)) {
      throw api_error("api.channel.create_direct_channel.invalid_user.app_error");
    }
  }
  return json_response(201, to_json(one.db.direct_channel(ids[0], ids[1])));
}

http_response create_group(call& one) {
  const auto ids = texts_of(one.body_array("user_ids"));
  std::set<std::string> members(ids.begin(), ids.end());
  members.insert(one.actor->id);  // whoever asks is in it, an administrator, too
  if (members.size() < 3 || members.size() > 8) {
    throw api_error("api.channel.create_group.bad_size.app_error");
  }
  for (const auto& id : members) {
    if (!find_in(one.db.users, id)) {
      throw api_error("api.channel.create_group.bad_user.app_error");
    }
  }
  return json_response(
      201, to_json(one.db.group_channel(std::vector<std::string>(members.begin(), members.end()))));
}

channel& channel_argument(const call& one) {
  return existing_channel(one.db, one.id_argument(0, "channel_id"));
}

http_response get_channel(call& one) {
  const auto& where = channel_argument(one);
  if (where.type != "O") require_channel(one, where);
  return json_response(200, to_json(where));
}

http_response channel_by_name(call& one) {
  const auto team_id = one.id_argument(0, "team_id");
  const auto* found = one.db.channel_by_name(team_id, lower_case(one.arguments.at(1)));
  if (!found || (found->delete_at != 0 && !one.target.is_true("include_deleted"))) {
    throw api_error("app.channel.get_by_name.missing.app_error");
  }
  if (found->type != "O") require_channel(one, *found);
  return json_response(200, to_json(*found));
}

http_response channels_in_team(call& one, bool (*wanted)(const channel&)) {
  const auto team_id = one.id_argument(0, "team_id");
  existing_team(one.db, team_id);
  std::vector<const channel*> found;
  for (const auto* where : one.db.channels_of(team_id)) {
    if (wanted(*where) && (where->type == "O" || can_see(one, *where))) found.push_back(where);
  }
  json::array list;
  const auto first = one.page() * one.per_page();
  for (auto i = first; i < std::min(found.size(), first + one.per_page()); ++i) {
    list.push_back(to_json(*found[i]));
  }
  return json_response(200, list);
}

http_response public_channels(call& one) {
  return channels_in_team(
      one, [](const channel& where) { return where.type == "O" && where.delete_at == 0; });
}

http_response private_channels(call& one) {
  return channels_in_team(
      one, [](const channel& where) { return where.type == "P" && where.delete_at == 0; });
}

http_response deleted_channels(call& one) {
  return channels_in_team(one, [](const channel& where) { return where.delete_at != 0; });
}

http_response all_channels(call& one) {
  json::array list;
  std::vector<const channel*> found;
  for (const auto& [id, where] : one.db.channels) {
    if (where.is_conversation()) continue;
    if (where.delete_at == 0 || one.target.is_true("include_deleted")) found.push_back(&where);
  }
  std::ranges::sort(found, {}, &channel::display_name);
  const auto first = one.page() * one.per_page();
  for (auto i = first; i < std::min(found.size(), first + one.per_page()); ++i) {
    list.push_back(to_json(*found[i]));
  }
  return json_response(200, list);
}

void say_changed(call& one, const channel& where, const std::string& what,
                 const std::string& before, const std::string& after) {
  if (before == after) return;
  const auto& name = one.actor->username;
  one.db.add_system_post(
      where.id, one.actor->id, "system_" + what + "_change",
      name + " updated the channel " + what + " from: " + before + " to: " + after,
      {{"new_" + what, after}, {"old_" + what, before}, {"username", name}});
}

http_response patch_channel(call& one) {
  auto& where = channel_argument(one);
  require_channel(one, where);
  const auto body = one.body_object("channel");
  const auto before = where;
  auto changed = where;
  const auto take = [&](const char* key, std::string& field) {
    if (body.contains(key)) field = text_in(body, key);
  };
  take("name", changed.name);
  take("display_name", changed.display_name);
  take("header", changed.header);
  take("purpose", changed.purpose);
  if (!where.is_conversation()) {
    check_channel(changed.display_name, changed.name, changed.header, changed.purpose);
  }
  const auto* same = one.db.channel_by_name(where.team_id, changed.name);
  if (same && same != &where) throw api_error("store.sql_channel.save_channel.exists.app_error");
  where.display_name = changed.display_name;
  where.header = changed.header;
  where.purpose = changed.purpose;
  if (changed.name != where.name) one.db.rename_channel(where, changed.name);
  where.update_at = one.db.now;
  say_changed(one, where, "displayname", before.display_name, where.display_name);
  say_changed(one, where, "header", before.header, where.header);
  say_changed(one, where, "purpose", before.purpose, where.purpose);
  return json_response(200, to_json(where));
}

http_response change_privacy(call& one) {
  auto& where = channel_argument(one);
  require_channel(one, where);
  const auto privacy = text_in(one.body_object("privacy"), "privacy");
  if (privacy != "O" && privacy != "P") refuse_body("privacy");
  if (where.name == "town-square" && privacy == "P") {
    throw api_error("api.channel.update_channel_privacy.default_channel_error");
  }
  where.type = privacy;
  where.update_at = one.db.now;
  return json_response(200, to_json(where));
}

http_response delete_channel(call& one) {
  auto& where = channel_argument(one);
  require_channel(one, where);
  if (one.target.is_true("permanent")) {
    if (!one.is_admin()) refuse_permission();
    one.db.erase_channel(std::string(where.id));
  } else {
    archive_channel(one, where);
  }
  return ok_response();
}

http_response restore_channel(call& one) {
  auto& where = channel_argument(one);
  require_channel(one, where);
  unarchive_channel(where);
  const auto answer = to_json(where);
  one.db.add_system_post(where.id, one.actor->id, "system_channel_restored",
                         one.actor->username + " unarchived the channel.",
                         {{"username", one.actor->username}});
  return json_response(200, answer);
}

}  // namespace

std::vector<route> channel_routes() {
  using enum access;
  return {{"POST", "/api/v4/channels", session, create_channel},
          {"GET", "/api/v4/channels", admin, all_channels},
          {"POST", "/api/v4/channels/direct", session, create_direct},
          {"POST", "/api/v4/channels/group", session, create_group},
          {"GET", "/api/v4/channels/{}", session, get_channel},
          {"PUT", "/api/v4/channels/{}", session, patch_channel},
          {"PUT", "/api/v4/channels/{}/patch", session, patch_channel},
          {"PUT", "/api/v4/channels/{}/privacy", session, change_privacy},
          {"DELETE", "/api/v4/channels/{}", session, delete_channel},
          {"POST", "/api/v4/channels/{}/restore", session, restore_channel},
          {"GET", "/api/v4/teams/{}/channels", session, public_channels},
          {"GET", "/api/v4/teams/{}/channels/private", session, private_channels},
          {"GET", "/api/v4/teams/{}/channels/deleted", session, deleted_channels},
          {"GET", "/api/v4/teams/{}/channels/name/{}", session, channel_by_name}};
}

}  // namespace crossdock::doubles
