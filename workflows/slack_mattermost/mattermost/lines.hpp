#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>

#include "workflows/slack_mattermost/mattermost/lines_server.hpp"
#include "workflows/slack_mattermost/mattermost/parts_record.hpp"
#include "workflows/slack_mattermost/mattermost/rules.hpp"

/// Builders of the lines of a bulk import's JSONL file. They write one shape in one key order and
/// leave out what is empty, zero or false. Values are expected to satisfy rules.hpp; text is made
/// valid UTF-8 and free of NUL on the way. Times are milliseconds since 1970. All functions are
/// pure.
namespace crossdock::mattermost {

/// Something the line does not carry, or carries otherwise than it was given.
struct line_note {
  /// A stable word: participants, channel_deleted_at, reply_props, reply_pins, reply_reactions
  /// (the server version does not take it); duplicate_reactions (one user, one emoji, twice).
  std::string_view what;
  std::int64_t count = 1;
};

struct built_line {
  part_record record;
  std::vector<line_note> notes;
};

// -- everything but posts -------------------------------------------------------------------------

struct version_info {
  std::string generator;  ///< name of the program
  std::string generator_version;
  std::string created;  ///< RFC 3339; given by the caller so that output is reproducible
};
std::string version_line(const version_info& info);

struct emoji {
  std::string name;
  bundle_file image;
};
built_line emoji_line(const emoji& item);

struct team {
  std::string name;
  std::string display_name;
  std::string description;
  bool open = false;  ///< listed for everybody ("O"), otherwise by invitation ("I")
};
built_line team_line(const team& item);

struct channel {
  std::string team;
  std::string name;
  std::string display_name;
  std::string header;
  std::string purpose;
  bool is_private = false;
  std::int64_t deleted_at = 0;  ///< when it was archived; 0: it is open
};
built_line channel_line(const channel& item, server_version server);

/// Read state of a member; written when `last_viewed_at` is set. Without it all is unread.
struct read_state {
  std::int64_t last_viewed_at = 0;
  std::int64_t msg_count = 0;
  std::int64_t msg_count_root = 0;
};

struct channel_membership {
  std::string channel;
  bool administrator = false;
  bool favorite = false;
  read_state read;
};

struct team_membership {
  std::string team;
  bool administrator = false;
  std::vector<channel_membership> channels;
};

/// The server refuses a guest with a member's role anywhere and the reverse
/// (`app.import.validate_user_import_data.guest_roles_conflict.error`); roles are derived from this
/// one value, so they agree. A guest's `administrator` flags are ignored.
enum class account_kind { member, guest, system_administrator };

struct user {
  std::string username;
  std::string email;
  std::optional<std::string> auth_service;  ///< "gitlab", "saml", …: with auth_data
  std::optional<std::string> auth_data;
  std::string nickname;
  std::string first_name;
  std::string last_name;
  std::string position;
  std::string locale;
  account_kind kind = account_kind::member;
  std::int64_t delete_at = 0;  ///< when it was deactivated; 0: it is active
  std::optional<bundle_file> profile_image;
  std::vector<team_membership> teams;
};
built_line user_line(const user& item);

struct bot {
  std::string username;
  std::string display_name;
  std::string owner;  ///< a username
  std::string description;
  std::int64_t delete_at = 0;
  std::optional<bundle_file> profile_image;
};
/// Empty for servers without bot lines: give the bot a user line then.
std::optional<built_line> bot_line(const bot& item, server_version server);

struct direct_member {
  std::string username;
  read_state read;
};

struct direct_channel {
  /// check_direct_members() of them, each once; a conversation with oneself lists the user twice.
  std::vector<direct_member> members;
  std::string header;
  std::vector<std::string> shown_by;  ///< usernames that keep it in their list
};
built_line direct_channel_line(const direct_channel& item, server_version server);

// -- posts ----------------------------------------------------------------------------------------

struct reaction {
  std::string user;
  std::string emoji_name;
  std::int64_t create_at = 0;
};

/// What a post was made from; not written.
struct post_origin {
  std::string item;            ///< its external id; empty: a post that the source does not have
  std::int64_t create_at = 0;  ///< as the source has it
};

struct post_body {
  std::string user;
  std::string type;  ///< empty: an ordinary post
  std::string message;
  boost::json::object props;
  std::int64_t create_at = 0;
  std::int64_t edit_at = 0;
  bool is_pinned = false;
  std::vector<reaction> reactions;
  std::vector<bundle_file> attachments;
  post_origin origin;
};

/// Where a post lies.
struct team_channel {
  std::string team;
  std::string channel;
};
struct direct_conversation {
  std::vector<std::string> members;  ///< usernames, as in the direct channel's line
};
using conversation = std::variant<team_channel, direct_conversation>;

struct thread {
  conversation where;
  post_body root;
  std::vector<post_body> replies;
};

/// Makes times what the importer needs: replies strictly later than the root and each later than
/// the one before (it keys them by create_at, and moves earlier ones to the root), reactions not
/// earlier than their post (`create_at_before_parent` ends the import), one reaction per user and
/// emoji. Replies are taken in the order given. Whose time moved is told by post_body::origin.
/// Changes nothing in a thread that is in order.
std::vector<line_note> normalize_thread(thread& item);

struct split_limits {
  /// Less than limits::line_bytes by what a note about missing files may add later.
  std::size_t max_line_bytes = limits::line_bytes - 256 * 1024;
  /// Of the files of one line; see record_file_budget().
  std::int64_t max_file_bytes = 64 * 1024 * 1024;
};

struct split_result {
  std::vector<part_record> records;  ///< never empty; to be appended one after the other
  std::vector<line_note> notes;
};

/// The `post` or `direct_post` lines of a thread, normalised: one, unless it exceeds a limit. Every
/// further line repeats the root without its files and reactions, the server recognises it by
/// channel, create_at and message, and carries the following replies. A root or a reply that
/// exceeds a limit by itself still makes a line: check_line_size() and the size of its files tell.
split_result split_thread(thread item, server_version server, const split_limits& limits);

/// The whole thread on one line, whatever its size.
built_line post_line(thread item, server_version server);

}  // namespace crossdock::mattermost
