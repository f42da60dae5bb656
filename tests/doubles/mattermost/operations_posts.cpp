#include <algorithm>
#include <set>
#include <utility>

#include <boost/json/serialize.hpp>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/operations.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

bool ends_channel_name(char c) {
  return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_');
}

/// `~name` of public channels, as the server adds them to the props of a post.
json::object channel_mentions(state& db, const post& made) {
  json::object mentions;
  const auto& where = db.channels.at(made.channel_id);
  const auto* home = find_in(db.teams, where.team_id);
  const std::string_view text = made.message;
  for (auto at = text.find('~'); home && at != std::string_view::npos;
       at = text.find('~', at + 1)) {
    const auto rest = text.substr(at + 1);
    const auto end = std::ranges::find_if(rest, ends_channel_name) - rest.begin();
    const auto* named = db.channel_by_name(home->id, rest.substr(0, static_cast<std::size_t>(end)));
    if (!named || named->type != "O" || named->delete_at != 0) continue;
    mentions[named->name] =
        json::object{{"display_name", named->display_name}, {"team_name", home->name}};
  }
  return mentions;
}

std::size_t distinct_emoji_with(const post& which, const std::string& name) {
  std::set<std::string> names = {name};
  for (const auto& one : which.reactions) names.insert(one.emoji_name);
  return names.size();
}

}  // namespace

void check_post(const server_rules& rules, const new_post& wanted) {
  const auto& content = wanted.content;
  if (rune_count(content.message) > max_message_runes) throw api_error(rules.message_too_long);
  if (wanted.file_ids.size() > max_post_files) {
    throw api_error("model.post.is_valid.file_ids.app_error");
  }
  if (rune_count(json::serialize(content.props)) > max_props_runes) {
    throw api_error("model.post.is_valid.props.app_error");
  }
  // PostgreSQL cannot store it.
  if (content.message.find('\0') != std::string::npos) throw api_error("app.post.save.app_error");
}

void check_root(state& db, const post& wanted) {
  if (wanted.root_id.empty()) return;
  const auto* root = db.live_post(wanted.root_id);
  if (!root || !root->root_id.empty()) throw api_error("api.post.create_post.root_id.app_error");
  if (root->channel_id != wanted.channel_id) {
    throw api_error("api.post.create_post.channel_root_id.app_error");
  }
}

post& publish(state& db, new_post wanted) {
  auto& content = wanted.content;
  if (content.create_at == 0) content.create_at = db.now;
  content.hashtags = hashtags_of(content.message);
  if (auto mentions = channel_mentions(db, content); !mentions.empty()) {
    content.props["channel_mentions"] = std::move(mentions);
  }
  auto& made = db.add_post(std::move(content));
  if (!wanted.file_ids.empty()) {
    // Some that were not to be had make the server save the post a second time.
    if (db.attach_files(made, wanted.file_ids) < wanted.file_ids.size()) made.update_at = db.now;
  }
  return made;
}

void check_reaction(const call& one, const post& which, const reaction& wanted) {
  if (!one.rules.unknown_reaction_emoji && !is_system_emoji(wanted.emoji_name) &&
      !one.db.emoji_by_name(wanted.emoji_name)) {
    throw api_error("app.emoji.get_by_name.no_result");
  }
  if (one.rules.unique_reactions > 0 &&
      distinct_emoji_with(which, wanted.emoji_name) > one.rules.unique_reactions) {
    throw api_error("app.reaction.save.save.too_many_reactions");
  }
  if (one.db.channels.at(which.channel_id).delete_at != 0) {
    throw api_error("api.reaction.save.archived_channel.app_error");
  }
}

}  // namespace crossdock::doubles
