#include "tests/tools/slack_export/workspace.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "tests/tools/slack_export/random.hpp"
#include "tests/tools/slack_export/timeline.hpp"

namespace crossdock::tools {
namespace {

namespace json = boost::json;

constexpr const char* first_names[] = {"Ada",   "Björn", "Chloé",  "Дарья", "Emre",
                                       "Fatma", "Georg", "Hélène", "Игорь", "Jun"};
constexpr const char* last_names[] = {"Abel",  "Brandt", "Çelik",  "Dubois", "Ершова",
                                      "Fuchs", "García", "Hansen", "Ито",    "Jansen"};
constexpr const char* titles[] = {"Engineer", "Designer", "", "Product manager", "Support"};

std::uint64_t facts_of(std::uint64_t seed, std::uint64_t kind, int number) {
  return mix(seed ^ mix(kind << 40U ^ static_cast<std::uint64_t>(number)));
}

json::object note(std::string_view value, std::string_view creator) {
  return {{"value", value}, {"creator", creator}, {"last_set", value.empty() ? 0 : first_second}};
}

/// A step that visits every user before it meets one twice.
int coprime_step(std::uint64_t wanted, int users) {
  int step = 1 + static_cast<int>(wanted % static_cast<std::uint64_t>(users));
  while (std::gcd(step, users) != 1) ++step;
  return step;
}

}  // namespace

std::string user_id(int number) {
  return fmt::format("U{:08}", number);
}
std::string user_name(int number) {
  return fmt::format("user{:05}", number);
}
std::string bot_id(int user_number) {
  return fmt::format("B{:08}", user_number);
}

json::object user_json(int number, std::uint64_t seed) {
  const auto facts = facts_of(seed, 1, number);
  const bool bot = number % bot_every == bot_every - 1;
  const std::string first = first_names[facts % 10];
  const std::string last = last_names[facts / 10 % 10];
  const auto real_name = first + " " + last;
  json::object profile{{"title", titles[facts / 100 % 5]},
                       {"phone", ""},
                       {"skype", ""},
                       {"real_name", real_name},
                       {"real_name_normalized", real_name},
                       {"display_name", first},
                       {"first_name", first},
                       {"last_name", last},
                       {"fields", nullptr},
                       {"status_text", ""},
                       {"status_emoji", ""},
                       {"avatar_hash", fmt::format("g{:010x}", facts & 0xffffffffffU)},
                       {"team", team_id}};
  if (bot) {
    profile["bot_id"] = bot_id(number);
  } else {
    profile["email"] = user_name(number) + "@example.org";
  }
  return {{"id", user_id(number)},
          {"team_id", team_id},
          {"name", user_name(number)},
          {"deleted", number % 17 == 16},
          {"color", "9f69e7"},
          {"real_name", real_name},
          {"tz", "Europe/Berlin"},
          {"tz_label", "Central European Time"},
          {"tz_offset", 3600},
          {"profile", std::move(profile)},
          {"is_admin", number == 0},
          {"is_owner", number == 0},
          {"is_primary_owner", number == 0},
          {"is_restricted", number % 29 == 28},
          {"is_ultra_restricted", false},
          {"is_bot", bot},
          {"is_app_user", false},
          {"updated", first_second + number},
          {"is_email_confirmed", !bot}};
}

int channel::member(std::int64_t index, int users) const {
  const auto steps = index % member_count;
  return static_cast<int>((first_member + steps * member_step) % users);
}

workspace::workspace(const export_options& options)
    : users_(options.users),
      seed_(options.seed),
      public_(std::max(1, options.channels * 6 / 10)),
      private_(options.channels * 2 / 10),
      direct_(options.channels * 15 / 100),
      group_direct_(std::max(0, options.channels - public_ - private_ - direct_)),
      big_channel_(-1) {
  if (options.big_day_file > 0) big_channel_ = public_++;
}

channel workspace::at(int index) const {
  channel item;
  item.number = index;
  const auto facts = facts_of(seed_, 2, index);
  int wanted = 0;
  if (item.number < public_) {
    item.id = fmt::format("C{:08}", item.number);
    // One in thirteen has a Cyrillic name: zip members carry UTF-8 without saying so.
    item.name =
        fmt::format("{}-{:04}", item.number % 13 == 12 ? "команда" : "channel", item.number);
    if (index == big_channel_) item.name = big_channel_name;
    wanted = 5 + static_cast<int>(facts / 7 % 196);
  } else if ((item.number -= public_) < private_) {
    item.kind = channel_kind::private_channel;
    // Since 2021 private channels have C ids: the list decides, not the letter.
    item.id = fmt::format("{}{:08}", item.number % 2 == 0 ? "G" : "C9", item.number);
    item.name = fmt::format("private-{:04}", item.number);
    wanted = 3 + static_cast<int>(facts / 7 % 10);
  } else if ((item.number -= private_) < direct_) {
    item.kind = channel_kind::direct;
    item.id = fmt::format("D{:08}", item.number);
    wanted = 2;
  } else {
    item.number -= direct_;
    item.kind = channel_kind::group_direct;
    item.id = fmt::format("G8{:07}", item.number);
    wanted = 4;
  }
  item.member_count = std::min(wanted, users_);
  item.first_member = static_cast<int>(facts % static_cast<std::uint64_t>(users_));
  item.member_step = coprime_step(facts >> 32U, users_);
  if (item.kind == channel_kind::group_direct) {
    item.name = "mpdm";
    for (int i = 0; i < item.member_count; ++i) {
      item.name += (i == 0 ? "-" : "--") + user_name(item.member(i, users_));
    }
    item.name += fmt::format("-{}", item.number + 1);
  }
  return item;
}

json::object workspace::channel_json(const channel& item) const {
  json::array members;
  for (int i = 0; i < item.member_count; ++i) {
    members.emplace_back(user_id(item.member(i, users_)));
  }
  const auto creator = members.front().as_string();
  json::object result{{"id", item.id}, {"created", first_second - 1000 + item.number}};
  if (item.kind != channel_kind::direct) {
    const bool is_public = item.kind == channel_kind::public_channel;
    result["name"] = item.name;
    result["creator"] = creator;
    result["is_archived"] = is_public && item.number % 11 == 10;
    if (is_public) result["is_general"] = item.number == 0;
    result["topic"] = note(is_public ? fmt::format("Topic {}", item.number) : "", creator);
    result["purpose"] = note(is_public ? "Work &amp; plans" : "", creator);
  }
  result["members"] = std::move(members);
  return result;
}

}  // namespace crossdock::tools
