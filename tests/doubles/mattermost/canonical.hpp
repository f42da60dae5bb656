#pragma once

#include <string>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "tests/doubles/mattermost/state.hpp"

namespace crossdock::doubles {

struct state_view {
  /// Ids are replaced by names (a post's: author, time and message), times since `began_at` by
  /// "now", and what a retry may change without harm (update_at, passwords, tokens) is left out:
  /// two runs that did the same print the same bytes.
  bool mask = true;
  /// Messages that the server writes about itself (system_join_channel, …).
  bool system_posts = true;
  /// Files nobody attached, uploads, import files, jobs and tokens: an interrupted run may leave
  /// more of them.
  bool leftovers = false;
};

/// All there is, sorted. `began_at`: when the double was first started.
boost::json::object canonical_state(state& db, const state_view& view, millis began_at);

/// One member or element a line, indented.
std::string pretty(const boost::json::value& value);

}  // namespace crossdock::doubles
