#include "tests/doubles/mattermost/rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <stdexcept>
#include <unordered_set>
#include <utility>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/emoji_data.hpp"
#include "tests/doubles/mattermost/ids.hpp"

namespace crossdock::doubles {

namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower_or_digit(char c) {
  return is_lower(c) || is_digit(c);
}

std::pair<int, int> major_and_minor(const std::string& version) {
  int major = 0;
  int minor = 0;
  const auto* end = version.data() + version.size();
  const auto [after, error] = std::from_chars(version.data(), end, major);
  if (error != std::errc{}) throw std::invalid_argument("no server version: " + version);
  if (after != end && *after == '.') std::from_chars(after + 1, end, minor);
  return {major, minor};
}

bool looks_like_conversation(std::string_view name) {
  const bool group = name.size() == 40 && std::ranges::all_of(name, [](char c) {
                       return is_digit(c) || (c >= 'a' && c <= 'f');
                     });
  const bool direct = name.size() == 54 && name.substr(26, 2) == "__" &&
                      is_id(name.substr(0, 26)) && is_id(name.substr(28));
  return group || direct;
}

const std::unordered_set<std::string_view>& system_emoji() {
  static const auto names = [] {
    std::unordered_set<std::string_view> found;
    auto text = emoji_data::embedded("system_emoji.txt");
    while (!text.empty()) {
      const auto line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      found.insert(line.substr(0, line.find(' ')));
    }
    return found;
  }();
  return names;
}

}  // namespace

server_rules rules_for(const std::string& version) {
  server_rules rules;
  rules.version = version;
  const auto number = major_and_minor(version);
  if (number >= std::pair{9, 1}) {
    rules.max_password = 72;
    rules.emoji_image_bytes = 512 * 1024;
    rules.unique_reactions = 50;
    rules.channel_needs_all = true;
    rules.deactivated_members = false;
    rules.max_payload = 300'000;
    rules.max_active_users = 11'000;
    rules.import_channel_deleted_at = true;
  }
  if (number >= std::pair{11, 0}) {
    rules.webp_emoji = true;
    rules.unknown_reaction_emoji = false;
    rules.message_too_long = "model.post.is_valid.message_length.app_error";
    rules.max_active_users = 250;
    rules.team_full = "app.team.join_user_to_team.max_accounts.app_error";
    rules.keeps_user_delete_at = false;
    rules.keeps_post_edit_at = false;
    rules.keeps_channel_create_at = true;
    rules.import_bots = true;
    rules.import_reply_fields = true;
    rules.import_missing_attachment_fatal = false;
  }
  return rules;
}

std::size_t rune_count(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

std::string lower_case(std::string_view ascii) {
  std::string text(ascii);
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

void check_username(std::string_view name) {
  constexpr std::array<std::string_view, 4> reserved = {"all", "channel", "matterbot", "system"};
  const bool valid = !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return is_lower_or_digit(c) || c == '.' || c == '-' || c == '_';
  });
  if (!valid || std::ranges::find(reserved, name) != reserved.end()) {
    throw api_error("model.user.is_valid.username.app_error");
  }
}

void check_email(std::string_view email) {
  const auto at = email.rfind('@');
  const bool valid = !email.empty() && email.size() <= 128 && at != std::string_view::npos &&
                     at > 0 && at + 1 < email.size() &&
                     email.find_first_of(" \t\r\n<>,") == std::string_view::npos;
  if (!valid) throw api_error("model.user.is_valid.email.app_error");
}

void check_person_text(std::string_view field, std::string_view text) {
  const std::size_t limit = field == "position" ? 128 : 64;
  if (rune_count(text) > limit) {
    throw api_error("model.user.is_valid." + std::string(field) + ".app_error");
  }
}

void check_password(std::string_view password, std::size_t min, std::size_t max) {
  if (password.size() < min || password.size() > max) {
    throw api_error("api.user.check_user_password.invalid.app_error");
  }
}

