#include "workflows/slack_mattermost/mattermost/rules.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace crossdock::mattermost {

namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower_alnum(char c) {
  return is_lower(c) || is_digit(c);
}
bool is_alnum(char c) {
  return is_lower_alnum(c) || is_upper(c);
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}

bool is_one_of(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

template <class Predicate>
bool all(std::string_view text, Predicate holds) {
  return std::all_of(text.begin(), text.end(), holds);
}

template <class List>
bool contains(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

verdict broken(std::string_view id, std::string detail) {
  return violation{id, std::move(detail)};
}

verdict at_most_runes(std::string_view text, std::size_t most, std::string_view id) {
  // A rune has at least one byte: short texts need no counting.
  if (text.size() <= most) return {};
  const auto count = rune_count(text);
  if (count <= most) return {};
  return broken(id, "has " + std::to_string(count) + " characters, at most " +
                        std::to_string(most) + " are allowed");
}

verdict within_bytes(std::string_view text, std::size_t least, std::size_t most,
                     std::string_view id) {
  if (text.size() >= least && text.size() <= most) return {};
  return broken(id, "has " + std::to_string(text.size()) + " bytes, " + std::to_string(least) +
                        " to " + std::to_string(most) + " are allowed");
}

constexpr std::array<std::string_view, 4> reserved_usernames = {"all", "channel", "matterbot",
                                                                "system"};

constexpr std::array<std::string_view, 17> reserved_team_prefixes = {
    "admin", "api",   "channel", "claim",   "error", "files",  "help",   "landing",  "login",
    "mfa",   "oauth", "plug",    "plugins", "post",  "signup", "boards", "playbooks"};

constexpr std::array<std::string_view, 25> known_post_types = {"",
                                                               "me",
                                                               "slack_attachment",
                                                               "reminder",
                                                               "burn_on_read",
                                                               "add_bot_teams_channels",
                                                               "system_generic",
                                                               "system_join_leave",
                                                               "system_join_channel",
                                                               "system_guest_join_channel",
                                                               "system_leave_channel",
                                                               "system_join_team",
                                                               "system_leave_team",
                                                               "system_add_remove",
                                                               "system_add_to_channel",
                                                               "system_add_guest_to_chan",
                                                               "system_remove_from_channel",
                                                               "system_add_to_team",
                                                               "system_remove_from_team",
                                                               "system_header_change",
                                                               "system_displayname_change",
                                                               "system_convert_channel",
                                                               "system_purpose_change",
                                                               "system_channel_deleted",
                                                               "system_channel_restored"};

bool is_email_atom(char c) {
  return is_lower_alnum(c) || is_one_of(c, "!#$%&'*+-/=?^_`{|}~");
}

/// Dot-separated, non-empty runs of characters that satisfy `allowed`.
template <class Predicate>
bool is_dotted(std::string_view text, Predicate allowed) {
  char before = '.';
  for (const char c : text) {
    if (c == '.' ? before == '.' : !allowed(c)) return false;
    before = c;
  }
  return before != '.';
}

bool looks_like_direct_message(std::string_view name) {
  constexpr std::size_t id_length = 26;
  return name.size() == 2 * id_length + 2 && name.substr(id_length, 2) == "__" &&
         all(name.substr(0, id_length), is_alnum) && all(name.substr(id_length + 2), is_alnum);
}

bool looks_like_group_message(std::string_view name) {
  return name.size() == 40 && all(name, is_hex);
}

bool has_team_characters(std::string_view name) {
  if (!is_lower_alnum(name.front()) || !is_lower_alnum(name.back())) return false;
  if (all(name, [](char c) { return is_lower_alnum(c) || c == '-'; })) return true;
  // The other alternative of the server's pattern: one "__" between letters and digits.
  const auto mark = name.find("__");
  return mark != std::string_view::npos && all(name.substr(0, mark), is_lower_alnum) &&
         all(name.substr(mark + 2), is_lower_alnum);
}

verdict check_emoji_characters(std::string_view name, std::string_view id) {
  if (auto bad = within_bytes(name, 1, limits::emoji_name_bytes, id)) return bad;
  if (!all(name, [](char c) { return is_alnum(c) || is_one_of(c, "+_-"); })) {
    return broken(id, "may hold letters, digits, '+', '_' and '-' only");
  }
  return {};
}

}  // namespace

verdict check_username(std::string_view name) {
  constexpr std::string_view id = "model.user.is_valid.username.app_error";
  if (auto bad = within_bytes(name, 1, limits::username_bytes, id)) return bad;
  if (!all(name, [](char c) { return is_lower_alnum(c) || is_one_of(c, ".-_"); })) {
    return broken(id, "may hold lower-case letters, digits, '.', '-' and '_' only");
  }
  if (contains(reserved_usernames, name)) return broken(id, "is a word the server reserves");
  return {};
}

verdict check_email(std::string_view email) {
  constexpr std::string_view id = "model.user.is_valid.email.app_error";
  if (auto bad = within_bytes(email, 1, limits::email_bytes, id)) return bad;
  if (std::any_of(email.begin(), email.end(), is_upper)) return broken(id, "is not lower-case");
  const auto at = email.find('@');
  const bool valid = at != std::string_view::npos &&
                     is_dotted(email.substr(0, at), is_email_atom) &&
                     is_dotted(email.substr(at + 1), is_email_atom);
  if (!valid) return broken(id, "is not a plain e-mail address");
  return {};
}

std::string clean_email(std::string_view email) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = email.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  std::string clean(email.substr(first, email.find_last_not_of(blanks) - first + 1));
  for (char& c : clean) {
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return clean;
}

verdict check_nickname(std::string_view name) {
  return at_most_runes(name, limits::person_name_runes, "model.user.is_valid.nickname.app_error");
}

verdict check_first_name(std::string_view name) {
  return at_most_runes(name, limits::person_name_runes, "model.user.is_valid.first_name.app_error");
}

verdict check_last_name(std::string_view name) {
  return at_most_runes(name, limits::person_name_runes, "model.user.is_valid.last_name.app_error");
}

verdict check_position(std::string_view position) {
  return at_most_runes(position, limits::position_runes, "model.user.is_valid.position.app_error");
}

verdict check_bot_display_name(std::string_view name) {
  return at_most_runes(name, limits::bot_display_name_runes,
                       "model.bot.is_valid.user_id.app_error");
}

verdict check_bot_description(std::string_view text) {
  return at_most_runes(text, limits::bot_description_runes,
                       "model.bot.is_valid.description.app_error");
}

verdict check_team_name(std::string_view name) {
  constexpr std::string_view id = "model.team.is_valid.characters.app_error";
  if (auto bad = within_bytes(name, 2, limits::team_name_bytes, id)) return bad;
  if (!has_team_characters(name)) {
    return broken(id, "may hold lower-case letters, digits and inner '-' only");
  }
  for (const auto prefix : reserved_team_prefixes) {
    if (name.substr(0, prefix.size()) == prefix) {
      return broken("model.team.is_valid.reserved.app_error",
                    "begins with the reserved word " + std::string(prefix));
    }
  }
  return {};
}

verdict check_team_display_name(std::string_view name) {
  constexpr std::string_view id = "model.team.is_valid.name.app_error";
  if (name.empty()) return broken(id, "is empty");
  return at_most_runes(name, limits::team_display_name_runes, id);
}

verdict check_team_description(std::string_view text) {
  return at_most_runes(text, limits::team_description_runes,
                       "model.team.is_valid.description.app_error");
}

verdict check_channel_name(std::string_view name) {
  constexpr std::string_view id = "model.channel.is_valid.1_or_more.app_error";
  if (auto bad = within_bytes(name, 1, limits::channel_name_bytes, id)) return bad;
  const bool valid = is_lower_alnum(name.front()) &&
                     all(name, [](char c) { return is_lower_alnum(c) || is_one_of(c, "-_"); });
  if (!valid) {
    return broken(id,
                  "must begin with a lower-case letter or digit and hold only these, '-' and '_'");
  }
  if (looks_like_group_message(name) || looks_like_direct_message(name)) {
    return broken("model.channel.is_valid.name.app_error",
                  "has the form of a direct or group message's name");
  }
  return {};
}

verdict check_channel_display_name(std::string_view name) {
  return at_most_runes(name, limits::channel_display_name_runes,
                       "model.channel.is_valid.display_name.app_error");
}

verdict check_channel_header(std::string_view text) {
  return at_most_runes(text, limits::channel_header_runes,
                       "model.channel.is_valid.header.app_error");
}

verdict check_channel_purpose(std::string_view text) {
  return at_most_runes(text, limits::channel_purpose_runes,
                       "model.channel.is_valid.purpose.app_error");
}

verdict check_direct_members(std::size_t count) {
  const auto detail = "has " + std::to_string(count) + " members";
  if (count < limits::direct_members_min) {
    return broken("app.import.validate_direct_channel_import_data.members_too_few.error", detail);
  }
  if (count > limits::direct_members_max) {
    return broken("app.import.validate_direct_channel_import_data.members_too_many.error", detail);
  }
  return {};
}

verdict check_emoji_name(std::string_view name) {
  return check_emoji_characters(name, "model.emoji.name.app_error");
}

verdict check_emoji_image_size(std::int64_t bytes) {
  if (bytes <= limits::emoji_image_bytes) return {};
  return broken("api.emoji.create.too_large.app_error",
                "has " + std::to_string(bytes) + " bytes, at most " +
                    std::to_string(limits::emoji_image_bytes) + " are allowed");
}

verdict check_reaction_name(std::string_view name) {
  return check_emoji_characters(name, "model.reaction.is_valid.emoji_name.app_error");
}

verdict check_message(std::string_view message) {
  if (message.find('\0') != std::string_view::npos) {
    return broken("app.post.save.app_error", "holds a NUL character");
  }
  constexpr std::string_view id = "model.post.is_valid.message_length.app_error";
  if (!valid_utf8(message)) return broken(id, "is not valid UTF-8");
  return at_most_runes(message, limits::message_runes, id);
}

verdict check_props(std::string_view json) {
  return at_most_runes(json, limits::props_runes, "model.post.is_valid.props.app_error");
}

verdict check_post_type(std::string_view type) {
  constexpr std::string_view custom = "custom_";
  if (contains(known_post_types, type) || type.substr(0, custom.size()) == custom) return {};
  return broken("model.post.is_valid.type.app_error",
                "the server knows no post type " + std::string(type));
}

verdict check_attachment_count(std::size_t count) {
  if (count <= limits::attachments_per_post) return {};
  return broken("model.post.is_valid.file_ids.app_error",
                "has " + std::to_string(count) + " files, at most " +
                    std::to_string(limits::attachments_per_post) + " are allowed");
}

verdict check_line_size(std::size_t bytes) {
  if (bytes + 1 < limits::line_bytes) return {};
  return broken("import.line_too_long", "has " + std::to_string(bytes) + " bytes, fewer than " +
                                            std::to_string(limits::line_bytes - 1) +
                                            " are allowed");
}

verdict check_bundle_path(std::string_view path) {
  constexpr std::string_view id = "import.invalid_path";
  if (!valid_utf8(path)) return broken(id, "is not valid UTF-8");
  const auto forbidden = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\';
  };
  if (std::any_of(path.begin(), path.end(), forbidden)) {
    return broken(id, "holds a control character or a backslash");
  }
  for (std::size_t start = 0; start <= path.size();) {
    const auto end = std::min(path.find('/', start), path.size());
    const auto component = path.substr(start, end - start);
    if (component.empty() || component == "." || component == "..") {
      return broken(id, "has the component \"" + std::string(component) + "\"");
    }
    start = end + 1;
  }
  return {};
}

}  // namespace crossdock::mattermost
