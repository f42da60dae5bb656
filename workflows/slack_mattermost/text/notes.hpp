#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workflows/slack_mattermost/text/names.hpp"

namespace crossdock::slack {

/// Stable words for text_note::reason; reports group by them.
namespace reason {
inline constexpr std::string_view unknown_user = "unknown_user";
inline constexpr std::string_view unknown_channel = "unknown_channel";
inline constexpr std::string_view unknown_usergroup = "unknown_usergroup";
inline constexpr std::string_view unknown_emoji = "unknown_emoji";
inline constexpr std::string_view unknown_command = "unknown_command";
inline constexpr std::string_view unknown_element = "unknown_element";
inline constexpr std::string_view unknown_block = "unknown_block";
inline constexpr std::string_view interactive_left_out = "interactive_left_out";
inline constexpr std::string_view unfurl_left_out = "unfurl_left_out";
inline constexpr std::string_view unsafe_link = "unsafe_link";
inline constexpr std::string_view wrong_type = "wrong_type";
/// More nesting or columns than are kept.
inline constexpr std::string_view too_deep = "too_deep";
}  // namespace reason

/// Something the conversion could not carry verbatim.
struct text_note {
  std::string reason;  ///< one of crossdock::slack::reason
  std::string item;    ///< what it is about: an id, a name, an element type, a JSON key
  std::string detail;  ///< more for the reader; may be empty
  bool operator==(const text_note&) const = default;
};

/// Collects notes in order of appearance, each (reason, item) once and at most `limit` in all, so
/// that a hostile message cannot blow up a report.
class conversion_notes {
 public:
  static constexpr std::size_t limit = 200;
  void add(std::string_view reason, std::string_view item, std::string_view detail = {});
  const std::vector<text_note>& all() const { return notes_; }
  std::vector<text_note> take() { return std::move(notes_); }

 private:
  std::vector<text_note> notes_;
  std::set<std::pair<std::string, std::string>> seen_;
};

/// What the conversion functions pass on to each other.
struct conversion {
  const text_options& options;
  conversion_notes& notes;
  bool labels_only = false;  ///< links become their label: for places that show no Markdown
};

}  // namespace crossdock::slack
