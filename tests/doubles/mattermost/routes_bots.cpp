#include <algorithm>
#include <utility>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/operations.hpp"
#include "tests/doubles/mattermost/shapes.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

bot& existing_bot(call& one) {
  auto* found = find_in(one.db.bots, one.id_argument(0, "bot_user_id"));
  if (!found) throw api_error("store.sql_bot.get.missing.app_error");
  return *found;
}

http_response create_bot(call& one) {
  const auto body = one.body_object("bot");
  user account;
  account.username = lower_case(text_in(body, "username"));
  account.email = account.username + "@localhost";
  set_user_defaults(account);
  check_username(account.username);
  check_user_is_new(one.db, account);
  bot made;
  made.display_name = text_in(body, "display_name");
  made.description = text_in(body, "description");
  made.owner_id = one.actor->id;
  made.create_at = made.update_at = one.db.now;
  made.user_id = one.db.add_user(std::move(account)).id;
  const auto id = made.user_id;
  return json_response(201,
                       to_json(one.db, one.db.bots.emplace(id, std::move(made)).first->second));
}

http_response get_bot(call& one) {
  return json_response(200, to_json(one.db, existing_bot(one)));
}

http_response list_bots(call& one) {
  std::vector<const bot*> found;
  for (const auto& [id, which] : one.db.bots) {
    if (which.delete_at == 0 || one.target.is_true("include_deleted")) found.push_back(&which);
  }
  std::ranges::sort(found, {}, [](const bot* which) {
    return std::pair<millis, std::string_view>(which->create_at, which->user_id);
  });
  json::array list;
  const auto first = one.page() * one.per_page();
  for (auto i = first; i < std::min(found.size(), first + one.per_page()); ++i) {
    list.push_back(to_json(one.db, *found[i]));
  }
  return json_response(200, list);
}

http_response patch_bot(call& one) {
  auto& which = existing_bot(one);
  const auto body = one.body_object("bot");
  if (body.contains("username")) {
    auto& account = one.db.users.at(which.user_id);
    const auto name = lower_case(text_in(body, "username"));
    check_username(name);
    const auto* same = one.db.user_by_name(name);
    if (same && same != &account) throw api_error("app.user.save.username_exists.app_error");
    one.db.rename_user(account, name);
  }
  if (body.contains("display_name")) which.display_name = text_in(body, "display_name");
  if (body.contains("description")) which.description = text_in(body, "description");
  which.update_at = one.db.now;
  return json_response(200, to_json(one.db, which));
}

http_response set_enabled(call& one, bool enabled) {
  auto& which = existing_bot(one);
  which.delete_at = enabled ? 0 : one.db.now;
  which.update_at = one.db.now;
  one.db.users.at(which.user_id).delete_at = which.delete_at;
  return json_response(200, to_json(one.db, which));
}

http_response disable_bot(call& one) {
  return set_enabled(one, false);
}
http_response enable_bot(call& one) {
  return set_enabled(one, true);
}

}  // namespace

std::vector<route> bot_routes() {
  using enum access;
  return {{"POST", "/api/v4/bots", admin, create_bot},
          {"GET", "/api/v4/bots", session, list_bots},
          {"GET", "/api/v4/bots/{}", session, get_bot},
          {"PUT", "/api/v4/bots/{}", admin, patch_bot},
          {"POST", "/api/v4/bots/{}/disable", admin, disable_bot},
          {"POST", "/api/v4/bots/{}/enable", admin, enable_bot}};
}

}  // namespace crossdock::doubles
