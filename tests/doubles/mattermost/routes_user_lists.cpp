#include <algorithm>
#include <utility>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/operations.hpp"
#include "tests/doubles/mattermost/shapes.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

json::object seen_by(const call& one, const user& who) {
  return to_json(who, user_view::others, one.is_admin());
}

http_response by_name(call& one) {
  const auto* who = one.db.user_by_name(lower_case(one.arguments.at(0)));
  if (!who) throw api_error("app.user.get_by_username.app_error");
  return json_response(200, seen_by(one, *who));
}

http_response by_email(call& one) {
  const auto* who = one.db.user_by_email(lower_case(one.arguments.at(0)));
  if (!who) throw api_error("app.user.missing_account.const");
  return json_response(200, seen_by(one, *who));
}

http_response by_names(call& one) {
  json::array list;
  for (const auto& name : texts_of(one.body_array("usernames"))) {
    if (const auto* who = one.db.user_by_name(name)) list.push_back(seen_by(one, *who));
  }
  return json_response(200, list);
}

http_response by_ids(call& one) {
  json::array list;
  for (const auto& id : texts_of(one.body_array("user_ids"))) {
    if (const auto* who = find_in(one.db.users, id)) list.push_back(seen_by(one, *who));
  }
  return json_response(200, list);
}

bool is_wanted(const call& one, const user& who) {
  const auto& target = one.target;
  const auto team_id = target.parameter("in_team");
  const auto channel_id = target.parameter("in_channel");
  if (!team_id.empty() && !one.db.team_member(team_id, who.id)) return false;
  if (!channel_id.empty() && !one.db.channel_member(channel_id, who.id)) return false;
  if (target.is_true("active") && who.delete_at != 0) return false;
  return !target.is_true("inactive") || who.delete_at != 0;
}

json::array page_of(const call& one, std::vector<const user*> found) {
  std::ranges::sort(found, {}, &user::username);
  json::array list;
  const auto first = one.page() * one.per_page();
  for (auto i = first; i < std::min(found.size(), first + one.per_page()); ++i) {
    list.push_back(seen_by(one, *found[i]));
  }
  return list;
}

http_response list_users(call& one) {
  std::vector<const user*> found;
  for (const auto& [id, who] : one.db.users) {
    if (is_wanted(one, who)) found.push_back(&who);
  }
  return json_response(200, page_of(one, std::move(found)));
}

http_response search_users(call& one) {
  const auto body = one.body_object("term");
  auto term = lower_case(text_in(body, "term"));
  if (term.empty()) refuse_body("term");
  if (term.starts_with('@')) term.erase(0, 1);
  const auto team_id = text_in(body, "team_id");
  std::vector<const user*> found;
  for (const auto& [id, who] : one.db.users) {
    if (who.delete_at != 0 && !flag_in(body, "allow_inactive")) continue;
    if (!team_id.empty() && !one.db.team_member(team_id, id)) continue;
    const bool hit = who.username.starts_with(term) || who.email.starts_with(term) ||
                     lower_case(who.nickname).starts_with(term) ||
                     lower_case(who.first_name).starts_with(term) ||
                     lower_case(who.last_name).starts_with(term);
    if (hit) found.push_back(&who);
  }
  return json_response(200, page_of(one, std::move(found)));
}

http_response get_preferences(call& one) {
  const auto id = one.user_argument();
  require_self(one, id);
  const auto* found = find_in(one.db.preferences, id);
  return json_response(200, found ? *found : json::array{});
}

http_response put_preferences(call& one) {
  const auto id = one.user_argument();
  require_self(one, id);
  auto& stored = one.db.preferences[id];
  for (auto& wanted : one.body_array("preferences")) {
    if (!wanted.is_object()) refuse_body("preferences");
    const auto same = std::ranges::find_if(stored, [&](const json::value& old) {
      return text_in(old.as_object(), "category") == text_in(wanted.as_object(), "category") &&
             text_in(old.as_object(), "name") == text_in(wanted.as_object(), "name");
    });
    if (same == stored.end()) {
      stored.push_back(std::move(wanted));
    } else {
      *same = std::move(wanted);
    }
  }
  return ok_response();
}

http_response teams_of_user(call& one) {
  const auto id = one.user_argument();
  require_self(one, id);
  std::vector<const team*> found;
  for (const auto& [team_id, which] : one.db.teams) {
    if (one.db.team_member(team_id, id)) found.push_back(&which);
  }
  std::ranges::sort(found, {}, &team::name);
  json::array list;
  for (const auto* which : found) list.push_back(to_json(*which));
  return json_response(200, list);
}

http_response channels_of_user(call& one) {
  const auto id = one.user_argument();
  require_self(one, id);
  const auto team_id = one.arguments.size() > 1 ? one.arguments[1] : std::string{};
  std::vector<const channel*> found;
  for (const auto& [channel_id, where] : one.db.channels) {
    if (!team_id.empty() && !where.team_id.empty() && where.team_id != team_id) continue;
    if (where.delete_at != 0 && !one.target.is_true("include_deleted")) continue;
    if (one.db.channel_member(channel_id, id)) found.push_back(&where);
  }
  std::ranges::sort(found, {}, &channel::id);
  json::array list;
  for (const auto* where : found) list.push_back(to_json(*where));
  return json_response(200, list);
}

}  // namespace

std::vector<route> user_list_routes() {
  using enum access;
  return {{"GET", "/api/v4/users", session, list_users},
          {"GET", "/api/v4/users/username/{}", session, by_name},
          {"GET", "/api/v4/users/email/{}", session, by_email},
          {"POST", "/api/v4/users/usernames", session, by_names, true},
          {"POST", "/api/v4/users/ids", session, by_ids, true},
          {"POST", "/api/v4/users/search", session, search_users, true},
          {"GET", "/api/v4/users/{}/preferences", session, get_preferences},
          {"PUT", "/api/v4/users/{}/preferences", session, put_preferences},
          {"GET", "/api/v4/users/{}/teams", session, teams_of_user},
          {"GET", "/api/v4/users/{}/channels", session, channels_of_user},
          {"GET", "/api/v4/users/{}/teams/{}/channels", session, channels_of_user}};
}

}  // namespace crossdock::doubles
