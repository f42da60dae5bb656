#include "workflows/slack_mattermost/slack/emoji_references.hpp"

#include <set>
#include <string_view>

#include "workflows/slack_mattermost/text/emoji.hpp"

namespace crossdock::slack {

namespace json = boost::json;

namespace {

constexpr int max_depth = 64;
constexpr std::size_t max_name_bytes = 100;  // Slack's own limit

/// No custom emoji: what emoji_name() still does not know is not a standard name.
class standard_only final : public name_resolver {
 public:
  std::optional<std::string> user(std::string_view) const override { return std::nullopt; }
  std::optional<std::string> channel(std::string_view) const override { return std::nullopt; }
  std::optional<std::string> usergroup(std::string_view) const override { return std::nullopt; }
  bool custom_emoji(std::string_view) const override { return false; }
  std::optional<std::string> emoji_alias(std::string_view) const override { return std::nullopt; }
};

using names = std::set<std::string, std::less<>>;

void add(std::string_view name, names& found) {
  name = name.substr(0, name.find("::"));
  if (name.empty() || name.size() > max_name_bytes || found.contains(name)) return;
  static const standard_only standard;
  if (emoji_name(name, {}, standard) || emoji_characters(name, {})) return;
  found.emplace(name);
}

void scan(const json::value& value, int depth, names& found);

void scan_object(const json::object& object, int depth, names& found) {
  const auto* kind = object.if_contains("type");
  const auto* name = object.if_contains("name");
  if (kind && *kind == "emoji" && name && name->is_string()) add(name->get_string(), found);
  for (const auto& member : object) scan(member.value(), depth + 1, found);
}

void scan(const json::value& value, int depth, names& found) {
  if (depth > max_depth) return;
  if (const auto* object = value.if_object()) {
    scan_object(*object, depth, found);
  } else if (const auto* array = value.if_array()) {
    for (const auto& item : *array) scan(item, depth + 1, found);
  }
}

}  // namespace

std::vector<std::string> custom_emoji_of(const json::object& message) {
  names found;
  for (const char* part : {"blocks", "attachments"}) {
    if (const auto* value = message.if_contains(part)) scan(*value, 0, found);
  }
  if (const auto* reactions = message.if_contains("reactions");
      reactions && reactions->is_array()) {
    for (const auto& item : reactions->get_array()) {
      const auto* reaction = item.if_object();
      const auto* name = reaction ? reaction->if_contains("name") : nullptr;
      if (name && name->is_string()) add(name->get_string(), found);
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace crossdock::slack
