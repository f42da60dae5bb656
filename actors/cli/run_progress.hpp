#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "actors/core/progress.hpp"
#include "actors/store/types.hpp"

namespace crossdock::cli {

/// One line of a progress display: a stage, or a type under export.
struct progress_line {
  enum class status { waiting, running, done };
  std::string label;
  status now = status::waiting;
  std::int64_t count = 0;
  std::int64_t total = 0;              ///< 0: not known, no bar
  std::optional<double> rate;          ///< per second
  std::optional<double> seconds_left;  ///< until the total
  std::optional<double> seconds;       ///< what it took
  std::string note;                    ///< "12,000 messages", "3 failed"

  bool operator==(const progress_line&) const = default;
};

/// Where a job stands, from its stage and meta. Follows counters by their names: a source that
/// counts `X_processed` and says `X_total` (files, tables) gets a bar for its stages; types get
/// theirs from `meta.totals` and what is exported, failed and skipped. Owns no clock.
class run_progress {
 public:
  /// `stages`: those of the source, in order. `types` in the order of export.
  run_progress(std::vector<std::string> stages, std::vector<store::type_rank> types);

  /// `seconds` since any fixed start, never going back.
  void update(double seconds, std::string_view stage, const boost::json::object& meta);

  const std::string& stage() const { return stage_; }
  std::vector<progress_line> lines() const;

 private:
  struct bar {
    progress_line line;
    progress_estimator pace;  ///< of what the rate counts
    progress_estimator way;   ///< of count towards total
  };

  void update_stages(double seconds, const boost::json::object& meta);
  void update_running_stage(bar& b, double seconds, const boost::json::object& meta);
  void update_types(double seconds, const boost::json::object& meta);

  std::vector<store::type_rank> types_;
  std::vector<bar> stages_;   ///< the source's, then ready_export
  std::vector<bar> exports_;  ///< as types_
  bar finishing_;
  std::string stage_;
  std::map<std::string, std::int64_t> before_stage_;  ///< counters when the running stage began
};

}  // namespace crossdock::cli
