#include "workflows/slack_mattermost/slack/unlisted_users.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "workflows/slack_mattermost/slack/message_entities.hpp"

namespace crossdock::slack {

namespace json = boost::json;

namespace {

constexpr std::string_view unlisted_key = "crossdock_unlisted";
constexpr std::string_view name_prefix = "name:";

bool is_bot_id(std::string_view id) {
  return id == slackbot || id.starts_with('B') || id.starts_with(name_prefix);
}

std::string name_of(const std::string& id, const json::object* message) {
  auto name = message ? author_name(*message) : std::string();
  if (!name.empty()) return name;
  if (id == slackbot) return "slackbot";
  return id.starts_with(name_prefix) ? id.substr(name_prefix.size()) : id;
}

}  // namespace

api::staged_entity unlisted_user(const std::string& id, const json::object* message) {
  json::object raw{{"id", id}, {unlisted_key, true}, {"is_bot", is_bot_id(id)}};
  const auto* profile = message ? message->if_contains("user_profile") : nullptr;
  if (profile && profile->is_object()) raw["profile"] = *profile;
  raw["name"] = name_of(id, message);
  return api::unordered_entity(type::user, id, json::serialize(raw), "{}");
}

bool is_unlisted(const json::object& raw) {
  return raw.contains(unlisted_key);
}

void unlisted_users::see(std::string_view id) {
  if (!id.empty() && !known_.contains(std::string(id))) nameless_.emplace(id);
}

void unlisted_users::see(std::string_view id, const json::object& message) {
  const std::string key(id);
  if (known_.contains(key)) return;
  if (author_name(message).empty()) {
    nameless_.insert(key);
  } else {
    stage(key, &message);
    nameless_.erase(key);
  }
}

void unlisted_users::finish(bool saw_all) {
  if (!saw_all) {
    for (const auto* type : {type::message, type::reaction}) {
      context_.for_each_missing_ref(type, ref::user, type::user,
                                    [this](std::string_view id) { see(id); });
    }
  }
  see_members_of_channels();
  for (const auto& id : nameless_) stage(id, nullptr);
  nameless_.clear();
}

void unlisted_users::stage(const std::string& id, const json::object* message) {
  known_.insert(id);
  context_.count("unlisted_users", 1);  // first: outside of a unit a put may commit
  context_.report({api::finding::kind::changed,
                   type::user,
                   id,
                   {},
                   "user_unlisted",
                   "no list of the export has this user; it was made from what its messages say"});
  context_.put(unlisted_user(id, message));
}

void unlisted_users::see_members_of_channels() {
  context_.for_each_entity(type::channel, [this](const api::entity_view& channel) {
    const auto raw = json::parse(channel.raw);
    const auto* members = raw.as_object().if_contains("members");
    if (!members || !members->is_array()) return;
    for (const auto& member : members->get_array()) {
      if (const auto* id = member.if_string()) see(*id);
    }
  });
}

}  // namespace crossdock::slack
