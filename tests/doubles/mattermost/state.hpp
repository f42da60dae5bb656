#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tests/doubles/mattermost/model.hpp"

/// The server's memory: tables, their indexes and the effects of writing to them. No sockets, no
/// clock, no validation (rules.hpp) and no permissions (the routes). Not thread-safe: `application`
/// holds one lock around every request.
namespace crossdock::doubles {

struct text_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

template <class Value>
using text_map = std::unordered_map<std::string, Value, text_hash, std::equal_to<>>;

/// Null where nothing has the key.
template <class Map>
auto* find_in(Map& map, std::string_view key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

/// Members by user id: the order in which lists show them.
using member_map = std::map<std::string, member, std::less<>>;

/// Channel's posts by time; two of one millisecond by id.
using post_order = std::set<std::pair<millis, std::string>>;

class state {
 public:
  explicit state(std::uint64_t id_seed) : ids_(id_seed) {}

  /// The time of the request being executed; set before it, so that a replay sees the same time.
  millis now = 0;

  std::string new_id() { return ids_.next(); }

  // -- people -------------------------------------------------------------------------------------
  text_map<user> users;
  text_map<bot> bots;                        ///< by user id
  text_map<token> tokens;                    ///< by secret
  text_map<boost::json::array> preferences;  ///< by user id

  /// Gives it an id and the time; the name, e-mail and auth_data must be free.
  user& add_user(user value);
  user* user_by_name(std::string_view lower_case);
  user* user_by_email(std::string_view lower_case);
  bool auth_data_taken(std::string_view data) const;
  /// Both keep the index of names.
  void rename_user(user& who, const std::string& username);
  void change_email(user& who, const std::string& email);
  void change_auth(user& who, const std::string& service, std::optional<std::string> data);
  /// All traces in users, bots, tokens and memberships; posts stay.
  void erase_user(const std::string& id);
  /// Of a user: who may log in with it. Also what a login gives.
  token& add_token(const std::string& user_id, const std::string& description, bool session,
                   std::string secret = {});

  // -- teams --------------------------------------------------------------------------------------
  text_map<team> teams;
  text_map<member_map> team_members;  ///< by team id; those who left stay with delete_at

  /// Makes town-square and off-topic, too.
  team& add_team(team value);
  team* team_by_name(std::string_view name);
  /// Null unless the user is in the team now.
  member* team_member(std::string_view team_id, std::string_view user_id);
  std::size_t count_team_members(std::string_view team_id);
  /// A user who is in already stays; a new one joins the default channels.
  member& join_team(const std::string& team_id, const std::string& user_id, bool admin = false);
  void leave_team(const std::string& team_id, const std::string& user_id);

  // -- channels -----------------------------------------------------------------------------------
  text_map<channel> channels;
  text_map<member_map> channel_members;  ///< by channel id

  channel& add_channel(channel value);
  /// Archived ones, too.
  channel* channel_by_name(std::string_view team_id, std::string_view name);
  void rename_channel(channel& where, const std::string& name);
  /// With its members and posts.
  void erase_channel(const std::string& id);
  std::size_t count_channels(std::string_view team_id) const;
  /// Ids of a team's channels, sorted by display name.
  std::vector<const channel*> channels_of(std::string_view team_id) const;
  member* channel_member(std::string_view channel_id, std::string_view user_id);
  /// A member already there is returned as it is.
  member& join_channel(const std::string& channel_id, const std::string& user_id,
                       bool admin = false);
  /// The existing conversation of these users, or a new one. One id: with oneself.
  channel& direct_channel(const std::string& first, const std::string& second);
  channel& group_channel(std::vector<std::string> user_ids);

  // -- posts --------------------------------------------------------------------------------------
  text_map<post> posts;
  text_map<post_order> posts_of;  ///< by channel id; deleted posts are in it

  /// Stores it, gives it an id, links it to its root and counts it in its channel. `create_at` must
  /// be set; `update_at` becomes it. A root's `update_at` becomes the reply's `create_at`, even
  /// backwards (observed on 6.7).
  post& add_post(post value);
  /// Null for deleted ones.
  post* live_post(std::string_view id);
  /// Marks it and, of a root, its replies as deleted.
  void delete_post(post& which);
  std::size_t count_replies(const post& root) const;
  /// A message of the server about itself, now.
  post& add_system_post(const std::string& channel_id, const std::string& user_id,
                        const std::string& type, const std::string& message,
                        boost::json::object props);
  /// Adds it, or moves the `update_at` of the one that is there.
  void save_reaction(post& which, const reaction& value);
  bool remove_reaction(post& which, std::string_view user_id, std::string_view emoji_name);

  // -- files, emoji, imports, jobs ----------------------------------------------------------------
  text_map<file_info> files;
  text_map<upload> uploads;
  text_map<emoji> emojis;
  std::map<std::string, blob, std::less<>> imports;  ///< by `<upload id>_<file name>`
  std::vector<job> jobs;                             ///< in the order they were created

  /// `name` is reduced to its last path element; type and size come from it and the bytes.
  file_info& add_file(const std::string& user_id, const std::string& channel_id,
                      std::string_view name, blob content);
  /// Gives the post those of the files that are of its author and free; returns how many.
  std::size_t attach_files(post& which, const std::vector<std::string>& file_ids);
  emoji& add_emoji(emoji value);
  emoji* emoji_by_name(std::string_view name);
  void erase_emoji(const std::string& id);
  job* find_job(std::string_view id);
  /// Emoji in the order they were created.
  const std::vector<std::string>& emoji_order() const { return emoji_order_; }

  // -- the memory of pending_post_id --------------------------------------------------------------
  /// The live post that the key made less than 30 s ago; null otherwise.
  const post* pending_post(std::string_view key);
  void remember_pending_post(const std::string& key, const std::string& post_id);
  /// As a restart does: a real server keeps them in memory only.
  void forget_pending_posts();

 private:
  id_source ids_;
  text_map<std::string> user_names_;
  text_map<std::string> user_emails_;
  std::set<std::string, std::less<>> auth_data_;
  text_map<std::string> team_names_;
  text_map<std::string> channel_names_;  ///< by `<team id>/<name>`
  text_map<std::size_t> channel_counts_;
  text_map<std::string> emoji_names_;
  std::vector<std::string> emoji_order_;

  struct pending_entry {
    std::string post_id;
    millis at = 0;
  };
  text_map<pending_entry> pending_posts_;
  std::deque<std::pair<millis, std::string>> pending_order_;  ///< oldest first
};

}  // namespace crossdock::doubles
