#include <algorithm>
#include <string_view>
#include <utility>

#include "tests/doubles/mattermost/rules.hpp"
#include "tests/doubles/mattermost/shapes.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

/// In the form the server stores legacy attachments: every field, with a null or an empty default.
json::object whole_attachment(const json::object& given) {
  json::object o{{"id", 0},           {"fallback", ""},    {"color", ""},       {"pretext", ""},
                 {"author_name", ""}, {"author_link", ""}, {"author_icon", ""}, {"title", ""},
                 {"title_link", ""},  {"text", ""},        {"fields", nullptr}, {"image_url", ""},
                 {"thumb_url", ""},   {"footer", ""},      {"footer_icon", ""}, {"ts", nullptr}};
  for (const auto& [key, value] : given) o[key] = value;
  return o;
}

json::object shown_props(const post& which) {
  auto props = which.props;
  auto* attachments = props.if_contains("attachments");
  if (!attachments || !attachments->is_array()) return props;
  for (auto& one : attachments->as_array()) {
    if (one.is_object()) one = whole_attachment(one.as_object());
  }
  return props;
}

json::object metadata_of(state& db, const post& which) {
  json::object metadata;
  if (which.props.contains("attachments")) {
    metadata["embeds"] = json::array{json::object{{"type", "message_attachment"}}};
  }
  if (const auto used = emoji_in(db, which); !used.empty()) {
    auto& list = metadata["emojis"].emplace_array();
    for (const auto* one : used) list.push_back(to_json(*one));
  }
  if (!which.file_ids.empty()) {
    auto& list = metadata["files"].emplace_array();
    for (const auto& id : which.file_ids) list.push_back(to_json(db.files.at(id)));
  }
  if (!which.reactions.empty()) {
    auto& list = metadata["reactions"].emplace_array();
    for (const auto& one : which.reactions) list.push_back(to_json(one));
  }
  return metadata;
}

}  // namespace

std::vector<const emoji*> emoji_in(state& db, const post& which) {
  std::vector<const emoji*> found;
  const auto consider = [&](std::string_view name) {
    const auto* one = is_emoji_name(name) ? db.emoji_by_name(name) : nullptr;
    if (one && std::ranges::find(found, one) == found.end()) found.push_back(one);
  };
  const std::string_view text = which.message;
  for (auto at = text.find(':'); at != std::string_view::npos; at = text.find(':', at + 1)) {
    const auto end = text.find(':', at + 1);
    if (end != std::string_view::npos) consider(text.substr(at + 1, end - at - 1));
  }
  for (const auto& one : which.reactions) consider(one.emoji_name);
  return found;
}

json::object to_json(state& db, const post& which, std::size_t reply_count) {
  json::object o{{"id", which.id},
                 {"create_at", which.create_at},
                 {"update_at", which.update_at},
                 {"edit_at", which.edit_at},
                 {"delete_at", which.delete_at},
                 {"is_pinned", which.is_pinned},
                 {"user_id", which.user_id},
                 {"channel_id", which.channel_id},
                 {"root_id", which.root_id},
                 {"original_id", ""},
                 {"message", which.message},
                 {"type", which.type},
                 {"props", shown_props(which)},
                 {"hashtags", which.hashtags}};
  if (!which.file_ids.empty()) {
    // Sorted by id: the order in which they were attached shows in the metadata only.
    auto sorted = which.file_ids;
    std::ranges::sort(sorted);
    o["file_ids"] = json::array(sorted.begin(), sorted.end());
  }
  o["pending_post_id"] = "";
  if (!which.reactions.empty()) o["has_reactions"] = true;
  o["reply_count"] = reply_count;
  o["last_reply_at"] = 0;
  o["participants"] = nullptr;
  o["metadata"] = metadata_of(db, which);
  return o;
}

json::object to_json(state& db, const post_page& page) {
  json::array order;
  json::object posts;
  const auto put = [&](const post* one) {
    const auto* root = one->root_id.empty() ? one : find_in(db.posts, one->root_id);
    const auto count = page.with_reply_counts && root ? db.count_replies(*root) : 0;
    posts[one->id] = to_json(db, *one, count);
  };
  for (const auto* one : page.order) {
    order.emplace_back(one->id);
    put(one);
  }
  for (const auto* one : page.also) put(one);
  return {{"order", std::move(order)},
          {"posts", std::move(posts)},
          {"next_post_id", page.next_post_id},
          {"prev_post_id", page.prev_post_id},
          {"has_next", false}};
}

}  // namespace crossdock::doubles
