#pragma once

#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "tests/doubles/mattermost/state.hpp"

/// The JSON of the API, field by field in the order the server sends it.
namespace crossdock::doubles {

/// Whole: one's own account and answers to writes. Otherwise without notify_props and
/// last_password_update.
enum class user_view { whole, others };
boost::json::object to_json(const user& who, user_view view, bool show_admin_fields = false);
boost::json::object to_json(const state& db, const bot& which);
boost::json::object to_json(const token& which, bool with_secret);
boost::json::object to_json(const team& which);
boost::json::object team_member_json(const member& which, const std::string& team_id);
boost::json::object to_json(const channel& which);
boost::json::object channel_member_json(const member& which, const std::string& channel_id);

/// `reply_count`: what the answer shows; lists show 0 (observed on 6.7).
boost::json::object to_json(state& db, const post& which, std::size_t reply_count);
boost::json::object to_json(const reaction& which);
boost::json::object to_json(const file_info& which);
boost::json::object to_json(const upload& which);
boost::json::object to_json(const emoji& which);
boost::json::object to_json(const job& which);

/// A list of posts: `order` as given, `posts` by id.
struct post_page {
  std::vector<const post*> order;
  std::vector<const post*> also;  ///< in `posts` but not in `order`
  std::string next_post_id;
  std::string prev_post_id;
  bool with_reply_counts = false;
};
boost::json::object to_json(state& db, const post_page& page);

/// Custom emoji named `:so:` in a message or used in the post's reactions.
std::vector<const emoji*> emoji_in(state& db, const post& which);

}  // namespace crossdock::doubles
