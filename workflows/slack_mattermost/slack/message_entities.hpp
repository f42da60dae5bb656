#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <boost/json/object.hpp>

#include "workflows/api/entity.hpp"
#include "workflows/slack_mattermost/slack/timestamp.hpp"

/// What one message of a day file becomes: the message itself, a reaction per emoji and user, an
/// attachment per file, and the names it depends on. Pure.
namespace crossdock::slack {

/// Entity types of a Slack workspace, in canonical order.
namespace type {
inline constexpr const char* user = "user";
inline constexpr const char* custom_emoji = "custom_emoji";
inline constexpr const char* channel = "channel";
inline constexpr const char* message = "message";
inline constexpr const char* attachment = "attachment";
inline constexpr const char* reaction = "reaction";
}  // namespace type

/// Keys of an entity's refs.
namespace ref {
inline constexpr const char* user = "user";
inline constexpr const char* channel = "channel";
inline constexpr const char* root = "root";        ///< of a reply: its thread's first message
inline constexpr const char* message = "message";  ///< of a reaction or an attachment
}  // namespace ref

/// Slack's own account.
inline constexpr std::string_view slackbot = "USLACKBOT";

/// "<channel>:<ts>": a ts alone is unique within its channel only.
std::string message_id(std::string_view channel, const timestamp& ts);

/// Bots sign messages with a bot id; where users.json has the bot, its user id stands for it.
using bot_users = std::unordered_map<std::string, std::string>;

/// Who wrote a message: a user id, else a bot id, else "name:<username>" for a bot without an id,
/// else "name:unknown". Never empty.
std::string author_of(const boost::json::object& message, const bot_users& bots);

/// The name a message gives its author, best first: username, user_profile, bot_profile. Empty when
/// it gives none.
std::string author_name(const boost::json::object& message);

/// Why an element of a day file is no message.
struct refused_message {
  std::string reason;
  std::string detail;
};

struct message_entities {
  std::optional<refused_message> refused;
  api::staged_entity message;
  std::string author;
  std::string root_id;      ///< of a reply: its thread's first message
  bool has_thread = false;  ///< it says that it is a thread's first message
  bool is_edited = false;
  bool is_pinned = false;
  std::vector<api::staged_entity> reactions;
  std::set<std::string> reacting_users;
  std::vector<api::staged_entity> attachments;
  /// Names of emoji in text and reactions that Slack's standard set does not have.
  std::vector<std::string> custom_emoji;
  /// Reactions whose users the export does not list ("count" is larger than "users").
  std::int64_t anonymous_reactions = 0;
};

/// `text`: the element verbatim, as it shall be kept.
message_entities message_to_entities(const boost::json::object& message, std::string_view text,
                                     const std::string& channel, const bot_users& bots);

/// A stand-in for a thread's root that the export does not have; `root_id` as message_id() made it.
api::staged_entity placeholder_root(const std::string& root_id);
/// True for the raw of such a stand-in.
bool is_placeholder(const boost::json::object& raw);

}  // namespace crossdock::slack
