#include <algorithm>
#include <utility>

#include <boost/json/serialize.hpp>

#include "tests/doubles/mattermost/importer.hpp"
#include "tests/doubles/mattermost/operations.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

[[noreturn]] void fail(std::size_t line, const std::string& text, const std::string& detail = {}) {
  throw import_failure{"BulkImport: " + text + ", " + detail, line};
}

/// The objects of a list; empty when it is absent.
std::vector<const json::object*> objects_in(const json::object& content, std::string_view key) {
  std::vector<const json::object*> found;
  const auto* list = content.if_contains(key);
  if (!list || !list->is_array()) return found;
  for (const auto& one : list->as_array()) {
    if (one.is_object()) found.push_back(&one.as_object());
  }
  return found;
}

void check_message(const json::object& content, const char* kind, std::size_t line) {
  const std::string what(kind);
  if (text_in(content, "user").empty()) fail(line, "Missing required " + what + " property: User.");
  if (number_in(content, "create_at") == 0) {
    fail(line, "Missing required " + what + " property: create_at.");
  }
  if (!content.contains("message")) fail(line, "Missing required " + what + " property: Message.");
  if (rune_count(text_in(content, "message")) > max_message_runes) {
    fail(line, what + " Message property is longer than the maximum permitted length.");
  }
  if (rune_count(json::serialize(object_in(content, "props"))) > max_props_runes) {
    fail(line, what + " Props are longer than the maximum permitted length.");
  }
  for (const auto* one : objects_in(content, "reactions")) {
    if (!is_emoji_name(text_in(*one, "emoji_name"))) {
      fail(line, "Reaction EmojiName property is invalid.");
    }
    if (number_in(*one, "create_at") < number_in(content, "create_at")) {
      fail(line, "Reaction CreateAt property must be greater than the parent post CreateAt.");
    }
  }
}

void check_line(const import_line& line) {
  check_message(line.content, "Post", line.number);
  for (const auto* reply : objects_in(line.content, "replies")) {
    check_message(*reply, "Reply", line.number);
  }
}

/// Every user that a line names must exist: one that does not fails all lines of the batch.
void check_users(state& db, const json::object& content, bool with_reactions) {
  const auto check = [&](const std::string& name) {
    if (!db.user_by_name(name)) {
      fail(0, "Error importing post. Some users could not be found.", "user: " + name);
    }
  };
  check(text_in(content, "user"));
  if (!with_reactions) return;
  for (const auto* one : objects_in(content, "reactions")) check(text_in(*one, "user"));
}

/// Empty for a conversation with too few or too many members: its posts are passed over.
std::string conversation_id(state& db, const json::object& content) {
  const auto names = texts_in(content, "channel_members");
  if (names.size() < 2 || names.size() > 8) return {};
  std::vector<std::string> ids;
  for (const auto& name : names) {
    const auto* who = db.user_by_name(name);
    if (!who) fail(0, "Error importing post. Some users could not be found.", "user: " + name);
    ids.push_back(who->id);
  }
  return ids.size() == 2 ? db.direct_channel(ids[0], ids[1]).id : db.group_channel(ids).id;
}

std::string channel_id_of(state& db, const import_line& line) {
  if (line.type == "direct_post") return conversation_id(db, line.content);
  const auto team_name = text_in(line.content, "team");
  const auto* home = db.team_by_name(team_name);
  if (!home) {
    fail(0, "Error importing post. Team with name \"" + team_name + "\" could not be found.");
  }
  const auto name = text_in(line.content, "channel");
  const auto* where = db.channel_by_name(home->id, name);
  if (!where) {
    fail(0, "Error importing post. Channel with name \"" + name + "\" could not be found.",
         "resource: Channel id: TeamId=" + home->id + "&Name=" + name);
  }
  return where->id;
}

/// By channel, time and exact message; of replies by their root, too. The author does not count.
post* same_post(state& db, const post& wanted) {
  const auto& order = db.posts_of[wanted.channel_id];
  for (auto at = order.lower_bound({wanted.create_at, ""});
       at != order.end() && at->first == wanted.create_at; ++at) {
    auto& one = db.posts.at(at->second);
    if (one.delete_at == 0 && one.message == wanted.message && one.root_id == wanted.root_id) {
      return &one;
    }
  }
  return nullptr;
}

