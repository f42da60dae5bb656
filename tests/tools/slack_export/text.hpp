#pragma once

#include <string>

#include <boost/json/array.hpp>

#include "tests/tools/slack_export/random.hpp"

namespace crossdock::tools {

/// A message's text in both forms that Slack writes.
struct composed_text {
  std::string mrkdwn;            ///< `text`: entities escaped
  boost::json::array rich_text;  ///< elements of the rich_text block: nothing escaped
  std::string custom_emoji;      ///< the one custom name it uses, or empty
};

/// A name from the custom emoji of this workspace.
std::string custom_emoji_name(random_source& random);
/// A name for a reaction: mostly standard ones, some with a skin tone; sets `custom` for the
/// others.
std::string reaction_name(random_source& random, bool& custom);
/// A few words in several languages, no markup.
std::string words(random_source& random, std::int64_t count);
/// A whole message: words with mentions of users below `users` and channels below
/// `public_channels`, links, emoji, code and lists in a realistic mix.
composed_text compose_text(random_source& random, int users, int public_channels);

}  // namespace crossdock::tools
