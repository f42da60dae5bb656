#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/slack_mattermost/mattermost/lines.hpp"

/// What a report says of values that the target gets otherwise than the source has them: the old
/// one, the new one, and why. All functions are pure; what they return is bounded whatever the
/// source holds.
namespace crossdock::mattermost {

/// In quotes, at most 120 runes of it, with "…" for the rest.
std::string in_quotes(std::string_view text);

/// "2024-01-31T12:00:00.123Z" of milliseconds since 1970.
std::string time_text(std::int64_t millis);

/// A text that the target allows less of.
struct shortened_text {
  std::string field;   ///< "nickname", "header"
  std::string detail;  ///< how long it was, what stays and what is cut off
  std::string reason() const { return field + "_shortened"; }
};

/// The first `runes` of a text; tells in `shortened` when that is not all of it.
std::string fit(std::string_view text, std::size_t runes, std::string_view field,
                std::vector<shortened_text>& shortened);

/// A sentence for a line's note.
std::string describe(const line_note& note);

}  // namespace crossdock::mattermost
