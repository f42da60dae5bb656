#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crossdock::slack {

/// What the text conversion asks about the target's names. Implemented by whoever owns the name
/// maps; called often, so answers should come from memory. Not thread-safe unless its owner says
/// so.
class name_resolver {
 public:
  virtual ~name_resolver() = default;
  /// Username in the target (without '@') of the Slack user or bot with this id.
  virtual std::optional<std::string> user(std::string_view slack_id) const = 0;
  /// Channel name in the target (without '~'); only for channels a `~name` can link to.
  virtual std::optional<std::string> channel(std::string_view slack_id) const = 0;
  /// Group mention name in the target (without '@').
  virtual std::optional<std::string> usergroup(std::string_view slack_id) const = 0;
  /// True when the workspace's custom emoji of this *Slack* name comes along. Its name in the
  /// target is clean_custom_emoji_name(slack_name).
  virtual bool custom_emoji(std::string_view slack_name) const = 0;
  /// The standard emoji, by its *Slack* name, that a custom one is an alias of.
  virtual std::optional<std::string> emoji_alias(std::string_view slack_name) const = 0;
};

/// Everything a conversion depends on beside its input. Must outlive the call only.
struct text_options {
  const name_resolver& names;
};

}  // namespace crossdock::slack
