#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "actors/store/local_cluster.hpp"
#include "tests/tools/process.hpp"

namespace crossdock::testing {

/// A machine as far as crossdock is concerned: the built program with state, configuration and
/// private PostgreSQL in a directory of its own, which goes away with the object.
class program_place {
 public:
  program_place() = default;
  ~program_place();  ///< ends a server that a killed program has left behind
  program_place(const program_place&) = delete;
  program_place& operator=(const program_place&) = delete;

  std::string operator/(const std::string& name) const { return scratch_.path() / name; }

  /// What the program finds in its environment.
  std::map<std::string, std::string> environment() const;
  std::unique_ptr<process> start(std::vector<std::string> arguments) const;
  process_result run(std::vector<std::string> arguments) const { return start(arguments)->wait(); }
  /// The arguments of a run of the built-in workflow.
  static std::vector<std::string> bundle_run(const std::string& source, const std::string& output,
                                             const std::vector<std::string>& more = {});

  /// Starts with a copy of another place's database. Neither is in use.
  void copy_database(const program_place& from) const;
  /// The private server, running for as long as the object lives.
  std::unique_ptr<store::local_cluster> hold_server() const;
  /// Process of the private server; 0 when none runs.
  pid_t server() const;
  /// kill -9 of the server and of all its processes.
  void kill_server() const;

 private:
  std::filesystem::path database_folder() const { return scratch_.path() / "state" / "crossdock"; }

  scratch_directory scratch_;
};

}  // namespace crossdock::testing
