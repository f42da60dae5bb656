#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::slack {

/// Mattermost's longest post, in runes: 65,535 bytes of its database column / 4.
inline constexpr std::size_t longest_post = 16'383;

/// Runes as Go counts them: one per character, one per invalid byte.
std::size_t count_runes(std::string_view text);

/// Cuts Markdown into pieces of at most `max_runes` (taken as at least 1). Cuts lie, in this order
/// of preference, after a paragraph, a line, a sentence, a word: first in the second half of what
/// fits, then in the first; else between characters as a reader sees them, so that base and
/// combining characters stay together. A code block is kept whole if it fits in one post; otherwise
/// it is closed at the cut and opened again with the same info string. But for such fence lines the
/// pieces concatenated are the input. Linear in its size.
std::vector<std::string> split_message(std::string_view markdown,
                                       std::size_t max_runes = longest_post);

}  // namespace crossdock::slack
