#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "tests/doubles/mattermost/ids.hpp"

/// What the double stores: one struct for each kind of object of the server, with the fields of its
/// API shapes. Ids are the 26-character ones; times are milliseconds since 1970, 0 for "never".
namespace crossdock::doubles {

/// Bytes of a file, shared because answers and import jobs read them after the lock is released.
using blob = std::shared_ptr<const std::string>;

struct user {
  std::string id;
  millis create_at = 0;
  millis update_at = 0;
  millis delete_at = 0;  ///< when it was deactivated
  std::string username;
  std::optional<std::string> auth_data;  ///< unique among all users; never shown
  std::string auth_service;
  std::string email;
  std::string nickname;
  std::string first_name;
  std::string last_name;
  std::string position;
  std::string roles = "system_user";
  std::string password;
  boost::json::object props;
  boost::json::object notify_props;
  boost::json::object timezone;
  std::string locale = "en";
  millis last_password_update = 0;
  blob image;  ///< avatar; null: the generated one
  std::string status = "offline";

  bool is_admin() const { return roles.find("system_admin") != std::string::npos; }
};

struct bot {
  std::string user_id;
  std::string display_name;
  std::string description;
  std::string owner_id;
  millis create_at = 0;
  millis update_at = 0;
  millis delete_at = 0;
};

/// A personal access token, or the session of a login.
struct token {
  std::string id;
  std::string secret;
  std::string user_id;
  std::string description;
  bool is_session = false;
  bool is_active = true;
};

struct member {
  std::string user_id;
  bool admin = false;
  bool guest = false;
  millis delete_at = 0;  ///< of a team: when the user left; channel members are removed instead
  millis last_viewed_at = 0;
  std::int64_t msg_count = 0;
  std::int64_t msg_count_root = 0;
  std::int64_t mention_count = 0;
  millis last_update_at = 0;
};

struct team {
  std::string id;
  millis create_at = 0;
  millis update_at = 0;
  millis delete_at = 0;
  std::string display_name;
  std::string name;
  std::string description;
  std::string email;
  std::string type = "O";
  bool allow_open_invite = false;
  std::string invite_id;
};

struct channel {
  std::string id;
  millis create_at = 0;
  millis update_at = 0;
  millis delete_at = 0;  ///< when it was archived
  std::string team_id;   ///< empty for direct and group messages
  std::string type = "O";
  std::string display_name;
  std::string name;
  std::string header;
  std::string purpose;
  millis last_post_at = 0;
  millis last_root_post_at = 0;
  std::int64_t total_msg_count = 0;
  std::int64_t total_msg_count_root = 0;
  std::string creator_id;

  bool is_conversation() const { return type == "D" || type == "G"; }
};

struct reaction {
  std::string user_id;
  std::string post_id;
  std::string emoji_name;
  millis create_at = 0;
  millis update_at = 0;
};

struct post {
  std::string id;
  millis create_at = 0;
  millis update_at = 0;
  millis edit_at = 0;
  millis delete_at = 0;
  bool is_pinned = false;
  std::string user_id;
  std::string channel_id;
  std::string root_id;
  std::string message;
  std::string type;
  boost::json::object props;
  std::string hashtags;
  std::vector<std::string> file_ids;  ///< in the order they were created
  std::vector<reaction> reactions;    ///< in the order they were saved
  std::vector<std::string> replies;   ///< of a root: ids in the order they were saved
};

struct file_info {
  std::string id;
  std::string user_id;
  std::string post_id;  ///< empty until a post takes it
  std::string channel_id;
  millis create_at = 0;
  std::string name;
  std::string extension;
  std::string mime_type;
  int width = 0;
  int height = 0;
  blob content;
};

struct upload {
  std::string id;
  std::string type = "attachment";  ///< or "import"
  millis create_at = 0;
  std::string user_id;
  std::string channel_id;
  std::string filename;
  std::int64_t file_size = 0;
  std::string received;  ///< its size is the offset
};

struct emoji {
  std::string id;
  millis create_at = 0;
  millis update_at = 0;
  std::string creator_id;
  std::string name;
  blob image;
};

struct job {
  std::string id;
  std::string type;
  millis create_at = 0;
  millis start_at = 0;
  millis last_activity_at = 0;
  std::string status = "pending";
  std::int64_t progress = 0;
  boost::json::object data;
};

}  // namespace crossdock::doubles
