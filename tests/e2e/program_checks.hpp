#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <boost/json/object.hpp>

#include "actors/store/types.hpp"
#include "tests/e2e/program_export.hpp"
#include "tests/e2e/program_place.hpp"

namespace crossdock::testing {

/// What a finished run left in its output directory, without what names the run itself (job id,
/// paths, times).
struct run_output {
  std::map<std::string, std::string> bundles;  ///< bytes by name
  boost::json::object report;
  std::string report_text;
};
run_output read_output(const std::filesystem::path& directory);

/// Byte for byte. Expectations, with what differs.
void expect_same(const run_output& actual, const run_output& expected);

/// Nothing but bundles, reports and the job's folder is left, and that holds the result only.
void expect_tidy(const std::filesystem::path& output);

/// The object that a run with --json printed.
boost::json::object answer_of(const process_result& run);

/// The counters in the answer of a finished job are what the tables say, and nothing of the job is
/// left open in the database.
void expect_counters_are_the_tables(const program_place& place, const boost::json::object& answer);

/// They are also what the generator says it has written.
void expect_generated_totals(const boost::json::object& answer, const generated_export& source);

}  // namespace crossdock::testing
