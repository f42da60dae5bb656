#pragma once

#include <string>
#include <vector>

#include "actors/cli/run_progress.hpp"

namespace crossdock::cli {

struct bar_style {
  int width = 80;       ///< columns of the terminal
  int height = 24;      ///< rows of it
  bool colour = false;  ///< ANSI colours
  bool unicode = true;  ///< the terminal's locale shows block characters
};

/// The lines as text, each at most style.width columns wide. Narrow terminals lose the note first,
/// then rate, bar and time left. When there are more lines than rows, the ones that run are kept.
std::vector<std::string> render_bars(const std::vector<progress_line>& lines,
                                     const bar_style& style);

/// One line for a log or a pipe: "messages: 12/40, 12,000 messages, 1,400/s, 7 s left"; "users:
/// done, 0.4 s".
std::string plain_text(const progress_line& line);

}  // namespace crossdock::cli
