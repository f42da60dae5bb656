#include "workflows/slack_mattermost/mattermost/workspace.hpp"

#include <algorithm>

#include "workflows/slack_mattermost/mattermost/changes.hpp"
#include "workflows/slack_mattermost/mattermost/naming.hpp"
#include "workflows/slack_mattermost/mattermost/people_lines.hpp"
#include "workflows/slack_mattermost/mattermost/raw_json.hpp"
#include "workflows/slack_mattermost/mattermost/rules.hpp"
#include "workflows/slack_mattermost/text/emoji.hpp"

namespace crossdock::mattermost {

namespace json = boost::json;

namespace {

constexpr int max_alias_chain = 10;

/// "slack" names a channel's people and place in its raw and refs; kinds are told by the stage that
/// read the lists.
channel_kind kind_of(std::string_view refs_kind, std::size_t members, bool& widened) {
  if (refs_kind == "public") return channel_kind::open;
  if (refs_kind == "private") return channel_kind::closed;
  widened = members > limits::direct_members_max;
  return widened ? channel_kind::closed : channel_kind::direct;
}

std::vector<std::string> member_ids(const json::object& channel) {
  std::vector<std::string> ids;
  if (const auto* members = raw::array(channel, "members")) {
    for (const auto& member : *members) {
      if (const auto* id = member.if_string(); id && !id->empty()) ids.emplace_back(*id);
    }
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

int owner_rank(const json::object& user) {
  if (raw::flag(user, "deleted") || raw::flag(user, "is_bot")) return 0;
  if (raw::flag(user, "is_primary_owner")) return 3;
  if (raw::flag(user, "is_owner")) return 2;
  return raw::flag(user, "is_admin") ? 1 : 0;
}

/// Why a user cannot have an address; empty, and it is taken now, when nothing speaks against it.
std::string email_obstacle(const std::string& email, std::unordered_set<std::string>& taken) {
  if (email.empty()) return "the source tells no address";
  if (const auto bad = check_email(email)) return bad->detail;
  return taken.insert(email).second ? "" : "another user has that address already";
}

void report_change(api::target_context& context, const char* type, std::string_view id,
                   std::string_view wanted, const assigned_name& given) {
  if (given.changes.empty()) return;
  context.report(
      {api::finding::kind::changed,
       type,
       std::string(id),
       {},
       "name_changed",
       in_quotes(wanted) + " became " + in_quotes(given.name) + ": " + describe(given.changes)});
}

}  // namespace

/// What is needed while names are given, and not afterwards.
struct workspace::draft {
  explicit draft(const bundle_options& options)
      : names({options.general_is_town_square,
               [](std::string_view name) { return slack::is_system_emoji(name); }}) {}

  struct user {
    std::string id;
    std::string wanted;
    std::string email;
  };
  struct channel {
    std::string id;
    std::string wanted;
    bool is_general = false;
    bool is_archived = false;
    std::vector<std::string> members;
  };
  name_map names;
  std::vector<user> users;
  std::vector<channel> channels;
  int best_owner = 0;
  std::string owner_id;
};

workspace::workspace(api::target_context& context, const bundle_options& options,
                     settled_names settled)
    : settled_(settled ? std::move(settled)
                       : [](std::string_view, const api::entity_view& e) { return e.target_id; }) {
  const auto team = clean_team_name(options.team, "slack");
  team_ = team.name;
  report_change(context, "", "target.team", options.team, team);
  draft work(options);
  read_users(context, options, work);
  read_channels(context, work);
  read_emoji(context);
  name_people(context, options, work);
  name_channels(context, work);
  fill_members(work);
  find_twins();
}

void workspace::read_users(api::target_context& context, const bundle_options&, draft& work) {
  context.for_each_entity("user", [&](const api::entity_view& entity) {
    const auto user = raw::parse(entity.raw, "user " + entity.external_id);
    if (const auto name = settled_("user", entity)) {
      work.names.reserve(name_kind::user, *name, entity.external_id);
    }
    if (const int rank = owner_rank(user); rank > work.best_owner) {
      work.best_owner = rank;
      work.owner_id = entity.external_id;
    }
    auto& known = users_[entity.external_id];
    known.is_bot = raw::flag(user, "is_bot");
    known.shown_name = shown_name(user);
    work.users.push_back({entity.external_id, std::string(raw::text(user, "name")),
                          clean_email(raw::nested_text(user, "profile", "email"))});
  });
}

void workspace::read_channels(api::target_context& context, draft& work) {
  context.for_each_entity("channel", [&](const api::entity_view& entity) {
    const auto channel = raw::parse(entity.raw, "channel " + entity.external_id);
    const auto refs = raw::parse(entity.refs, "channel " + entity.external_id);
    auto members = member_ids(channel);
    auto& known = channels_[entity.external_id];
    known.kind = kind_of(raw::text(refs, "kind"), members.size(), known.widened);
    known.display_name = raw::text(channel, "name");
    if (const auto* pins = raw::array(channel, "pins")) {
      for (const auto& pin : *pins) {
        const auto* object = pin.if_object();
        if (object) known.pins.emplace(raw::text(*object, "id"));
      }
    }
    if (known.kind != channel_kind::direct) {
      if (const auto name = settled_("channel", entity)) {
        work.names.reserve(name_kind::channel, *name, entity.external_id);
      }
    }
    work.channels.push_back({entity.external_id, known.display_name,
                             raw::flag(channel, "is_general"), raw::flag(channel, "is_archived"),
                             std::move(members)});
  });
}

void workspace::read_emoji(api::target_context& context) {
  std::vector<std::string> keys;
  context.for_each_entity("custom_emoji", [&](const api::entity_view& entity) {
    const auto emoji = raw::parse(entity.raw, "custom emoji " + entity.external_id);
    emoji_alias_[entity.external_id] = raw::text(emoji, "alias_of");
    keys.push_back("emoji:" + entity.external_id);
  });
  for (const auto& blob : context.find_blobs(keys)) {
    if (!check_emoji_image_size(blob.size)) emoji_pictures_.insert(blob.key.substr(6));
  }
}

void workspace::name_people(api::target_context& context, const bundle_options& options,
                            draft& work) {
  std::unordered_set<std::string> emails;
  for (const auto& user : work.users) {
    auto& known = users_.at(user.id);
    const auto given = work.names.assign(
        name_kind::user, {.external_id = user.id, .wanted = user.wanted, .fallback = user.id});
    report_change(context, "user", user.id, user.wanted, given);
    known.username = given.name;
    known.email = user.email;
    known.email_obstacle = email_obstacle(user.email, emails);
    if (!known.email_obstacle.empty()) {
      known.email = known.username + "@" + options.default_email_domain;
    }
  }
  bot_owner_ = options.bot_owner;
  if (bot_owner_.empty() && !work.owner_id.empty()) bot_owner_ = users_.at(work.owner_id).username;
  for (auto& [id, known] : users_) known.is_bot = known.is_bot && !bot_owner_.empty();
}

void workspace::name_channels(api::target_context& context, draft& work) {
  for (const auto& channel : work.channels) {
    auto& known = channels_.at(channel.id);
    if (known.kind == channel_kind::direct) continue;
    const auto given = work.names.assign(
        name_kind::channel,
        {.external_id = channel.id,
         .wanted = channel.wanted,
         .fallback = channel.id,
         .is_general = channel.is_general,
         .may_be_default = known.kind == channel_kind::open && !channel.is_archived});
    report_change(context, "channel", channel.id, channel.wanted, given);
    known.name = given.name;
  }
}

void workspace::fill_members(draft& work) {
  for (const auto& channel : work.channels) {
    auto& known = channels_.at(channel.id);
    for (const auto& id : channel.members) {
      const auto user = users_.find(id);
      if (user == users_.end()) continue;
      known.members.push_back(user->second.username);
      if (known.kind != channel_kind::direct) memberships_[id].push_back(channel.id);
    }
    std::sort(known.members.begin(), known.members.end());
  }
}

/// Slack may hold several conversations of the same people; Mattermost has one per set of people.
void workspace::find_twins() {
  std::map<std::vector<std::string>, std::string> first;
  for (auto& [id, known] : channels_) {
    if (known.kind != channel_kind::direct) continue;
    const auto [place, fresh] = first.emplace(known.members, id);
    if (!fresh) known.same_as = place->second;
  }
}

std::optional<std::string> workspace::user(std::string_view slack_id) const {
  const auto* known = find_user(slack_id);
  return known ? std::optional(known->username) : std::nullopt;
}

std::optional<std::string> workspace::channel(std::string_view slack_id) const {
  const auto* known = find_channel(slack_id);
  if (!known || known->kind == channel_kind::direct) return std::nullopt;
  return known->name;
}

bool workspace::custom_emoji(std::string_view slack_name) const {
  return !emoji_blob(slack_name).empty();
}

const known_user* workspace::find_user(std::string_view id) const {
  const auto found = users_.find(id);
  return found == users_.end() ? nullptr : &found->second;
}

const known_channel* workspace::find_channel(std::string_view id) const {
  const auto found = channels_.find(id);
  return found == channels_.end() ? nullptr : &found->second;
}

const std::vector<std::string>& workspace::channels_of(std::string_view user_id) const {
  static const std::vector<std::string> none;
  const auto found = memberships_.find(user_id);
  return found == memberships_.end() ? none : found->second;
}

std::string workspace::emoji_blob(std::string_view slack_name) const {
  auto found = emoji_alias_.find(slack_name);
  for (int i = 0; i < max_alias_chain && found != emoji_alias_.end(); ++i) {
    if (emoji_pictures_.contains(found->first)) return "emoji:" + found->first;
    if (found->second.empty()) break;
    found = emoji_alias_.find(found->second);
  }
  return {};
}

std::optional<std::string> workspace::emoji_alias(std::string_view slack_name) const {
  auto found = emoji_alias_.find(slack_name);
  for (int i = 0; i < max_alias_chain && found != emoji_alias_.end(); ++i) {
    if (found->second.empty()) return std::nullopt;
    const auto next = emoji_alias_.find(found->second);
    if (next == emoji_alias_.end()) return found->second;  // not listed, so it is no custom one
    found = next;
  }
  return std::nullopt;
}

}  // namespace crossdock::mattermost
