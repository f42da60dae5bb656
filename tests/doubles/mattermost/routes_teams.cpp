#include <algorithm>
#include <utility>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/operations.hpp"
#include "tests/doubles/mattermost/shapes.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

http_response create_team(call& one) {
  const auto body = one.body_object("team");
  if (!text_in(body, "id").empty()) throw api_error("app.team.save.existing.app_error");
  team made;
  made.name = text_in(body, "name");
  made.display_name = text_in(body, "display_name");
  made.description = text_in(body, "description");
  made.email = one.actor->email;
  made.type = text_in(body, "type");
  made.allow_open_invite = flag_in(body, "allow_open_invite");
  if (rune_count(made.display_name) < 1 || rune_count(made.display_name) > 64) {
    throw api_error("model.team.is_valid.name.app_error");
  }
  check_team_name(made.name);
  if (one.db.team_by_name(made.name)) throw api_error("app.team.save.existing.app_error");
  const auto& stored = one.db.add_team(std::move(made));
  one.db.join_team(stored.id, one.actor->id, true);
  return json_response(201, to_json(stored));
}

http_response list_teams(call& one) {
  std::vector<const team*> found;
  for (const auto& [id, which] : one.db.teams) {
    if (one.is_admin() || which.allow_open_invite || one.db.team_member(id, one.actor->id)) {
      found.push_back(&which);
    }
  }
  std::ranges::sort(found, {}, &team::display_name);
  json::array list;
  for (const auto* which : found) list.push_back(to_json(*which));
  return json_response(200, list);
}

team& team_argument(const call& one) {
  return existing_team(one.db, one.id_argument(0, "team_id"));
}

http_response get_team(call& one) {
  return json_response(200, to_json(team_argument(one)));
}

http_response team_by_name(call& one) {
  const auto* found = one.db.team_by_name(one.arguments.at(0));
  if (!found) throw api_error("app.team.get_by_name.missing.app_error");
  return json_response(200, to_json(*found));
}

http_response team_exists(call& one) {
  const bool exists = one.db.team_by_name(one.arguments.at(0)) != nullptr;
  return json_response(200, json::object{{"exists", exists}});
}

/// Throws the error that a refused member gets.
member& join(call& one, const team& where, const json::object& wanted) {
  if (text_in(wanted, "team_id") != where.id) refuse_body("team_id");
  const auto user_id = text_in(wanted, "user_id");
  if (!is_id(user_id)) refuse_body("user_id");
  existing_user(one.db, user_id);
  if (user_id != one.actor->id && !one.is_admin()) refuse_permission();
  check_team_has_room(one, where.id, user_id);
  return one.db.join_team(where.id, user_id);
}

http_response add_member(call& one) {
  const auto& where = team_argument(one);
  const auto& made = join(one, where, one.body_object("team_id"));
  return json_response(201, team_member_json(made, where.id));
}

json::value error_in_list(const api_error& refused) {
  return json::object{{"id", refused.id()},
                      {"message", refused.what()},
                      {"detailed_error", refused.detail()},
                      {"status_code", refused.status()}};
}

http_response add_members(call& one) {
  const auto& where = team_argument(one);
  const bool graceful = one.target.is_true("graceful");
  const auto wanted = one.body_array("user_ids");
  if (wanted.empty()) refuse_body("user_ids");
  if (wanted.size() > max_team_batch) {
    throw api_error("api.team.add_members.too_many.app_error", {},
                    "at most " + std::to_string(max_team_batch));
  }
  json::array list;
  for (const auto& item : wanted) {
    if (!item.is_object()) refuse_body("user_ids");
    try {
      auto made = team_member_json(join(one, where, item.as_object()), where.id);
      if (graceful) {
        made = json::object{{"user_id", text_in(item.as_object(), "user_id")},
                            {"member", std::move(made)},
                            {"error", nullptr}};
      }
      list.push_back(std::move(made));
    } catch (const api_error& refused) {
      if (!graceful) throw;
      list.push_back(json::object{{"user_id", text_in(item.as_object(), "user_id")},
                                  {"member", nullptr},
                                  {"error", error_in_list(refused)}});
    }
  }
  return json_response(201, list);
}

http_response list_members(call& one) {
  const auto& where = team_argument(one);
  json::array list;
  const auto first = one.page() * one.per_page();
  std::size_t index = 0;
  for (const auto& [user_id, who] : one.db.team_members[where.id]) {
    if (who.delete_at != 0) continue;
    if (index >= first && index < first + one.per_page()) {
      list.push_back(team_member_json(who, where.id));
    }
    ++index;
  }
  return json_response(200, list);
}

http_response members_by_ids(call& one) {
  const auto& where = team_argument(one);
  json::array list;
  for (const auto& id : texts_of(one.body_array("user_ids"))) {
    if (const auto* who = one.db.team_member(where.id, id)) {
      list.push_back(team_member_json(*who, where.id));
    }
  }
  return json_response(200, list);
}

member& member_argument(call& one, const team& where) {
  auto* who = one.db.team_member(where.id, one.user_argument(1));
  if (!who) throw api_error("app.team.get_member.missing.app_error");
  return *who;
}

http_response get_member(call& one) {
  const auto& where = team_argument(one);
  return json_response(200, team_member_json(member_argument(one, where), where.id));
}

http_response remove_member(call& one) {
  const auto& where = team_argument(one);
  const auto id = member_argument(one, where).user_id;
  require_self(one, id);
  one.db.leave_team(where.id, id);
  return ok_response();
}

http_response change_member_roles(call& one) {
  auto& who = member_argument(one, team_argument(one));
  const auto roles = text_in(one.body_object("roles"), "roles");
  who.admin = roles.find("team_admin") != std::string::npos;
  return ok_response();
}

}  // namespace

std::vector<route> team_routes() {
  using enum access;
  return {{"POST", "/api/v4/teams", session, create_team},
          {"GET", "/api/v4/teams", session, list_teams},
          {"GET", "/api/v4/teams/{}", session, get_team},
          {"GET", "/api/v4/teams/name/{}", session, team_by_name},
          {"GET", "/api/v4/teams/name/{}/exists", session, team_exists},
          {"POST", "/api/v4/teams/{}/members", session, add_member},
          {"POST", "/api/v4/teams/{}/members/batch", admin, add_members},
          {"GET", "/api/v4/teams/{}/members", session, list_members},
          {"POST", "/api/v4/teams/{}/members/ids", session, members_by_ids, true},
          {"GET", "/api/v4/teams/{}/members/{}", session, get_member},
          {"DELETE", "/api/v4/teams/{}/members/{}", session, remove_member},
          {"PUT", "/api/v4/teams/{}/members/{}/roles", admin, change_member_roles}};
}

}  // namespace crossdock::doubles
