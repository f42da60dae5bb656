#pragma once

#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

#include <boost/json/object.hpp>

#include "workflows/api/stage.hpp"

namespace crossdock::slack {

/// Finds everybody whom messages, reactions or channels name and no list of the export has, and
/// stages a user for each: bots of deleted apps, guests of Slack Connect, Slack's own bot. A user
/// is made from the first message that gives it a name, or from its id alone where none does. Holds
/// the ids of all users, as the lists of the export do; not thread-safe.
class unlisted_users {
 public:
  explicit unlisted_users(api::stage_context& context) : context_(context) {}

  /// A user that some list has, or that an earlier run has staged.
  void know(std::string id) { known_.insert(std::move(id)); }
  /// Somebody who is named, by an id alone.
  void see(std::string_view id);
  /// The author of a message.
  void see(std::string_view id, const boost::json::object& message);
  /// After the last message, stages those who never got a name. `saw_all`: no message came by in an
  /// earlier run; otherwise what that run saw is read again.
  void finish(bool saw_all);

 private:
  void stage(const std::string& id, const boost::json::object* message);
  void see_members_of_channels();

  api::stage_context& context_;
  std::unordered_set<std::string> known_;
  std::set<std::string, std::less<>> nameless_;
};

/// The user that `message` (null: none) tells of: named by it, else by the id. Marked, so that
/// targets can deactivate it.
api::staged_entity unlisted_user(const std::string& id, const boost::json::object* message);
bool is_unlisted(const boost::json::object& raw);

}  // namespace crossdock::slack
