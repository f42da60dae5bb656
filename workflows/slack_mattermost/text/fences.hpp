#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace crossdock::slack {

/// A fenced code block of a Markdown text, as byte offsets.
struct fenced_block {
  std::size_t begin = 0;     ///< of the opening line
  std::size_t body = 0;      ///< after the opening line
  std::size_t body_end = 0;  ///< of the closing line; the end if there is none
  std::size_t end = 0;       ///< after the closing line
  std::string_view opener;   ///< the opening line without its line end: "> ```sql"
  std::string_view closer;   ///< what closes it: "> ```"
};

/// All fenced blocks in order. Blocks whose fence lines are longer than `longest_fence` bytes
/// together are left out: they could not be reopened in a piece of that size.
std::vector<fenced_block> find_fences(std::string_view markdown, std::size_t longest_fence);

}  // namespace crossdock::slack
