#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// What a server accepts, by version. The functions throw api_error with the server's id and
/// change nothing. "Runes" are Unicode code points.
namespace crossdock::doubles {

/// Where versions differ. 6.7 is what was observed on a running server, later ones are what their
/// sources say.
struct server_rules {
  std::string version;
  std::size_t max_password = 64;                ///< bytes; 72 since 9.1
  std::size_t emoji_image_bytes = 1024 * 1024;  ///< 512 KiB since 9.1
  bool webp_emoji = false;                      ///< since 11
  bool unknown_reaction_emoji = true;           ///< refused since 11
  std::size_t unique_reactions = 0;  ///< distinct emoji on one post; 0: no limit; 50 since 9.1
  bool channel_needs_all = false;    ///< team_id and display_name are required since 9.1
  bool deactivated_members = true;   ///< may be added to channels; not since 9.1
  std::string_view message_too_long = "model.post.is_valid.msg.app_error";
  std::size_t max_payload = 0;       ///< bytes of a JSON body; 0: no limit
  std::size_t max_active_users = 0;  ///< over REST, without a licence; 0: no limit
  std::string_view team_full = "app.team.join_user_to_team.save_member.max_accounts.app_error";
  bool keeps_user_delete_at = true;      ///< of POST /users; not since 11
  bool keeps_post_edit_at = true;        ///< of POST /posts; not since 11
  bool keeps_channel_create_at = false;  ///< of POST /channels; since 11
  // -- of a bulk import
  bool import_channel_deleted_at = false;       ///< since 9.1
  bool import_bots = false;                     ///< since 11
  bool import_reply_fields = false;             ///< reactions, props and pins of replies; since 11
  bool import_missing_attachment_fatal = true;  ///< a warning since 11
};

/// Of "6.7.0", "9.9", "11.6.1": only major and minor count. Throws std::invalid_argument for text
/// that does not begin with a number.
server_rules rules_for(const std::string& version);

std::size_t rune_count(std::string_view utf8);
std::string lower_case(std::string_view ascii);

void check_username(std::string_view name);
void check_email(std::string_view email);
/// nickname, first_name, last_name, position.
void check_person_text(std::string_view field, std::string_view text);
void check_password(std::string_view password, std::size_t min, std::size_t max);
void check_team_name(std::string_view name);
/// Display name, purpose and header come before the name, as on the server.
void check_channel(std::string_view display_name, std::string_view name, std::string_view header,
                   std::string_view purpose);
void check_emoji_name(std::string_view name);
/// By the emoji rule; empty and over-long names are "not valid" as a whole.
void check_reaction_name(std::string_view name);
bool is_emoji_name(std::string_view name);
/// With its skin tones.
bool is_system_emoji(std::string_view name);
/// As a client may send it: "", slack_attachment, me, custom_*, …; system_* is refused.
void check_post_type(std::string_view type);

/// `#tags` of a message, separated by blanks.
std::string hashtags_of(std::string_view message);

inline constexpr std::size_t max_message_runes = 16383;
inline constexpr std::size_t max_props_runes = 800000;
inline constexpr std::size_t max_post_files = 10;
inline constexpr std::size_t max_team_batch = 256;
inline constexpr std::size_t max_channel_batch = 1000;
inline constexpr std::int64_t first_upload_part_bytes = 5 * 1024 * 1024;

}  // namespace crossdock::doubles
