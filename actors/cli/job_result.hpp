#pragma once

#include <functional>
#include <iosfwd>
#include <string_view>

#include "actors/job_events.hpp"

namespace crossdock::cli {

/// How a command that worked on a job ended, for a program: the one JSON object that --json
/// promises.
void print_json(std::ostream& out, const store::job_row& job, const job_ended& ended);
/// The same object when no job was begun.
void print_json_error(std::ostream& out, std::string_view workflow, std::string_view error);

/// Runs the action; when it throws and --json was given, prints that object and lets the error
/// pass.
int or_json_error(bool json, std::string_view workflow, const std::function<int()>& action);

/// The same for a person: counts per type, where the outputs are, what to do next.
void print_summary(std::ostream& out, const store::job_row& job, const job_ended& ended);

}  // namespace crossdock::cli
