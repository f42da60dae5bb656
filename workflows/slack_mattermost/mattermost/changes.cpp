#include "workflows/slack_mattermost/mattermost/changes.hpp"

#include <cstdio>
#include <ctime>
#include <stdexcept>

#include "workflows/slack_mattermost/mattermost/rules_text.hpp"

namespace crossdock::mattermost {

namespace {

constexpr std::size_t quoted_runes = 120;

struct note_text {
  std::string_view what;
  std::string_view text;
};

/// The words of line_note::what.
constexpr note_text note_texts[] = {
    {"channel_deleted_at", "it is archived in the source; this server version imports it open"},
    {"participants",
     "who takes part and who has it in the list; this server version knows members only"},
    {"reply_props",
     "formatted attachments of replies; this server version imports them for roots only"},
    {"reply_pins", "pins of replies; this server version imports them for roots only"},
    {"reply_reactions", "reactions to replies; this server version imports them for roots only"},
    {"duplicate_reactions",
     "reactions of a user who has given the same emoji already, perhaps under another name"},
};

}  // namespace

std::string in_quotes(std::string_view text) {
  const auto shown = truncate_runes(text, quoted_runes);
  return '"' + clean_text(shown) + (shown.size() < text.size() ? "…\"" : "\"");
}

std::string time_text(std::int64_t millis) {
  const auto seconds = static_cast<std::time_t>(millis / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char date[32];
  const auto length = std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
  char fraction[8];
  std::snprintf(fraction, sizeof fraction, ".%03dZ", static_cast<int>(millis % 1000));
  return std::string(date, length) + fraction;
}

std::string fit(std::string_view text, std::size_t runes, std::string_view field,
                std::vector<shortened_text>& shortened) {
  const auto kept = truncate_runes(text, runes);
  if (kept.size() < text.size()) {
    const auto cut = text.substr(kept.size());
    shortened.push_back(
        {std::string(field), std::to_string(rune_count(text)) + " characters became " +
                                 std::to_string(runes) + ", the most the target allows: " +
                                 in_quotes(kept) + " stays, " + in_quotes(cut) + " is cut off"});
  }
  return std::string(kept);
}

std::string describe(const line_note& note) {
  for (const auto& known : note_texts) {
    if (known.what == note.what) {
      return std::to_string(note.count) + " left out: " + std::string(known.text);
    }
  }
  throw std::invalid_argument("no such note: " + std::string(note.what));
}

}  // namespace crossdock::mattermost
