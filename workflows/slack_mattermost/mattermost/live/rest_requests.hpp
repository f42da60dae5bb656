#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/slack_mattermost/mattermost/lines.hpp"
#include "workflows/slack_mattermost/mattermost/live/http_client.hpp"

/// The requests of Mattermost's REST API, version 4, that a migration needs. Ids are the server's,
/// 26 characters. Limits of the server are in the comments; callers keep them.
namespace crossdock::mattermost::rest {

http_request client_config();
http_request me();
http_request team_by_name(std::string_view name);
http_request create_team(const team& item);
http_request add_team_members(std::string_view team_id, std::span<const std::string> user_ids);
inline constexpr std::size_t team_members_max = 256;  ///< of one such request

http_request create_user(const user& item, std::string_view password);
http_request create_bot(const bot& item);
http_request user_by_name(std::string_view username);
http_request user_by_email(std::string_view email);
http_request users_by_ids(std::span<const std::string> ids);
http_request deactivate_user(std::string_view id);
http_request set_picture(std::string_view user_id, std::string_view file_name,
                         std::string_view bytes);

http_request create_emoji(std::string_view name, std::string_view creator_id,
                          std::string_view file_name, std::string_view bytes);
http_request emoji_by_name(std::string_view name);

http_request create_channel(std::string_view team_id, const channel& item);
http_request channel_by_name(std::string_view team_id, std::string_view name);
http_request channel_by_id(std::string_view id);
http_request direct_channel(std::span<const std::string> user_ids);  ///< two
http_request group_channel(std::span<const std::string> user_ids);   ///< three to eight
http_request set_header(std::string_view channel_id, std::string_view header);
http_request add_channel_members(std::string_view channel_id,
                                 std::span<const std::string> user_ids);
inline constexpr std::size_t channel_members_max = 1000;  ///< of one such request
http_request archive_channel(std::string_view id);
http_request restore_channel(std::string_view id);

struct new_post {
  std::string channel_id;
  std::string root_id;  ///< empty: no reply
  std::string message;
  std::string type;
  boost::json::object props;
  std::int64_t create_at = 0;
  std::int64_t edit_at = 0;
  bool is_pinned = false;
  std::vector<std::string> file_ids;  ///< at most ten
  /// The server answers a second post with the same one within 30 s with the first.
  std::string pending_post_id;
};
http_request create_post(const new_post& post);
/// A channel's posts, newest first; at most 200 a page.
http_request channel_posts(std::string_view channel_id, int page);
inline constexpr int posts_per_page = 200;

http_request upload_file(std::string_view channel_id, std::string_view name,
                         std::string_view bytes);
http_request begin_upload(std::string_view channel_id, std::string_view name, std::int64_t size);
http_request upload_piece(std::string_view upload_id, std::string bytes);
http_request upload_state(std::string_view upload_id);

http_request add_reaction(const reaction& item, std::string_view user_id, std::string_view post_id);

}  // namespace crossdock::mattermost::rest
