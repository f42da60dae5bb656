#pragma once

#include <span>
#include <string>

#include <boost/json/object.hpp>

#include "workflows/api/stage.hpp"

namespace crossdock::slack {

/// Stages a user for everybody whom messages, reactions or channels name and no list has: bots of
/// deleted apps, guests of Slack Connect, Slack's own bot. Repeatable.
void stage_unlisted_users(api::stage_context& context);

/// The user that `messages` (raw, any number) tell of: named by the first of them that gives a
/// name, else by the id. Marked, so that targets can deactivate it.
api::staged_entity unlisted_user(const std::string& id, std::span<const std::string> messages);
bool is_unlisted(const boost::json::object& raw);

}  // namespace crossdock::slack
