#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "tests/doubles/mattermost/router.hpp"

/// What several routes, the plugin and the importer do alike. Functions that take a `call` check
/// what the server checks and throw api_error.
namespace crossdock::doubles {

// -- reading JSON ---------------------------------------------------------------------------------

/// Empty when absent, null or of another kind.
std::string text_in(const boost::json::object& object, std::string_view key);
std::int64_t number_in(const boost::json::object& object, std::string_view key);
bool flag_in(const boost::json::object& object, std::string_view key);
boost::json::object object_in(const boost::json::object& object, std::string_view key);
/// The texts among its elements.
std::vector<std::string> texts_of(const boost::json::array& list);
std::vector<std::string> texts_in(const boost::json::object& object, std::string_view key);

// -- finding --------------------------------------------------------------------------------------

/// Throws app.user.missing_account.const.
user& existing_user(state& db, std::string_view id);
/// Throws app.team.get.find.app_error.
team& existing_team(state& db, std::string_view id);
/// Throws app.channel.get.existing.app_error.
channel& existing_channel(state& db, std::string_view id);
/// Throws app.post.get.app_error; deleted posts do not exist.
post& existing_post(state& db, std::string_view id);

// -- permissions ----------------------------------------------------------------------------------

bool can_see(const call& one, const channel& where);
/// Throws api.context.permissions.app_error unless the actor is that user or an administrator.
void require_self(const call& one, std::string_view user_id);
void require_channel(const call& one, const channel& where);

// -- people ---------------------------------------------------------------------------------------

/// notify_props and timezone of a new account.
void set_user_defaults(user& who);
/// Checks what a new or changed account must satisfy; the e-mail and name are lower-cased before.
void check_user(const user& who);
/// Of POST /users, POST /bots and the importer alike: names, e-mails and auth_data are unique.
void check_user_is_new(state& db, const user& who);

// -- teams and channels ---------------------------------------------------------------------------

/// Throws the error of a team that is full; members that are in already fit.
void check_team_has_room(const call& one, const std::string& team_id, const std::string& user_id);
/// Joins and writes the server's message about it; a member already there is left as it is.
member& add_to_channel(const call& one, channel& where, const std::string& user_id);
/// Archives it, with the server's message.
void archive_channel(const call& one, channel& where);
void unarchive_channel(channel& where);

// -- posts ----------------------------------------------------------------------------------------

/// A post as a client or the importer wants it.
struct new_post {
  post content;  ///< create_at 0: now
  std::vector<std::string> file_ids;
};
/// Text, props, type of props, number of files: what every way of posting checks.
void check_post(const server_rules& rules, const new_post& wanted);
/// The root exists, is in this channel and is no reply.
void check_root(state& db, const post& wanted);
/// Stores it, takes its files, fills hashtags and the mentions of channels.
post& publish(state& db, new_post wanted);

/// Checks of POST /reactions that do not depend on who asks.
void check_reaction(const call& one, const post& which, const reaction& wanted);

// -- files ----------------------------------------------------------------------------------------

void check_file(const call& one, std::string_view name, std::size_t size);

}  // namespace crossdock::doubles
