#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "actors/messages.hpp"
#include "tests/store/database.hpp"
#include "tests/tools/process.hpp"

namespace crossdock::testing {

/// Creates a job of the built-in workflow in the database.
store::job_id create_bundle_job(store::session& db, const std::filesystem::path& source,
                                const std::filesystem::path& output,
                                const std::vector<std::string>& sets = {},
                                const std::string& scope = {});

/// Runs the job in an engine of its own until it has come to rest here.
job_ended run_job(const test_database& database, store::job_id job);

}  // namespace crossdock::testing
