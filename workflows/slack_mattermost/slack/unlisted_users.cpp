#include "workflows/slack_mattermost/slack/unlisted_users.hpp"

#include <unordered_set>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "workflows/slack_mattermost/slack/message_entities.hpp"

namespace crossdock::slack {

namespace json = boost::json;

namespace {

constexpr std::string_view unlisted_key = "crossdock_unlisted";
constexpr std::string_view slackbot = "USLACKBOT";
constexpr std::string_view name_prefix = "name:";
/// Messages looked at for an author's name: the first of many tells as much as all of them.
constexpr int name_samples = 20;

bool is_bot_id(std::string_view id) {
  return id == slackbot || id.starts_with('B') || id.starts_with(name_prefix);
}

void stage_one(api::stage_context& context, const std::string& id,
               const std::vector<std::string>& messages) {
  context.put(unlisted_user(id, messages));
  context.count("unlisted_users", 1);
  context.report({api::finding::kind::changed,
                  type::user,
                  id,
                  {},
                  "user_unlisted",
                  "no list of the export has this user; it was made from what its messages say"});
}

/// The rows of one user come in a run; `stage_one` is called at each run's end.
void stage_missing(api::stage_context& context, const char* type, int samples) {
  std::string id;
  std::vector<std::string> messages;
  auto flush = [&] {
    if (!id.empty()) stage_one(context, id, messages);
    messages.clear();
  };
  context.for_each_missing_ref(type, ref::user, type::user, samples,
                               [&](const api::stage_context::missing_ref& missing) {
                                 if (missing.external_id != id) {
                                   flush();
                                   id = missing.external_id;
                                 }
                                 messages.push_back(missing.raw);
                               });
  flush();
}

void stage_missing_members(api::stage_context& context) {
  std::unordered_set<std::string> known;
  context.for_each_entity(type::user,
                          [&](const api::entity_view& user) { known.insert(user.external_id); });
  std::vector<std::string> missing;
  context.for_each_entity(type::channel, [&](const api::entity_view& channel) {
    const auto raw = json::parse(channel.raw);
    const auto* members = raw.as_object().if_contains("members");
    if (!members || !members->is_array()) return;
    for (const auto& member : members->get_array()) {
      const auto* id = member.if_string();
      if (id && !id->empty() && known.insert(std::string(*id)).second) {
        missing.emplace_back(*id);
      }
    }
  });
  for (const auto& id : missing) stage_one(context, id, {});
}

}  // namespace

api::staged_entity unlisted_user(const std::string& id, std::span<const std::string> messages) {
  json::object raw{{"id", id}, {unlisted_key, true}, {"is_bot", is_bot_id(id)}};
  std::string name;
  for (const auto& text : messages) {
    const auto message = json::parse(text);
    const auto* object = message.if_object();
    if (!object) continue;
    if (name.empty()) name = author_name(*object);
    const auto* profile = object->if_contains("user_profile");
    if (profile && profile->is_object() && !raw.contains("profile")) raw["profile"] = *profile;
  }
  if (name.empty() && id == slackbot) name = "slackbot";
  if (name.empty() && id.starts_with(name_prefix)) name = id.substr(name_prefix.size());
  raw["name"] = name.empty() ? id : name;
  return api::unordered_entity(type::user, id, json::serialize(raw), "{}");
}

bool is_unlisted(const json::object& raw) {
  return raw.contains(unlisted_key);
}

void stage_unlisted_users(api::stage_context& context) {
  stage_missing(context, type::message, name_samples);
  stage_missing(context, type::reaction, 1);
  stage_missing_members(context);
}

}  // namespace crossdock::slack
