#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/operations.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

void check_team_has_room(const call& one, const std::string& team_id, const std::string& user_id) {
  if (one.db.team_member(team_id, user_id)) return;
  const auto count = one.db.count_team_members(team_id);
  if (count < one.config().max_users_per_team) return;
  throw api_error(one.rules.team_full, {},
                  "limit exceeded: what: TeamMember count: " + std::to_string(count + 1) +
                      " metadata: team members limit exceeded");
}

member& add_to_channel(const call& one, channel& where, const std::string& user_id) {
  if (auto* already = one.db.channel_member(where.id, user_id)) {
    already->mention_count = 1;  // of the message below (observed on 6.7)
    return *already;
  }
  auto& made = one.db.join_channel(where.id, user_id);
  const auto& who = one.db.users.at(user_id);
  if (user_id == one.actor->id) {
    one.db.add_system_post(where.id, user_id, "system_join_channel",
                           who.username + " joined the channel.", {{"username", who.username}});
    return made;
  }
  one.db.add_system_post(where.id, one.actor->id, "system_add_to_channel",
                         who.username + " added to the channel by " + one.actor->username + ".",
                         {{"addedUserId", user_id},
                          {"addedUsername", who.username},
                          {"userId", one.actor->id},
                          {"username", one.actor->username}});
  return made;
}

void archive_channel(const call& one, channel& where) {
  if (where.delete_at != 0) throw api_error("api.channel.delete_channel.deleted.app_error");
  if (where.is_conversation()) throw api_error("api.channel.delete_channel.type.invalid");
  if (where.name == "town-square") {
    throw api_error("api.channel.delete_channel.cannot.app_error", where.name);
  }
  one.db.add_system_post(where.id, one.actor->id, "system_channel_deleted",
                         one.actor->username + " archived the channel.",
                         {{"username", one.actor->username}});
  where.delete_at = where.update_at = one.db.now;
}

void unarchive_channel(channel& where) {
  if (where.delete_at == 0) throw api_error("api.channel.restore_channel.restored.app_error");
  where.delete_at = 0;
}

}  // namespace crossdock::doubles
