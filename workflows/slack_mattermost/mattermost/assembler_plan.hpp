#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workflows/slack_mattermost/mattermost/parts.hpp"

/// The order of records in the bundles, and which stretch of it one bundle takes.
namespace crossdock::mattermost {

/// The records of one segment in one part, or one record that is in no part.
struct record_run {
  segment kind = segment::post;
  std::filesystem::path part;  ///< empty: `record` is the run
  std::optional<part_record> record;
};

/// All runs of the parts in the order in which their records are written; `own_team`, if given, is
/// the first of the team segment. Reads every part once and so finds damage before anything is
/// written. Throws part_error; assembly_error for lines the server would refuse.
std::vector<record_run> order_runs(const std::filesystem::path& parts_directory,
                                   std::optional<part_record> own_team, bool bots_known,
                                   const std::function<void()>& check_stop);

/// A place between two records.
struct record_place {
  std::size_t run = 0;
  std::int64_t offset = 0;  ///< in the run's part
  bool operator==(const record_place&) const = default;
};

/// Streams the records of runs from a place on. Keeps a reference to `runs`.
class record_stream {
 public:
  record_stream(const std::vector<record_run>& runs, record_place from);
  /// False after the last record.
  bool next(part_record& record);
  /// Behind the record that next() gave last.
  record_place place() const { return place_; }
  /// Part file and byte of the record that next() gave last, for messages.
  std::string last_record() const;

 private:
  const std::vector<record_run>& runs_;
  record_place place_;
  record_place last_;
  std::unique_ptr<part_reader> reader_;
};

}  // namespace crossdock::mattermost
