#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workflows/slack_mattermost/slack/source_options.hpp"

namespace crossdock::slack {

/// A custom emoji as an index lists it.
struct listed_emoji {
  std::string name;
  std::string url;       ///< where Slack has the picture; empty for an alias
  std::string alias_of;  ///< another name, custom or standard
};

/// A picture of an emoji in an archive: its blob.
struct emoji_picture {
  std::string name;
  std::string path;
  std::int64_t size = 0;
};

struct emoji_dump {
  std::vector<listed_emoji> emoji;  ///< sorted by name
  std::vector<emoji_picture> pictures;
};

/// Blob paths of pictures that lie in the dump beside the export begin with this.
inline constexpr std::string_view dump_prefix = "@emoji/";

/// Reads an index: slackdump's index.json (both its modes), or the API's answer to emoji.list.
/// Throws api::source_error when it is none of them.
std::vector<listed_emoji> read_emoji_index(std::string_view text, std::string_view file_name);

/// What the export itself has (`emoji.json`, `index.json`, `emojis/`), plus the dump beside it that
/// the options name. Throws api::source_error when that dump cannot be read.
emoji_dump find_emoji(const archive& from, const source_options& options);

}  // namespace crossdock::slack
