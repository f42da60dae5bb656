#include "workflows/slack_mattermost/mattermost/assembler_plan.hpp"

#include <array>

#include "workflows/slack_mattermost/mattermost/assembler.hpp"
#include "workflows/slack_mattermost/mattermost/rules.hpp"

namespace crossdock::mattermost {

namespace {

using segment_set = std::array<bool, segment_names.size()>;

void check_record(const part_record& record, bool bots_known, const std::string& where) {
  if (record.kind == segment::version) {
    throw assembly_error(where + " is a version line; bundles get their own");
  }
  if (record.kind == segment::bot && !bots_known) {
    throw assembly_error(where + " is a bot line, which the target's server version does not know");
  }
  if (const auto bad = check_line_size(record.line.size())) {
    throw assembly_error(where + ": the line " + bad->detail + " (" + std::string(bad->id) + ")");
  }
}

segment_set segments_of(const std::filesystem::path& part, bool bots_known,
                        const std::function<void()>& check_stop) {
  segment_set found{};
  part_reader reader(part);
  part_record record;
  for (auto at = reader.offset(); reader.next(record); at = reader.offset()) {
    check_stop();
    check_record(record, bots_known,
                 "the record at byte " + std::to_string(at) + " of " + part.string());
    found[static_cast<std::size_t>(record.kind)] = true;
  }
  return found;
}

}  // namespace

std::vector<record_run> order_runs(const std::filesystem::path& parts_directory,
                                   std::optional<part_record> own_team, bool bots_known,
                                   const std::function<void()>& check_stop) {
  const auto parts = list_parts(parts_directory);
  std::vector<segment_set> segments;
  segments.reserve(parts.size());
  for (const auto& part : parts) segments.push_back(segments_of(part, bots_known, check_stop));

  std::vector<record_run> runs;
  for (std::size_t kind = 0; kind < segment_names.size(); ++kind) {
    if (own_team && own_team->kind == static_cast<segment>(kind)) {
      runs.push_back({own_team->kind, {}, own_team});
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (segments[i][kind]) runs.push_back({static_cast<segment>(kind), parts[i], {}});
    }
  }
  return runs;
}

record_stream::record_stream(const std::vector<record_run>& runs, record_place from)
    : runs_(runs), place_(from), last_(from) {}

bool record_stream::next(part_record& record) {
  for (; place_.run < runs_.size(); place_ = {place_.run + 1, 0}, reader_.reset()) {
    const auto& run = runs_[place_.run];
    if (run.record) {
      // Its places are 0 before and 1 behind it.
      if (place_.offset != 0) continue;
      last_ = place_;
      place_.offset = 1;
      record = *run.record;
      return true;
    }
    if (!reader_) reader_ = std::make_unique<part_reader>(run.part, place_.offset);
    for (last_ = place_; reader_->next(record); last_ = place_) {
      place_.offset = reader_->offset();
      if (record.kind == run.kind) return true;
    }
  }
  return false;
}

std::string record_stream::last_record() const {
  if (last_.run >= runs_.size()) return "the end of the parts";
  const auto& run = runs_[last_.run];
  if (run.record) return "the " + std::string(name_of(run.kind)) + " line of the options";
  return "the " + std::string(name_of(run.kind)) + " record at byte " +
         std::to_string(last_.offset) + " of " + run.part.string();
}

}  // namespace crossdock::mattermost
