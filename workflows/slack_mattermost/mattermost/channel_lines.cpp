#include "workflows/slack_mattermost/mattermost/channel_lines.hpp"

#include "workflows/slack_mattermost/mattermost/raw_json.hpp"
#include "workflows/slack_mattermost/text/mrkdwn.hpp"

namespace crossdock::mattermost {

namespace json = boost::json;

namespace {

/// An archive time for channels whose time nothing tells: any other than 0 will do.
constexpr std::int64_t long_ago = 1;

std::string markdown(std::string_view mrkdwn, const workspace& names) {
  slack::conversion_notes ignored;  // topics are short; what they lack is not worth a line each
  const slack::text_options options{names};
  return slack::mrkdwn_to_markdown(mrkdwn, options, ignored);
}

/// Slack's own exports lack `updated`. Nobody can write to an archived channel, so that the
/// archiving is its last message.
std::int64_t archived_at(const json::object& raw_channel, std::int64_t last_message) {
  if (const auto updated = raw::millis(raw_channel, "updated")) return *updated;
  return last_message > 0 ? last_message : long_ago;
}

channel_result team_channel_line(const json::object& raw_channel, const known_channel& known,
                                 const workspace& names, server_version server,
                                 std::int64_t last_message) {
  channel_result result;
  channel line;
  line.team = names.team();
  line.name = known.name;
  line.display_name =
      fit(known.display_name, limits::channel_display_name_runes, "display_name", result.shortened);
  line.header = fit(markdown(raw::nested_text(raw_channel, "topic", "value"), names),
                    limits::channel_header_runes, "header", result.shortened);
  line.purpose = fit(markdown(raw::nested_text(raw_channel, "purpose", "value"), names),
                     limits::channel_purpose_runes, "purpose", result.shortened);
  line.is_private = known.kind == channel_kind::closed;
  if (raw::flag(raw_channel, "is_archived")) {
    line.deleted_at = archived_at(raw_channel, last_message);
  }
  result.line = channel_line(line, server);
  return result;
}

}  // namespace

std::vector<std::string> direct_members(const known_channel& channel) {
  auto members = channel.members;
  if (members.size() == 1) members.push_back(members.front());
  return members;
}

std::optional<channel_result> conversation_line(std::string_view id,
                                                const json::object& raw_channel,
                                                const workspace& names, server_version server,
                                                std::int64_t last_message) {
  const auto& known = *names.find_channel(id);
  if (known.kind != channel_kind::direct) {
    return team_channel_line(raw_channel, known, names, server, last_message);
  }
  if (known.members.empty()) return std::nullopt;
  channel_result result;
  direct_channel line;
  for (auto& member : direct_members(known)) line.members.push_back({std::move(member), {}});
  line.shown_by = known.members;
  line.header = fit(markdown(raw::nested_text(raw_channel, "topic", "value"), names),
                    limits::channel_header_runes, "header", result.shortened);
  result.line = direct_channel_line(line, server);
  return result;
}

}  // namespace crossdock::mattermost
