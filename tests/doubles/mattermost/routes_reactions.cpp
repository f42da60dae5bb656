#include <algorithm>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/operations.hpp"
#include "tests/doubles/mattermost/shapes.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

http_response create_reaction(call& one) {
  const auto body = one.body_object("reaction");
  reaction wanted;
  wanted.user_id = text_in(body, "user_id");
  wanted.post_id = text_in(body, "post_id");
  wanted.emoji_name = text_in(body, "emoji_name");
  wanted.create_at = number_in(body, "create_at");
  if (!is_id(wanted.user_id) || !is_id(wanted.post_id)) {
    throw api_error("api.reaction.save_reaction.invalid.app_error");
  }
  if (wanted.emoji_name.empty() || wanted.emoji_name.size() > 64) {
    throw api_error("api.reaction.save_reaction.invalid.app_error");
  }
  if (wanted.user_id != one.actor->id) {
    throw api_error("api.reaction.save_reaction.user_id.app_error");
  }
  auto& which = existing_post(one.db, wanted.post_id);
  require_channel(one, one.db.channels.at(which.channel_id));
  check_reaction_name(wanted.emoji_name);
  check_reaction(one, which, wanted);
  if (wanted.create_at == 0) wanted.create_at = one.db.now;
  wanted.update_at = wanted.create_at;
  const bool again = std::ranges::any_of(which.reactions, [&](const reaction& old) {
    return old.user_id == wanted.user_id && old.emoji_name == wanted.emoji_name;
  });
  one.db.save_reaction(which, wanted);
  if (again) wanted.create_at = wanted.update_at = one.db.now;  // what is stored stays older
  return json_response(200, to_json(wanted));
}

json::array reactions_of(const post& which) {
  auto sorted = which.reactions;
  std::ranges::stable_sort(sorted, {}, &reaction::create_at);
  json::array list;
  for (const auto& one : sorted) list.push_back(to_json(one));
  return list;
}

http_response get_reactions(call& one) {
  const auto& which = existing_post(one.db, one.id_argument(0, "post_id"));
  require_channel(one, one.db.channels.at(which.channel_id));
  return json_response(200, reactions_of(which));
}

http_response reactions_by_posts(call& one) {
  json::object by_post;
  for (const auto& id : texts_of(one.body_array("post_ids"))) {
    const auto* which = one.db.live_post(id);
    by_post[id] = which ? reactions_of(*which) : json::array{};
  }
  return json_response(200, by_post);
}

http_response delete_reaction(call& one) {
  const auto user_id = one.user_argument(0);
  require_self(one, user_id);
  auto& which = existing_post(one.db, one.id_argument(1, "post_id"));
  one.db.remove_reaction(which, user_id, one.arguments.at(2));
  return ok_response();
}

}  // namespace

std::vector<route> reaction_routes() {
  using enum access;
  return {{"POST", "/api/v4/reactions", session, create_reaction},
          {"GET", "/api/v4/posts/{}/reactions", session, get_reactions},
          {"POST", "/api/v4/posts/ids/reactions", session, reactions_by_posts, true},
          {"DELETE", "/api/v4/users/{}/posts/{}/reactions/{}", session, delete_reaction}};
}

}  // namespace crossdock::doubles
