#include <algorithm>
#include <iterator>
#include <utility>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/operations.hpp"
#include "tests/doubles/mattermost/shapes.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

/// The server decodes into a struct: a time that is text or a fraction refuses the whole body.
void check_time(const json::object& body, std::string_view key) {
  const auto* value = body.if_contains(key);
  if (value && !value->is_null() && !value->is_int64()) refuse_body("post");
}

new_post requested_post(const call& one, const json::object& body) {
  for (const auto* key : {"create_at", "update_at", "edit_at", "delete_at"}) check_time(body, key);
  new_post wanted;
  auto& content = wanted.content;
  content.channel_id = text_in(body, "channel_id");
  content.user_id = one.actor->id;  // whatever the body says
  content.message = text_in(body, "message");
  content.root_id = text_in(body, "root_id");
  content.type = text_in(body, "type");
  content.props = object_in(body, "props");
  content.is_pinned = flag_in(body, "is_pinned");
  if (one.is_admin()) {
    content.create_at = number_in(body, "create_at");
    if (one.rules.keeps_post_edit_at) content.edit_at = number_in(body, "edit_at");
  }
  if (find_in(one.db.bots, one.actor->id)) content.props["from_bot"] = "true";
  wanted.file_ids = texts_in(body, "file_ids");
  return wanted;
}

void check_place(call& one, const post& wanted) {
  const auto* where = find_in(one.db.channels, wanted.channel_id);
  if (!where) refuse_permission();
  require_channel(one, *where);
  check_post_type(wanted.type);
  if (where->delete_at != 0) {
    throw api_error("api.post.create_post.can_not_post_to_deleted.error");
  }
}

http_response create_post(call& one) {
  const auto body = one.body_object("post");
  auto wanted = requested_post(one, body);
  check_place(one, wanted.content);
  const auto key = text_in(body, "pending_post_id");
  if (const auto* known = one.db.pending_post(key)) {
    auto answer = to_json(one.db, *known, 0);
    answer.erase("metadata");
    return json_response(201, answer);
  }
  if (!text_in(body, "id").empty()) throw api_error("app.post.save.existing.app_error");
  check_root(one.db, wanted.content);
  check_post(one.rules, wanted);
  const auto& made = publish(one.db, std::move(wanted));
  if (!key.empty()) one.db.remember_pending_post(key, made.id);
  const auto* root = find_in(one.db.posts, made.root_id);
  auto answer = to_json(one.db, made, root ? one.db.count_replies(*root) : 0);
  answer["pending_post_id"] = key;
  return json_response(201, answer);
}

post& post_argument(const call& one) {
  auto& which = existing_post(one.db, one.id_argument(0, "post_id"));
  require_channel(one, one.db.channels.at(which.channel_id));
  return which;
}

std::size_t replies_in_thread(state& db, const post& which) {
  const auto* root = which.root_id.empty() ? &which : find_in(db.posts, which.root_id);
  return root ? db.count_replies(*root) : 0;
}

http_response get_post(call& one) {
  const auto& which = post_argument(one);
  auto response = json_response(200, to_json(one.db, which, replies_in_thread(one.db, which)));
  response.headers.emplace_back(
      "ETag", one.options.server_version + "." + which.id + "." + std::to_string(which.update_at));
  return response;
}

http_response patch_post(call& one) {
  auto& which = post_argument(one);
  require_self(one, which.user_id);
  const auto body = one.body_object("post");
  new_post changed{which, texts_in(body, "file_ids")};
  auto& content = changed.content;
  if (body.contains("message")) content.message = text_in(body, "message");
  if (body.contains("props")) content.props = object_in(body, "props");
  if (body.contains("is_pinned")) content.is_pinned = flag_in(body, "is_pinned");
  check_post(one.rules, changed);
  which.message = content.message;
  which.props = content.props;
  which.is_pinned = content.is_pinned;
  which.hashtags = hashtags_of(which.message);
  which.edit_at = which.update_at = one.db.now;
  if (body.contains("file_ids")) {
    std::vector<std::string> added;
    std::ranges::copy_if(changed.file_ids, std::back_inserter(added), [&](const auto& id) {
      return std::ranges::find(which.file_ids, id) == which.file_ids.end();
    });
    one.db.attach_files(which, added);
  }
  return json_response(200, to_json(one.db, which, replies_in_thread(one.db, which)));
}

http_response pin(call& one, bool pinned) {
  auto& which = post_argument(one);
  which.is_pinned = pinned;
  which.update_at = one.db.now;
  return ok_response();
}

http_response pin_post(call& one) {
  return pin(one, true);
}
http_response unpin_post(call& one) {
  return pin(one, false);
}

http_response delete_post(call& one) {
  auto& which = post_argument(one);
  require_self(one, which.user_id);
  one.db.delete_post(which);  // ?permanent=true does the same (observed on 6.7)
  return ok_response();
}

http_response ephemeral_post(call& one) {
  const auto body = one.body_object("body");
  const auto inner = object_in(body, "post");
  if (!is_id(text_in(body, "user_id"))) refuse_body("user_id");
  post shown;  // never stored
  shown.id = one.db.new_id();
  shown.create_at = one.db.now;
  shown.user_id = one.actor->id;
  shown.channel_id = text_in(inner, "channel_id");
  shown.message = text_in(inner, "message");
  shown.type = "system_ephemeral";
  return json_response(201, to_json(one.db, shown, 0));
}

http_response files_of_post(call& one) {
  const auto& which = post_argument(one);
  json::array list;
  for (const auto& id : which.file_ids) list.push_back(to_json(one.db.files.at(id)));
  return json_response(200, list);
}

}  // namespace

std::vector<route> post_routes() {
  using enum access;
  return {{"POST", "/api/v4/posts", session, create_post},
          {"POST", "/api/v4/posts/ephemeral", admin, ephemeral_post},
          {"GET", "/api/v4/posts/{}", session, get_post},
          {"PUT", "/api/v4/posts/{}", session, patch_post},
          {"PUT", "/api/v4/posts/{}/patch", session, patch_post},
          {"DELETE", "/api/v4/posts/{}", session, delete_post},
          {"POST", "/api/v4/posts/{}/pin", session, pin_post},
          {"POST", "/api/v4/posts/{}/unpin", session, unpin_post},
          {"GET", "/api/v4/posts/{}/files/info", session, files_of_post}};
}

}  // namespace crossdock::doubles
