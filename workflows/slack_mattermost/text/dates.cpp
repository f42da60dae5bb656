#include "workflows/slack_mattermost/text/dates.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace crossdock::slack {
namespace {

using namespace std::chrono;

constexpr std::array month_names{"January",   "February", "March",    "April",
                                 "May",       "June",     "July",     "August",
                                 "September", "October",  "November", "December"};
constexpr std::array weekday_names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                   "Thursday", "Friday", "Saturday"};

struct moment {
  year_month_day date;
  weekday day_of_week;
  unsigned hour;
  unsigned minute;
  unsigned second;
};

std::optional<moment> to_moment(std::int64_t seconds_since_epoch) {
  constexpr std::int64_t year_1 = -62135596800;
  constexpr std::int64_t year_10000 = 253402300800;
  if (seconds_since_epoch < year_1 || seconds_since_epoch >= year_10000) return {};
  const sys_seconds at{seconds{seconds_since_epoch}};
  const sys_days day = floor<days>(at);
  const hh_mm_ss clock{at - day};
  return moment{day, weekday{day}, static_cast<unsigned>(clock.hours().count()),
                static_cast<unsigned>(clock.minutes().count()),
                static_cast<unsigned>(clock.seconds().count())};
}

template <class... Values>
std::string formatted(const char* format, Values... values) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, values...);
  return buffer.data();
}

const char* ordinal_suffix(unsigned number) {
  if (number >= 11 && number <= 13) return "th";
  switch (number % 10) {
    case 1: return "st";
    case 2: return "nd";
    case 3: return "rd";
    default: return "th";
  }
}

std::string month_of(const moment& at) {
  return month_names[static_cast<unsigned>(at.date.month()) - 1];
}
unsigned day_of(const moment& at) {
  return static_cast<unsigned>(at.date.day());
}
int year_of(const moment& at) {
  return static_cast<int>(at.date.year());
}

std::string full_date(const moment& at) {
  return month_of(at) + formatted(" %u%s, %d", day_of(at), ordinal_suffix(day_of(at)), year_of(at));
}
std::string short_date(const moment& at) {
  return month_of(at).substr(0, 3) + formatted(" %u, %d", day_of(at), year_of(at));
}
std::string long_date(const moment& at) {
  return std::string(weekday_names[at.day_of_week.c_encoding()]) + ", " + full_date(at);
}
std::string numeric_date(const moment& at) {
  return formatted("%04d-%02u-%02u", year_of(at), static_cast<unsigned>(at.date.month()),
                   day_of(at));
}
std::string slash_date(const moment& at) {
  return formatted("%02u/%02u/%04d", static_cast<unsigned>(at.date.month()), day_of(at),
                   year_of(at));
}

unsigned hour_12(const moment& at) {
  return at.hour % 12 == 0 ? 12 : at.hour % 12;
}
const char* half_of_day(const moment& at) {
  return at.hour < 12 ? "AM" : "PM";
}

std::string time_of_day(const moment& at) {
  return formatted("%u:%02u %s UTC", hour_12(at), at.minute, half_of_day(at));
}
std::string time_with_seconds(const moment& at) {
  return formatted("%u:%02u:%02u %s UTC", hour_12(at), at.minute, at.second, half_of_day(at));
}
std::string absolute_time(const moment& at) {
  return short_date(at) + " " + time_of_day(at);
}

struct token {
  std::string_view name;
  std::string (*render)(const moment&);
};
constexpr std::array tokens{
    token{"date", full_date},           token{"date_pretty", full_date},
    token{"date_short", short_date},    token{"date_short_pretty", short_date},
    token{"date_long", long_date},      token{"date_long_pretty", long_date},
    token{"date_long_full", long_date}, token{"day_divider_pretty", long_date},
    token{"date_num", numeric_date},    token{"date_slash", slash_date},
    token{"time", time_of_day},         token{"time_secs", time_with_seconds},
    token{"ago", absolute_time}};

}  // namespace

std::optional<std::string> format_slack_date(std::int64_t seconds, std::string_view format) {
  const auto at = to_moment(seconds);
  if (!at) return {};
  std::string out;
  std::size_t pos = 0;
  while (pos < format.size()) {
    const std::size_t open = format.find('{', pos);
    out.append(format.substr(pos, open - pos));
    if (open == std::string_view::npos) break;
    const std::size_t close = format.find_first_of("{}", open + 1);
    pos = open + 1;
    bool known = false;
    if (close != std::string_view::npos && format[close] == '}') {
      const std::string_view name = format.substr(open + 1, close - open - 1);
      for (const token& candidate : tokens) {
        if (candidate.name != name) continue;
        out += candidate.render(*at);
        pos = close + 1;
        known = true;
      }
    }
    if (!known) out += '{';
  }
  return out;
}

}  // namespace crossdock::slack
