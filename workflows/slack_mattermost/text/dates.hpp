#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock::slack {

/// Renders Slack's date format ("{date_short} at {time}") for seconds since 1970. Slack shows it in
/// each reader's own zone; text that is stored once cannot, so times are in UTC and say so.
/// Relative forms ("{ago}", "…_pretty") become absolute. Unknown tokens stay as they are.
/// Nothing for times outside the years 1–9999.
std::optional<std::string> format_slack_date(std::int64_t seconds, std::string_view format);

}  // namespace crossdock::slack
