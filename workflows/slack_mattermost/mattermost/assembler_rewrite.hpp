#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "workflows/slack_mattermost/mattermost/parts_record.hpp"

namespace crossdock::mattermost {

struct rewritten_line {
  /// Empty: the line makes no sense without its file (an emoji without its image).
  std::optional<std::string> line;
  /// The root's message when it is not the one the line had: continuations must repeat it, because
  /// the server recognises the root by its message.
  std::optional<std::string> root_message;
};

using path_test = std::function<bool(std::string_view path)>;

/// The line of `record` without references to files that `is_missing`. Posts and replies that lose
/// a file say so at the end of their message, as far as the server's message limit allows.
/// `root_message` replaces the message of the root, if given. Throws assembly_error for a line that
/// is no JSON.
rewritten_line rewrite_line(const part_record& record, const path_test& is_missing,
                            const std::optional<std::string>& root_message);

}  // namespace crossdock::mattermost
