#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <spdlog/sinks/sink.h>

namespace crossdock::cli {

/// Standard error of a terminal, shared by progress bars and log lines: lines scroll by above the
/// bars. Thread-safe.
class screen {
 public:
  /// The one of this process.
  static screen& instance();
  /// True when standard error is a terminal that can be drawn on.
  static bool is_terminal();

  /// Draws the bars in the place of those drawn before.
  void show(std::vector<std::string> bars);
  /// Whole lines, each with its newline.
  void print(std::string_view lines);
  /// The bars stay where they are; what comes next is written below them.
  void leave_bars();

 private:
  std::string without_bars() const;
  std::string with_bars() const;

  std::mutex mutex_;
  std::vector<std::string> bars_;
};

/// Writes log lines to the screen.
std::shared_ptr<spdlog::sinks::sink> screen_sink();

}  // namespace crossdock::cli