void check_team_name(std::string_view name) {
  constexpr std::array<std::string_view, 17> reserved = {
      "admin", "api",   "channel", "claim",   "error", "files",  "help",   "landing",  "login",
      "mfa",   "oauth", "plug",    "plugins", "post",  "signup", "boards", "playbooks"};
  for (const auto word : reserved) {
    if (name.starts_with(word)) throw api_error("model.team.is_valid.reserved.app_error");
  }
  const bool valid = name.size() >= 2 && name.size() <= 64 && is_lower_or_digit(name.front()) &&
                     is_lower_or_digit(name.back()) && std::ranges::all_of(name, [](char c) {
                       return is_lower_or_digit(c) || c == '-' || c == '_';
                     });
  if (!valid) throw api_error("model.team.is_valid.characters.app_error");
}

void check_channel(std::string_view display_name, std::string_view name, std::string_view header,
                   std::string_view purpose) {
  if (rune_count(display_name) > 64) {
    throw api_error("model.channel.is_valid.display_name.app_error");
  }
  const bool valid = !name.empty() && name.size() <= 64 && is_lower_or_digit(name.front()) &&
                     std::ranges::all_of(
                         name, [](char c) { return is_lower_or_digit(c) || c == '-' || c == '_'; });
  if (!valid) throw api_error("model.channel.is_valid.1_or_more.app_error");
  if (looks_like_conversation(name)) throw api_error("model.channel.is_valid.name.app_error");
  if (rune_count(header) > 1024) throw api_error("model.channel.is_valid.header.app_error");
  if (rune_count(purpose) > 250) throw api_error("model.channel.is_valid.purpose.app_error");
}

bool is_emoji_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '+' || c == '_' || c == '-';
  });
}

void check_emoji_name(std::string_view name) {
  if (!is_emoji_name(name)) throw api_error("model.emoji.name.app_error");
  if (is_system_emoji(name)) throw api_error("model.emoji.system_emoji_name.app_error");
}

void check_reaction_name(std::string_view name) {
  if (name.empty() || name.size() > 64) {
    throw api_error("api.reaction.save_reaction.invalid.app_error");
  }
  if (!is_emoji_name(name)) throw api_error("model.reaction.is_valid.emoji_name.app_error");
}

bool is_system_emoji(std::string_view name) {
  if (system_emoji().contains(name)) return true;
  constexpr std::array<std::string_view, 5> tones = {"_light_skin_tone", "_medium_light_skin_tone",
                                                     "_medium_skin_tone", "_medium_dark_skin_tone",
                                                     "_dark_skin_tone"};
  return std::ranges::any_of(tones, [&](std::string_view tone) {
    return name.ends_with(tone) &&
           system_emoji().contains(name.substr(0, name.size() - tone.size()));
  });
}

void check_post_type(std::string_view type) {
  constexpr std::array<std::string_view, 4> known = {"", "me", "slack_attachment", "reminder"};
  if (type.starts_with("system_")) {
    throw api_error("api.context.invalid_param.app_error", "post.type");
  }
  if (std::ranges::find(known, type) == known.end() && !type.starts_with("custom_")) {
    throw api_error("model.post.is_valid.type.app_error");
  }
}

std::string hashtags_of(std::string_view message) {
  std::string found;
  std::size_t at = 0;
  while (at < message.size()) {
    const auto start = message.find_first_not_of(" \t\r\n", at);
    if (start == std::string_view::npos) break;
    const auto end = std::min(message.find_first_of(" \t\r\n", start), message.size());
    auto word = message.substr(start, end - start);
    while (!word.empty() && std::string_view(".,;:!?)").find(word.back()) != std::string_view::npos)
      word.remove_suffix(1);
    if (word.size() >= 4 && word.front() == '#' && !is_digit(word[1]) && word[1] != '#') {
      found += (found.empty() ? "" : " ") + std::string(word);
    }
    at = end;
  }
  return found;
}

}  // namespace crossdock::doubles
