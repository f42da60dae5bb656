#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>

#include "actors/cli/progress_bars.hpp"
#include "actors/job_events.hpp"

namespace crossdock::cli {

/// Shows a job's progress on standard error: bars that are redrawn in place on a terminal,
/// otherwise lines whenever the step changes and every few seconds. One thread.
class progress_display {
 public:
  enum class form {
    bars,
    lines,
    log,  ///< as lines, but through the log: it is read by programs
  };
  progress_display(run_progress progress, form how);
  /// Leaves the last bars standing.
  ~progress_display();
  progress_display(const progress_display&) = delete;
  progress_display& operator=(const progress_display&) = delete;

  void show(const job_progress& now);

 private:
  void draw_bars();
  void print_lines();
  void print(const progress_line& line);

  run_progress progress_;
  form form_;
  std::string printed_stage_;
  std::set<std::string> printed_done_;  ///< labels of finished lines that were told
  std::chrono::steady_clock::time_point began_;
  std::optional<std::chrono::steady_clock::time_point> last_;
};

}  // namespace crossdock::cli
