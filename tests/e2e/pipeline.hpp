#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "actors/messages.hpp"
#include "tests/store/database.hpp"

namespace crossdock::testing {

/// A directory of its own for one test, removed afterwards.
class scratch_directory {
 public:
  scratch_directory();
  ~scratch_directory();
  scratch_directory(const scratch_directory&) = delete;
  scratch_directory& operator=(const scratch_directory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Creates a job of the built-in workflow in the database.
store::job_id create_bundle_job(store::session& db, const std::filesystem::path& source,
                                const std::filesystem::path& output,
                                const std::vector<std::string>& sets = {},
                                const std::string& scope = {});

/// Runs the job in an engine of its own until it has come to rest here.
job_ended run_job(const test_database& database, store::job_id job);

}  // namespace crossdock::testing