void import_attachments(const import_context& context, post& which, const json::object& content) {
  for (const auto* one : objects_in(content, "attachments")) {
    const auto path = text_in(*one, "path");
    const auto* bytes = find_in(context.archive.files, "data/" + path);
    if (!bytes) continue;  // a newer server warns; an older one has ended the import already
    const auto name = path.substr(path.rfind('/') + 1);
    const bool known = std::ranges::any_of(which.file_ids, [&](const std::string& id) {
      const auto& file = context.db.files.at(id);
      return file.name == name && *file.content == **bytes;
    });
    if (known) continue;
    auto& made = context.db.add_file(which.user_id, which.channel_id, name, *bytes);
    made.create_at = which.create_at;
    context.db.attach_files(which, {made.id});
  }
}

void import_reactions(const import_context& context, post& which, const json::object& content) {
  const auto before = which.update_at;
  for (const auto* one : objects_in(content, "reactions")) {
    reaction made;
    made.user_id = context.db.user_by_name(text_in(*one, "user"))->id;
    made.post_id = which.id;
    made.emoji_name = text_in(*one, "emoji_name");
    made.create_at = made.update_at = number_in(*one, "create_at");
    context.db.save_reaction(which, made);
  }
  which.update_at = before;  // the importer writes reactions past the post
}

/// Writes the message, or brings the one that is there up to date.
post& save_message(const import_context& context, const json::object& content, post wanted) {
  auto& db = context.db;
  wanted.user_id = db.user_by_name(text_in(content, "user"))->id;
  wanted.message = text_in(content, "message");
  wanted.type = text_in(content, "type");
  wanted.edit_at = number_in(content, "edit_at");
  auto* stored = same_post(db, wanted);
  if (stored) {
    stored->user_id = wanted.user_id;
    stored->type = wanted.type;
    stored->props = std::move(wanted.props);
    stored->edit_at = wanted.edit_at;
    stored->is_pinned = wanted.is_pinned;
    stored->update_at = db.now;
  } else {
    stored = &db.add_post(std::move(wanted));
  }
  import_attachments(context, *stored, content);
  return *stored;
}

void save_line(const import_context& context, const import_line& line,
               const std::string& channel_id) {
  if (channel_id.empty()) return;
  post root;
  root.channel_id = channel_id;
  root.create_at = number_in(line.content, "create_at");
  root.props = object_in(line.content, "props");
  root.is_pinned = flag_in(line.content, "is_pinned");
  root.hashtags = hashtags_of(text_in(line.content, "message"));  // of replies none
  auto& stored = save_message(context, line.content, std::move(root));
  import_reactions(context, stored, line.content);
  for (const auto* content : objects_in(line.content, "replies")) {
    post reply;
    reply.channel_id = channel_id;
    reply.root_id = stored.id;
    reply.create_at = std::max(number_in(*content, "create_at"), stored.create_at);
    if (context.rules.import_reply_fields) {
      reply.props = object_in(*content, "props");
      reply.is_pinned = flag_in(*content, "is_pinned");
    }
    auto& saved = save_message(context, *content, std::move(reply));
    if (context.rules.import_reply_fields) import_reactions(context, saved, *content);
  }
}

void check_paths(const import_context& context, const json::object& content, std::size_t line) {
  for (const auto* one : objects_in(content, "attachments")) {
    archived_file(context, text_in(*one, "path"), line);
  }
}

}  // namespace

void check_attachments(const import_context& context, const import_line& line) {
  if (!context.rules.import_missing_attachment_fatal) return;
  check_paths(context, line.content, line.number);
  for (const auto* reply : objects_in(line.content, "replies")) {
    check_paths(context, *reply, line.number);
  }
}

void import_posts(const import_context& context, const std::vector<import_line>& batch) {
  for (const auto& line : batch) check_line(line);
  std::vector<std::string> channel_ids;
  for (const auto& line : batch) {
    channel_ids.push_back(channel_id_of(context.db, line));
    check_users(context.db, line.content, true);
    for (const auto* reply : objects_in(line.content, "replies")) {
      check_users(context.db, *reply, context.rules.import_reply_fields);
    }
  }
  for (std::size_t i = 0; i < batch.size(); ++i) save_line(context, batch[i], channel_ids[i]);
}

}  // namespace crossdock::doubles
