#pragma once

#include "actors/cli/prepared_run.hpp"

namespace crossdock::cli {

/// `run --plan`: reads the whole source and prints what a run would find, lose and do, as text or
/// as one JSON object. Needs no database and writes nothing. Returns the exit status that the run
/// itself would have at best: done_with_failures when something of the source would be rejected.
int show_plan(const prepared_run& run, const std::string& scope, bool json);

}  // namespace crossdock::cli
