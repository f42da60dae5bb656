#pragma once

#include <chrono>
#include <optional>

#include "actors/cli/progress_bars.hpp"
#include "actors/job_events.hpp"

namespace crossdock::cli {

/// Shows a job's progress on standard error: bars that are redrawn in place on a terminal, otherwise
/// a plain line whenever the step changes and every few seconds. One thread.
class progress_display {
 public:
  explicit progress_display(run_progress progress);
  /// Leaves the last bars standing.
  ~progress_display();
  progress_display(const progress_display&) = delete;
  progress_display& operator=(const progress_display&) = delete;

  void show(const job_progress& now);

 private:
  void draw_bars(bool always);
  void print_line();

  run_progress progress_;
  bool terminal_;
  int drawn_ = 0;  ///< lines on the screen that the next drawing replaces
  std::string printed_stage_;
  std::chrono::steady_clock::time_point began_;
  std::optional<std::chrono::steady_clock::time_point> last_;
};

}  // namespace crossdock::cli
