#include <algorithm>
#include <tuple>
#include <utility>

#include "tests/doubles/mattermost/state.hpp"

namespace crossdock::doubles {

namespace {

std::string name_key(std::string_view team_id, std::string_view name) {
  std::string key(team_id);
  key += '/';
  key += name;
  return key;
}

}  // namespace

channel& state::add_channel(channel value) {
  value.id = new_id();
  value.create_at = value.update_at = now;
  channel_names_[name_key(value.team_id, value.name)] = value.id;
  ++channel_counts_[value.team_id];
  auto id = value.id;
  return channels.emplace(std::move(id), std::move(value)).first->second;
}

channel* state::channel_by_name(std::string_view team_id, std::string_view name) {
  const auto* id = find_in(channel_names_, name_key(team_id, name));
  return id ? find_in(channels, *id) : nullptr;
}

void state::rename_channel(channel& where, const std::string& name) {
  channel_names_.erase(name_key(where.team_id, where.name));
  where.name = name;
  channel_names_[name_key(where.team_id, name)] = where.id;
}

void state::erase_channel(const std::string& id) {
  const auto* gone = find_in(channels, id);
  if (!gone) return;
  for (const auto& [at, post_id] : posts_of[id]) posts.erase(post_id);
  posts_of.erase(id);
  channel_members.erase(id);
  channel_names_.erase(name_key(gone->team_id, gone->name));
  --channel_counts_[gone->team_id];
  channels.erase(id);
}

std::size_t state::count_channels(std::string_view team_id) const {
  const auto* count = find_in(channel_counts_, team_id);
  return count ? *count : 0;
}

std::vector<const channel*> state::channels_of(std::string_view team_id) const {
  std::vector<const channel*> found;
  for (const auto& [id, one] : channels) {
    if (one.team_id == team_id) found.push_back(&one);
  }
  std::ranges::sort(found, {},
                    [](const channel* one) { return std::tie(one->display_name, one->id); });
  return found;
}

member* state::channel_member(std::string_view channel_id, std::string_view user_id) {
  auto* members = find_in(channel_members, channel_id);
  return members ? find_in(*members, user_id) : nullptr;
}

member& state::join_channel(const std::string& channel_id, const std::string& user_id, bool admin) {
  if (auto* already = channel_member(channel_id, user_id)) return *already;
  auto& made = channel_members[channel_id][user_id];
  made.user_id = user_id;
  made.admin = admin;
  made.last_update_at = now;
  return made;
}

channel& state::direct_channel(const std::string& first, const std::string& second) {
  const auto name = std::min(first, second) + "__" + std::max(first, second);
  if (auto* already = channel_by_name("", name)) return *already;
  channel made;
  made.type = "D";
  made.name = name;
  made.creator_id = first;
  auto& stored = add_channel(std::move(made));
  join_channel(stored.id, first);
  join_channel(stored.id, second);
  return stored;
}

channel& state::group_channel(std::vector<std::string> user_ids) {
  std::ranges::sort(user_ids);
  const auto repeated = std::ranges::unique(user_ids);
  user_ids.erase(repeated.begin(), repeated.end());
  std::string joined;
  std::vector<std::string> names;
  for (const auto& id : user_ids) {
    joined += id;
    names.push_back(users.at(id).username);
  }
  const auto name = sha1_hex(joined);
  if (auto* already = channel_by_name("", name)) return *already;
  std::ranges::sort(names);
  channel made;
  made.type = "G";
  made.name = name;
  for (const auto& one : names) made.display_name += (made.display_name.empty() ? "" : ", ") + one;
  auto& stored = add_channel(std::move(made));
  for (const auto& id : user_ids) join_channel(stored.id, id);
  return stored;
}

}  // namespace crossdock::doubles
