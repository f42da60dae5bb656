#include "workflows/slack_mattermost/mattermost/system_messages.hpp"

#include <algorithm>
#include <array>

#include "workflows/slack_mattermost/mattermost/raw_json.hpp"

namespace crossdock::mattermost {

namespace json = boost::json;

namespace {

/// How a subtype's post carries its change: the props that the server's own clients render it from.
struct mapping {
  std::string_view subtype;  ///< without "channel_" or "group_"
  std::string_view type;
  std::string_view old_prop;
  std::string_view new_prop;
  std::string_view old_key;  ///< Slack's key of the old value, if it tells one
  std::string_view new_key;
};

constexpr std::array<mapping, 7> mappings{{
    {"join", "system_join_channel", "", "", "", ""},
    {"leave", "system_leave_channel", "", "", "", ""},
    {"topic", "system_header_change", "old_header", "new_header", "", "topic"},
    {"purpose", "system_purpose_change", "old_purpose", "new_purpose", "", "purpose"},
    {"name", "system_displayname_change", "old_displayname", "new_displayname", "old_name", "name"},
    {"archive", "system_channel_deleted", "", "", "", ""},
    {"unarchive", "system_channel_restored", "", "", "", ""},
}};

constexpr std::array<std::string_view, 14> other_subtypes{"pinned_item",
                                                          "unpinned_item",
                                                          "bot_add",
                                                          "bot_remove",
                                                          "bot_enable",
                                                          "bot_disable",
                                                          "reminder_add",
                                                          "reminder_delete",
                                                          "sh_room_created",
                                                          "sh_room_shared",
                                                          "channel_convert_to_private",
                                                          "channel_posting_permissions",
                                                          "app_conversation_join",
                                                          "app_conversation_leave"};

std::string_view without_prefix(std::string_view subtype) {
  for (std::string_view prefix : {"channel_", "group_"}) {
    if (subtype.starts_with(prefix)) return subtype.substr(prefix.size());
  }
  return {};
}

const mapping* find(std::string_view subtype) {
  const auto bare = without_prefix(subtype);
  const auto* found = std::find_if(mappings.begin(), mappings.end(),
                                   [&](const mapping& m) { return m.subtype == bare; });
  return found == mappings.end() || bare.empty() ? nullptr : found;
}

}  // namespace

bool is_system_subtype(std::string_view subtype) {
  return find(subtype) != nullptr ||
         std::find(other_subtypes.begin(), other_subtypes.end(), subtype) != other_subtypes.end();
}

std::optional<system_post> system_post_for(const json::object& message, std::string_view username) {
  const auto* found = find(raw::text(message, "subtype"));
  if (!found) return std::nullopt;
  system_post post{std::string(found->type), {{"username", username}}};
  if (!found->new_prop.empty()) {
    post.props[found->old_prop] =
        found->old_key.empty() ? std::string_view() : raw::text(message, found->old_key);
    post.props[found->new_prop] = raw::text(message, found->new_key);
  }
  return post;
}

}  // namespace crossdock::mattermost
