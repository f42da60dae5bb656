#include "workflows/slack_mattermost/mattermost/naming.hpp"

#include <algorithm>
#include <stdexcept>

#include "workflows/slack_mattermost/mattermost/naming_clean.hpp"
#include "workflows/slack_mattermost/mattermost/rules.hpp"

namespace crossdock::mattermost {

namespace {

constexpr std::string_view town_square = "town-square";
constexpr std::string_view off_topic = "off-topic";

bool is_default_channel(std::string_view name) {
  return name == town_square || name == off_topic;
}

const name_alphabet& alphabet_of(name_kind kind) {
  // The server trims '-' of user names; a channel's name begins with a letter or digit.
  static constexpr name_alphabet user{".-_", "-", "-", limits::username_bytes};
  static constexpr name_alphabet channel{"-_", "-_", "", limits::channel_name_bytes};
  static constexpr name_alphabet emoji{"+-_", "", "", limits::emoji_name_bytes};
  switch (kind) {
    case name_kind::user: return user;
    case name_kind::channel: return channel;
    case name_kind::emoji: return emoji;
  }
  throw std::invalid_argument("no such kind of name");
}

verdict check_name(name_kind kind, std::string_view name) {
  switch (kind) {
    case name_kind::user: return check_username(name);
    case name_kind::channel: return check_channel_name(name);
    case name_kind::emoji: return check_emoji_name(name);
  }
  throw std::invalid_argument("no such kind of name");
}

std::string_view word_of(name_kind kind) {
  switch (kind) {
    case name_kind::user: return "user";
    case name_kind::channel: return "channel";
    case name_kind::emoji: return "emoji";
  }
  throw std::invalid_argument("no such kind of name");
}

bool has_upper_case(std::string_view name) {
  return std::any_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string_view describe(name_change change) {
  switch (change) {
    case name_change::lower_cased: return "lower-cased";
    case name_change::transliterated: return "transliterated";
    case name_change::characters_replaced: return "characters replaced";
    case name_change::shortened: return "shortened";
    case name_change::fallback_used: return "nothing readable left";
    case name_change::reserved_word: return "reserved by the server";
    case name_change::already_taken: return "already taken";
    case name_change::default_channel: return "the server's default channel";
  }
  throw std::invalid_argument("no such change of a name");
}

/// The name to begin with: `wanted` itself when it is valid, else cleaned, else the fallback
/// cleaned.
std::string base_name(std::string_view wanted, std::string_view fallback,
                      const name_alphabet& alphabet, std::string_view last_resort,
                      std::vector<name_change>& changes) {
  auto base = clean_name(wanted, alphabet, changes);
  if (!base.empty()) return base;
  changes = {name_change::fallback_used};
  std::vector<name_change> of_fallback;
  base = clean_name(fallback, alphabet, of_fallback);
  return base.empty() ? std::string(last_resort) : base;
}

}  // namespace

std::string describe(const std::vector<name_change>& changes) {
  std::string text;
  for (const auto change : changes) {
    if (!text.empty()) text += ", ";
    text += describe(change);
  }
  return text;
}

name_map::name_map(naming_options options) : options_(std::move(options)) {}

void name_map::reserve(name_kind kind, std::string_view name, std::string_view external_id) {
  auto& known = of(kind);
  const auto [holder, is_new_name] = known.holder.emplace(name, external_id);
  if (!is_new_name && holder->second != external_id) {
    throw std::invalid_argument("the " + std::string(word_of(kind)) + " name " + std::string(name) +
                                " belongs to " + holder->second + ", not to " +
                                std::string(external_id));
  }
  const auto [own, is_new_id] = known.by_id.emplace(external_id, name);
  if (!is_new_id && own->second != name) {
    if (is_new_name) known.holder.erase(holder);
    throw std::invalid_argument(std::string(external_id) + " is named " + own->second + ", not " +
                                std::string(name));
  }
}

assigned_name name_map::assign(name_kind kind, const name_request& request) {
  auto& known = of(kind);
  assigned_name result;
  std::string base;
  if (kind == name_kind::channel && request.is_general && options_.general_is_town_square) {
    base = town_square;
    if (request.wanted != base) result.changes.push_back(name_change::default_channel);
  } else if (!check_name(kind, request.wanted) && !has_upper_case(request.wanted)) {
    base = request.wanted;
  } else {
    base = base_name(request.wanted, request.fallback, alphabet_of(kind), word_of(kind),
                     result.changes);
  }
  if (const auto own = known.by_id.find(request.external_id); own != known.by_id.end()) {
    result.name = own->second;
    if (own->second != base) result.changes.push_back(obstacle_of(kind, base, request));
    return result;
  }
  if (request.external_id < std::string_view(known.last_assigned)) {
    throw std::logic_error("names must be assigned in the order of external ids: " +
                           std::string(request.external_id) + " came after " + known.last_assigned);
  }
  choose(kind, request, base, result);
  known.last_assigned = request.external_id;
  known.by_id.emplace(request.external_id, result.name);
  known.holder.emplace(result.name, request.external_id);
  return result;
}

void name_map::choose(name_kind kind, const name_request& request, const std::string& base,
                      assigned_name& result) {
  auto& known = of(kind);
  if (allowed(kind, base, request) && known.holder.count(base) == 0) {
    result.name = base;
    return;
  }
  result.changes.push_back(obstacle_of(kind, base, request));
  auto& number = known.next_suffix.emplace(base, 2).first->second;
  for (;; ++number) {
    result.name = with_suffix(base, number, alphabet_of(kind).max_bytes);
    if (allowed(kind, result.name, request) && known.holder.count(result.name) == 0) return;
  }
}

name_change name_map::obstacle_of(name_kind kind, const std::string& base,
                                  const name_request& request) const {
  return allowed(kind, base, request) ? name_change::already_taken : name_change::reserved_word;
}

bool name_map::allowed(name_kind kind, const std::string& name, const name_request& request) const {
  if (check_name(kind, name)) return false;
  if (kind == name_kind::emoji && options_.is_system_emoji) return !options_.is_system_emoji(name);
  if (kind == name_kind::channel && is_default_channel(name)) {
    const bool kept_for_general =
        options_.general_is_town_square && name == town_square && !request.is_general;
    return request.may_be_default && !kept_for_general;
  }
  return true;
}

const std::string* name_map::find(name_kind kind, std::string_view external_id) const {
  const auto& known = of(kind).by_id;
  const auto found = known.find(external_id);
  return found == known.end() ? nullptr : &found->second;
}

assigned_name clean_team_name(std::string_view wanted, std::string_view fallback) {
  static constexpr name_alphabet alphabet{"-", "-", "-", limits::team_name_bytes};
  assigned_name result;
  if (!check_team_name(wanted)) {
    result.name = wanted;
    return result;
  }
  result.name = base_name(wanted, fallback, alphabet, "team", result.changes);
  if (check_team_name(result.name)) {
    // Too short or a reserved word: a prefix cures both.
    result.changes.push_back(name_change::reserved_word);
    result.name = "team-" + result.name.substr(0, limits::team_name_bytes - 5);
    while (result.name.back() == '-') result.name.pop_back();
  }
  return result;
}

}  // namespace crossdock::mattermost
