#include "actors/cli/job_result.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "actors/cli/text_layout.hpp"
#include "actors/core/job_counters.hpp"
#include "actors/core/progress.hpp"
#include "observability/redaction.hpp"

namespace crossdock::cli {

namespace {

namespace json = boost::json;

bool is_complete(job_state state) {
  return state == job_state::done || state == job_state::done_with_failures;
}

/// Empty when this run wrote none.
std::string report_file(const store::job_row& job, job_state state, const char* name) {
  if (job.output.empty() || !is_complete(state)) return {};
  const auto file = std::filesystem::path(job.output) / name;
  return std::filesystem::exists(file) ? file.string() : std::string();
}

json::value text_or_null(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(json::string(text));
}

std::string words(job_state state) {
  std::string text(to_string(state));
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string seconds_taken(const json::object& meta) {
  const auto* durations = meta.if_contains("durations_ms");
  if (!durations || !durations->is_object()) return {};
  std::int64_t sum = 0;
  for (const auto& [step, value] : durations->get_object()) {
    sum += counter(durations->get_object(), step);
  }
  return ", " + duration_text(static_cast<double>(sum) / 1000) + " of work";
}

std::string counts_table(const store::job_row& job, const json::object& meta) {
  table shown(
      {{"TYPE"}, {"MOVED", true}, {"LEFT OUT", true}, {"FAILED", true}, {"REJECTED", true}});
  for (const auto& type : job.types) {
    const auto count = export_counts(meta, type.plural);
    shown.add({type.plural, count_text(count.exported), count_text(count.skipped),
               count_text(count.failed), count_text(counter(meta, type.plural + "_rejected"))});
  }
  return shown.text();
}

/// What a person does now.
std::string next_step(const store::job_row& job, const job_ended& ended, const json::object& meta) {
  const auto id = std::to_string(job.id);
  switch (ended.state) {
    case job_state::done: return {};
    case job_state::done_with_failures:
      if (export_counts(meta).failed > 0) {
        return "what failed, and why: crossdock job failures " + id +
               "; once mended: crossdock job retry " + id;
      }
      return "parts of the source could not be read: the report names each with its place";
    case job_state::canceled: return {};
    case job_state::paused:
    case job_state::queued: return "it goes on with: crossdock job resume " + id;
    case job_state::running: return "see: crossdock job show " + id;
    case job_state::failed: break;
  }
  return "once mended, it goes on where it stood with: crossdock job resume " + id;
}

}  // namespace

void print_json(std::ostream& out, const store::job_row& job, const job_ended& ended) {
  const json::object result{{"job_id", job.id},
                            {"workflow", job.workflow},
                            {"state", to_string(ended.state)},
                            {"meta", json::parse(job.meta)},
                            {"outputs", json::parse(job.outputs)},
                            {"report", text_or_null(report_file(job, ended.state, "report.json"))},
                            {"error", text_or_null(redact(ended.error))}};
  out << json::serialize(result) << std::endl;
}

void print_json_error(std::ostream& out, std::string_view workflow, std::string_view error) {
  const json::object result{{"job_id", nullptr},
                            {"workflow", text_or_null(workflow)},
                            {"state", nullptr},
                            {"meta", json::object()},
                            {"outputs", json::object()},
                            {"report", nullptr},
                            {"error", json::string(redact(error))}};
  out << json::serialize(result) << std::endl;
}

int or_json_error(bool json, std::string_view workflow, const std::function<int()>& action) {
  try {
    return action();
  } catch (const std::exception& error) {
    if (json) print_json_error(std::cout, workflow, error.what());
    throw;
  }
}

void print_summary(std::ostream& out, const store::job_row& job, const job_ended& ended) {
  const auto meta = json::parse(job.meta).as_object();
  out << "job " << job.id << ": " << words(ended.state)
      << (is_complete(ended.state) ? seconds_taken(meta) : "") << '\n';
  if (!ended.error.empty()) out << printable(redact(ended.error)) << '\n';
  out << '\n' << counts_table(job, meta) << '\n';
  if (is_complete(ended.state) && !job.output.empty()) out << "output  " << job.output << '\n';
  if (const auto report = report_file(job, ended.state, "report.md"); !report.empty()) {
    out << "report  " << report << '\n';
  }
  if (const auto next = next_step(job, ended, meta); !next.empty()) out << next << '\n';
  out << std::flush;
}

}  // namespace crossdock::cli
