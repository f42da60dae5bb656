#include <utility>

#include "tests/doubles/mattermost/state.hpp"

namespace crossdock::doubles {

user& state::add_user(user value) {
  value.id = new_id();
  value.create_at = value.update_at = now;
  value.last_password_update = now;
  user_names_[value.username] = value.id;
  user_emails_[value.email] = value.id;
  if (value.auth_data) auth_data_.insert(*value.auth_data);
  auto id = value.id;
  return users.emplace(std::move(id), std::move(value)).first->second;
}

user* state::user_by_name(std::string_view lower_case) {
  const auto* id = find_in(user_names_, lower_case);
  return id ? find_in(users, *id) : nullptr;
}

user* state::user_by_email(std::string_view lower_case) {
  const auto* id = find_in(user_emails_, lower_case);
  return id ? find_in(users, *id) : nullptr;
}

bool state::auth_data_taken(std::string_view data) const {
  return auth_data_.contains(data);
}

void state::rename_user(user& who, const std::string& username) {
  user_names_.erase(who.username);
  who.username = username;
  user_names_[username] = who.id;
}

void state::change_email(user& who, const std::string& email) {
  user_emails_.erase(who.email);
  who.email = email;
  user_emails_[email] = who.id;
}

void state::change_auth(user& who, const std::string& service, std::optional<std::string> data) {
  if (who.auth_data) auth_data_.erase(*who.auth_data);
  who.auth_service = service;
  who.auth_data = std::move(data);
  if (who.auth_data) auth_data_.insert(*who.auth_data);
}

void state::erase_user(const std::string& id) {
  const auto* who = find_in(users, id);
  if (!who) return;
  user_names_.erase(who->username);
  user_emails_.erase(who->email);
  if (who->auth_data) auth_data_.erase(*who->auth_data);
  std::erase_if(tokens, [&](const auto& entry) { return entry.second.user_id == id; });
  for (auto& [team_id, members] : team_members) members.erase(id);
  for (auto& [channel_id, members] : channel_members) members.erase(id);
  bots.erase(id);
  preferences.erase(id);
  users.erase(id);
}

token& state::add_token(const std::string& user_id, const std::string& description, bool session,
                        std::string secret) {
  token made;
  made.id = new_id();
  made.secret = secret.empty() ? new_id() : std::move(secret);
  made.user_id = user_id;
  made.description = description;
  made.is_session = session;
  auto key = made.secret;
  return tokens.insert_or_assign(std::move(key), std::move(made)).first->second;
}

team& state::add_team(team value) {
  value.id = new_id();
  value.invite_id = new_id();
  value.create_at = value.update_at = now;
  team_names_[value.name] = value.id;
  const auto id = value.id;
  auto& made = teams.emplace(id, std::move(value)).first->second;
  for (const auto& [name, display] :
       {std::pair{"town-square", "Town Square"}, std::pair{"off-topic", "Off-Topic"}}) {
    channel automatic;
    automatic.team_id = id;
    automatic.name = name;
    automatic.display_name = display;
    add_channel(std::move(automatic));
  }
  return made;
}

team* state::team_by_name(std::string_view name) {
  const auto* id = find_in(team_names_, name);
  return id ? find_in(teams, *id) : nullptr;
}

member* state::team_member(std::string_view team_id, std::string_view user_id) {
  auto* members = find_in(team_members, team_id);
  auto* found = members ? find_in(*members, user_id) : nullptr;
  return found && found->delete_at == 0 ? found : nullptr;
}

std::size_t state::count_team_members(std::string_view team_id) {
  std::size_t count = 0;
  if (const auto* members = find_in(team_members, team_id)) {
    for (const auto& [id, one] : *members) count += one.delete_at == 0 ? 1U : 0U;
  }
  return count;
}

member& state::join_team(const std::string& team_id, const std::string& user_id, bool admin) {
  if (auto* already = team_member(team_id, user_id)) return *already;
  auto& made = team_members[team_id][user_id];
  made = member{};
  made.user_id = user_id;
  made.admin = admin;
  made.last_update_at = now;
  for (const auto* name : {"town-square", "off-topic"}) {
    if (const auto* where = channel_by_name(team_id, name)) join_channel(where->id, user_id);
  }
  return made;
}

void state::leave_team(const std::string& team_id, const std::string& user_id) {
  if (auto* who = team_member(team_id, user_id)) who->delete_at = now;
  for (const auto* where : channels_of(team_id)) channel_members[where->id].erase(user_id);
}

}  // namespace crossdock::doubles
