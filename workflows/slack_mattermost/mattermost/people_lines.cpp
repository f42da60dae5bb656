#include "workflows/slack_mattermost/mattermost/people_lines.hpp"

#include <filesystem>

#include "workflows/slack_mattermost/mattermost/raw_json.hpp"

namespace crossdock::mattermost {

namespace json = boost::json;

namespace {

constexpr std::string_view unlisted_key = "crossdock_unlisted";
/// A deactivation time for those whose time Slack does not tell: any other than 0 will do.
constexpr std::int64_t long_ago = 1;

std::string_view first_of(std::initializer_list<std::string_view> candidates) {
  for (auto candidate : candidates) {
    if (!candidate.empty()) return candidate;
  }
  return {};
}

const json::object& profile_of(const json::object& user) {
  static const json::object none;
  const auto* profile = raw::object(user, "profile");
  return profile ? *profile : none;
}

struct full_name {
  std::string first;
  std::string last;
};

/// Slack's own parts where it has them, else the real name cut at its first blank.
full_name name_of(const json::object& user, const json::object& profile) {
  auto first = raw::text(profile, "first_name");
  auto last = raw::text(profile, "last_name");
  if (first.empty() && last.empty()) {
    const auto real = first_of({raw::text(profile, "real_name"), raw::text(user, "real_name")});
    const auto blank = real.find(' ');
    first = real.substr(0, blank);
    last = blank == std::string_view::npos ? std::string_view() : real.substr(blank + 1);
  }
  return {std::string(first), std::string(last)};
}

std::string display_name(const json::object& user, const json::object& profile) {
  return std::string(first_of({raw::text(profile, "display_name"), raw::text(profile, "real_name"),
                               raw::text(user, "real_name"), raw::text(user, "name")}));
}

/// "en-US" → "en": the target's languages have no regions except where it says so itself.
std::string locale_of(const json::object& user) {
  const auto locale = raw::text(user, "locale");
  const auto language = locale.substr(0, locale.find('-'));
  return language.size() == 2 ? std::string(language) : std::string();
}

std::int64_t deactivated_at(const json::object& user, bool is_bot) {
  const bool gone = raw::flag(user, "deleted") || (!is_bot && user.contains(unlisted_key));
  if (!gone) return 0;
  return raw::millis(user, "updated").value_or(long_ago);
}

account_kind kind_of(const json::object& user) {
  const bool guest = raw::flag(user, "is_restricted") || raw::flag(user, "is_ultra_restricted");
  return guest ? account_kind::guest : account_kind::member;
}

std::optional<bundle_file> picture_file(std::string_view id,
                                        const std::optional<api::blob>& picture) {
  if (!picture) return std::nullopt;
  const auto extension = std::filesystem::path(picture->path).extension().string();
  return bundle_file{picture->key, "avatars/" + std::string(id) + extension, picture->size};
}

team_membership membership_of(std::string_view id, const json::object& user,
                              const people_context& context) {
  team_membership team;
  team.team = context.names.team();
  team.administrator = raw::flag(user, "is_admin") || raw::flag(user, "is_owner") ||
                       raw::flag(user, "is_primary_owner");
  for (const auto& channel : context.names.channels_of(id)) {
    channel_membership member;
    member.channel = context.names.find_channel(channel)->name;
    if (const auto read = context.read.find(channel); read != context.read.end()) {
      member.read = read->second;
    }
    team.channels.push_back(std::move(member));
  }
  return team;
}

}  // namespace

std::string shown_name(const json::object& raw_user) {
  return display_name(raw_user, profile_of(raw_user));
}

bot bot_of(std::string_view id, const json::object& raw_user,
           const std::optional<api::blob>& picture, const people_context& context,
           std::vector<shortened_text>& shortened) {
  const auto& profile = profile_of(raw_user);
  bot result;
  result.username = context.names.find_user(id)->username;
  result.display_name = fit(display_name(raw_user, profile), limits::bot_display_name_runes,
                            "display_name", shortened);
  result.owner = context.names.bot_owner();
  result.description =
      fit(raw::text(profile, "title"), limits::bot_description_runes, "description", shortened);
  result.delete_at = deactivated_at(raw_user, true);
  result.profile_image = picture_file(id, picture);
  return result;
}

user user_of(std::string_view id, const json::object& raw_user,
             const std::optional<api::blob>& picture, const people_context& context,
             std::vector<shortened_text>& shortened) {
  const auto& known = *context.names.find_user(id);
  const auto& profile = profile_of(raw_user);
  const auto name = name_of(raw_user, profile);
  user result;
  result.username = known.username;
  result.email = known.email;
  result.nickname =
      fit(raw::text(profile, "display_name"), limits::person_name_runes, "nickname", shortened);
  result.first_name = fit(name.first, limits::person_name_runes, "first_name", shortened);
  result.last_name = fit(name.last, limits::person_name_runes, "last_name", shortened);
  result.position = fit(raw::text(profile, "title"), limits::position_runes, "position", shortened);
  result.locale = locale_of(raw_user);
  result.kind = kind_of(raw_user);
  result.delete_at = deactivated_at(raw_user, known.is_bot);
  result.profile_image = picture_file(id, picture);
  result.teams.push_back(membership_of(id, raw_user, context));
  return result;
}

person_result person_line(std::string_view id, const json::object& raw_user,
                          const std::optional<api::blob>& picture, const people_context& context) {
  person_result result;
  if (context.names.find_user(id)->is_bot) {
    const auto line = bot_of(id, raw_user, picture, context, result.shortened);
    if (auto built = bot_line(line, context.server)) {
      result.line = std::move(*built);
      return result;
    }
    result.shortened.clear();  // of a line that is not written
  }
  result.line = user_line(user_of(id, raw_user, picture, context, result.shortened));
  return result;
}

}  // namespace crossdock::mattermost
