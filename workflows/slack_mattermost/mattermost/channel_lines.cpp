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

}  // namespace

std::string header_of(const json::object& raw_channel, const workspace& names,
                      std::vector<shortened_text>& shortened) {
  return fit(markdown(raw::nested_text(raw_channel, "topic", "value"), names),
             limits::channel_header_runes, "header", shortened);
}

channel team_channel_of(std::string_view id, const json::object& raw_channel,
                        const workspace& names, std::int64_t last_message,
                        std::vector<shortened_text>& shortened) {
  const auto& known = *names.find_channel(id);
  channel result;
  result.team = names.team();
  result.name = known.name;
  result.display_name =
      fit(known.display_name, limits::channel_display_name_runes, "display_name", shortened);
  result.header = header_of(raw_channel, names, shortened);
  result.purpose = fit(markdown(raw::nested_text(raw_channel, "purpose", "value"), names),
                       limits::channel_purpose_runes, "purpose", shortened);
  result.is_private = known.kind == channel_kind::closed;
  if (raw::flag(raw_channel, "is_archived")) {
    result.deleted_at = archived_at(raw_channel, last_message);
  }
  return result;
}

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
  channel_result result;
  if (known.kind != channel_kind::direct) {
    result.line = channel_line(
        team_channel_of(id, raw_channel, names, last_message, result.shortened), server);
    return result;
  }
  if (known.members.empty()) return std::nullopt;
  direct_channel line;
  for (auto& member : direct_members(known)) line.members.push_back({std::move(member), {}});
  line.shown_by = known.members;
  line.header = header_of(raw_channel, names, result.shortened);
  result.line = direct_channel_line(line, server);
  return result;
}

}  // namespace crossdock::mattermost
