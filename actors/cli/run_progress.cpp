#include "actors/cli/run_progress.hpp"

#include <algorithm>

#include <boost/json/value.hpp>

#include "actors/core/job_counters.hpp"
#include "actors/job_plan.hpp"

namespace crossdock::cli {

namespace {

constexpr std::string_view total_suffix = "_total";

using status = progress_line::status;

/// Sum over every X of X_processed and X_total.
std::pair<std::int64_t, std::int64_t> source_units(const boost::json::object& meta) {
  std::int64_t count = 0;
  std::int64_t total = 0;
  for (const auto& [name, value] : meta) {
    const std::string_view key = name;
    if (!key.ends_with(total_suffix)) continue;
    const std::string unit(key.substr(0, key.size() - total_suffix.size()));
    total += counter(meta, key);
    count += counter(meta, unit + "_processed");
  }
  return {std::min(count, total), total};
}

std::optional<double> duration_of(const boost::json::object& meta, std::string_view step) {
  const auto* durations = meta.if_contains("durations_ms");
  if (!durations || !durations->is_object() || !durations->get_object().contains(step)) return {};
  return static_cast<double>(counter(durations->get_object(), step)) / 1000;
}

/// 0 for a stage of the source (or none yet), then one for each step of the engine.
int phase_of(std::string_view stage) {
  if (stage == step::ready_export) return 1;
  if (stage == step::exporting) return 2;
  if (stage == step::finishing) return 3;
  if (stage == step::done) return 4;
  return 0;
}

void add_note(std::string& note, std::string_view text) {
  if (!note.empty()) note += ", ";
  note += text;
}

}  // namespace

run_progress::run_progress(std::vector<std::string> stages, std::vector<store::type_rank> types)
    : types_(std::move(types)) {
  for (auto& stage : stages) stages_.emplace_back().line.label = std::move(stage);
  stages_.emplace_back().line.label = step::ready_export;
  for (const auto& type : types_) exports_.emplace_back().line.label = type.type;
  finishing_.line.label = step::finishing;
}

void run_progress::update(double seconds, std::string_view stage, const boost::json::object& meta) {
  if (stage != stage_) {
    stage_ = stage;
    before_stage_.clear();
    for (const auto& type : types_) {
      before_stage_[type.plural] = counter(meta, type.plural + "_processed");
    }
  }
  update_stages(seconds, meta);
  update_types(seconds, meta);
  const int phase = phase_of(stage_);
  finishing_.line.now = phase < 3 ? status::waiting : phase == 3 ? status::running : status::done;
  finishing_.line.seconds = duration_of(meta, step::finishing);
}

void run_progress::update_stages(double seconds, const boost::json::object& meta) {
  const auto running = std::find_if(stages_.begin(), stages_.end(),
                                    [&](const bar& b) { return b.line.label == stage_; });
  const bool past = phase_of(stage_) > 1;
  bool before = past || running != stages_.end();
  for (auto it = stages_.begin(); it != stages_.end(); ++it) {
    auto& line = it->line;
    if (!past && it == running) {
      update_running_stage(*it, seconds, meta);
      before = false;
      continue;
    }
    line.now = before ? status::done : status::waiting;
    line.count = line.total = 0;
    line.rate = line.seconds_left = {};
    line.note.clear();  // the last one seen need not be the last one true
    if (before) line.seconds = duration_of(meta, line.label);
  }
}

void run_progress::update_running_stage(bar& b, double seconds, const boost::json::object& meta) {
  auto& line = b.line;
  line.now = status::running;
  line.note.clear();
  std::int64_t entities = 0;
  for (const auto& type : types_) {
    const auto count = counter(meta, type.plural + "_processed");
    entities += count;
    if (count > before_stage_[type.plural]) {
      add_note(line.note, count_text(count) + ' ' + type.plural);
    }
  }
  b.pace.add(seconds, entities);
  const auto pace = b.pace.rate();
  line.rate = pace && *pace > 0 ? pace : std::nullopt;
  // The engine's own step reads no units.
  if (line.label == step::ready_export) return;
  std::tie(line.count, line.total) = source_units(meta);
  b.way.add(seconds, line.count);
  line.seconds_left = line.total > 0 ? b.way.seconds_left(line.total) : std::nullopt;
}

void run_progress::update_types(double seconds, const boost::json::object& meta) {
  const int phase = phase_of(stage_);
  for (std::size_t i = 0; i < types_.size(); ++i) {
    auto& [line, pace, way] = exports_[i];
    const auto counts = export_counts(meta, types_[i].plural);
    line.total = counts.total;
    line.count = counts.settled();
    line.note.clear();
    if (counts.failed > 0) add_note(line.note, count_text(counts.failed) + " failed");
    if (counts.skipped > 0) add_note(line.note, count_text(counts.skipped) + " left out");
    line.now = status::waiting;
    line.rate = line.seconds_left = {};
    if (phase > 2 && line.count < line.total) {
      // The export is over; its last counts only have not been folded into this meta yet.
      line.count = line.total;
      line.note.clear();
    }
    if (phase > 2 || (phase == 2 && line.count >= line.total)) line.now = status::done;
    if (phase != 2 || line.now == status::done || line.count == 0) continue;
    line.now = status::running;
    pace.add(seconds, line.count);
    line.rate = pace.rate();
    line.seconds_left = pace.seconds_left(line.total);
  }
}

std::vector<progress_line> run_progress::lines() const {
  std::vector<progress_line> all;
  for (const auto& b : stages_) all.push_back(b.line);
  for (const auto& b : exports_) all.push_back(b.line);
  all.push_back(finishing_.line);
  return all;
}

}  // namespace crossdock::cli
