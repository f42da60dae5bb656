#include "workflows/slack_mattermost/slack/message_entities.hpp"

#include <set>

#include <boost/json/serialize.hpp>

#include "workflows/slack_mattermost/slack/emoji_references.hpp"

namespace crossdock::slack {

namespace json = boost::json;

namespace {

constexpr std::string_view placeholder_key = "crossdock_placeholder";

std::string_view text_member(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  const auto* text = value ? value->if_string() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

const json::object* object_member(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value ? value->if_object() : nullptr;
}

const json::array* array_member(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value ? value->if_array() : nullptr;
}

bool flag(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value && value->is_bool() && value->get_bool();
}

std::string first_of(std::initializer_list<std::string_view> candidates) {
  for (auto candidate : candidates) {
    if (!candidate.empty()) return std::string(candidate);
  }
  return {};
}

/// A day file's lists of users hold strings; anything else in them names nobody.
std::set<std::string> distinct_users(const json::object& reaction) {
  std::set<std::string> users;
  if (const auto* list = array_member(reaction, "users")) {
    for (const auto& user : *list) {
      if (const auto* id = user.if_string(); id && !id->empty()) users.emplace(*id);
    }
  }
  return users;
}

void add_reactions(const json::object& message, const std::string& channel, message_entities& out) {
  const auto* reactions = array_member(message, "reactions");
  if (!reactions) return;
  // The same emoji may be listed twice; identity is (message, emoji, user).
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& item : *reactions) {
    const auto* reaction = item.if_object();
    if (!reaction) continue;
    const std::string name(text_member(*reaction, "name"));
    if (name.empty()) continue;
    const auto users = distinct_users(*reaction);
    for (const auto& user : users) {
      if (!seen.emplace(name, user).second) continue;
      out.reacting_users.insert(user);
      out.reactions.push_back({type::reaction, out.message.external_id + ":" + name + ":" + user,
                               channel, out.message.seq, static_cast<std::int64_t>(seen.size()),
                               json::serialize(json::object{{"name", name}, {"user", user}}),
                               json::serialize(json::object{{ref::message, out.message.external_id},
                                                            {ref::user, user}})});
    }
    const auto* count = reaction->if_contains("count");
    if (count && count->is_int64()) {
      out.anonymous_reactions +=
          std::max<std::int64_t>(0, count->get_int64() - static_cast<std::int64_t>(users.size()));
    }
  }
}

void add_attachment(const json::object& file, const std::string& channel, message_entities& out) {
  const auto number = static_cast<std::int64_t>(out.attachments.size()) + 1;
  std::string id(text_member(file, "id"));
  if (id.empty()) id = out.message.external_id + ":file:" + std::to_string(number);
  out.attachments.push_back(
      {type::attachment, std::move(id), channel, out.message.seq, number, json::serialize(file),
       json::serialize(json::object{{ref::message, out.message.external_id}})});
}

/// New exports have `files`, old ones (file_share, file_comment) one `file`.
void add_attachments(const json::object& message, const std::string& channel,
                     message_entities& out) {
  if (const auto* files = array_member(message, "files")) {
    for (const auto& file : *files) {
      if (const auto* object = file.if_object()) add_attachment(*object, channel, out);
    }
  } else if (const auto* file = object_member(message, "file")) {
    add_attachment(*file, channel, out);
  }
}

/// Targets take a time of 0 for none.
constexpr std::int64_t first_time = 1000;

std::int64_t seq_of(const timestamp& ts) {
  return std::max(ts.micros, first_time);
}

/// A reply carries its root's ts; a root carries its own, a message without a thread none.
void set_thread(const json::object& message, const timestamp& own, const std::string& channel,
                message_entities& out) {
  const auto root = parse_timestamp(message.if_contains("thread_ts"));
  out.has_thread = root && root->text == own.text;
  if (!root || out.has_thread) return;
  out.root_id = message_id(channel, *root);
  out.message.group_seq = seq_of(*root);
}

}  // namespace

std::string message_id(std::string_view channel, const timestamp& ts) {
  return std::string(channel) + ":" + ts.text;
}

std::string author_of(const json::object& message, const bot_users& bots) {
  if (text_member(message, "subtype") == "file_comment") {
    if (const auto* comment = object_member(message, "comment")) {
      if (auto user = text_member(*comment, "user"); !user.empty()) return std::string(user);
    }
  }
  if (auto user = text_member(message, "user"); !user.empty()) return std::string(user);
  if (auto bot = text_member(message, "bot_id"); !bot.empty()) {
    const auto known = bots.find(std::string(bot));
    return known == bots.end() ? std::string(bot) : known->second;
  }
  auto name = text_member(message, "username");
  return "name:" + std::string(name.empty() ? "unknown" : name);
}

std::string author_name(const json::object& message) {
  const auto* user = object_member(message, "user_profile");
  const auto* bot = object_member(message, "bot_profile");
  return first_of({text_member(message, "username"), user ? text_member(*user, "name") : "",
                   user ? text_member(*user, "display_name") : "",
                   user ? text_member(*user, "real_name") : "",
                   bot ? text_member(*bot, "name") : ""});
}

message_entities message_to_entities(const json::object& message, std::string_view text,
                                     const std::string& channel, const bot_users& bots) {
  message_entities out;
  const auto ts = parse_timestamp(message.if_contains("ts"));
  if (!ts) {
    const auto* given = message.if_contains("ts");
    out.refused = {"no_ts", given ? "its ts is not a time: " + json::serialize(*given)
                                  : std::string("it has no ts, so it has no identity")};
    return out;
  }
  out.author = author_of(message, bots);
  out.message.group_seq = seq_of(*ts);
  set_thread(message, *ts, channel, out);
  json::object refs{{ref::channel, channel}, {ref::user, out.author}};
  if (!out.root_id.empty()) refs[ref::root] = out.root_id;
  out.message.type = type::message;
  out.message.external_id = message_id(channel, *ts);
  out.message.lane = channel;
  out.message.seq = seq_of(*ts);
  out.message.raw = text;
  out.message.refs = json::serialize(refs);
  out.is_edited = object_member(message, "edited") != nullptr;
  const auto* pinned = array_member(message, "pinned_to");
  out.is_pinned = (pinned && !pinned->empty()) || flag(message, "is_pinned");
  add_reactions(message, channel, out);
  add_attachments(message, channel, out);
  out.custom_emoji = custom_emoji_of(message);
  return out;
}

api::staged_entity placeholder_root(const std::string& root_id) {
  const auto colon = root_id.rfind(':');
  const auto channel = root_id.substr(0, colon);
  const auto ts_text = root_id.substr(colon + 1);
  const json::value ts_value(ts_text);
  const auto ts = parse_timestamp(&ts_value);
  const std::int64_t micros = ts ? seq_of(*ts) : first_time;
  return {type::message,
          root_id,
          channel,
          micros,
          micros,
          json::serialize(json::object{{"type", "message"},
                                       {"ts", ts_text},
                                       {"user", slackbot},
                                       {"text", ""},
                                       {placeholder_key, true}}),
          json::serialize(json::object{{ref::channel, channel}, {ref::user, slackbot}})};
}

bool is_placeholder(const json::object& raw) {
  return raw.contains(placeholder_key);
}

}  // namespace crossdock::slack
