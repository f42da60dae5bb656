#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/doubles/mattermost/mattermost_double.hpp"
#include "tests/e2e/program_checks.hpp"

namespace crossdock::testing {

/// A Mattermost server and a machine on which crossdock moves an export into it.
class live_world {
 public:
  explicit live_world(const std::string& source);

  std::vector<std::string> command() const;
  /// Runs the same command until it has come to an end.
  process_result finish() const { return place_.run(command()); }
  /// What can be seen on the server: people, channels, posts, files, reactions.
  std::string visible();

  doubles::mattermost_double& server() { return server_; }
  program_place& place() { return place_; }

 private:
  std::string source_;
  doubles::mattermost_double server_;
  program_place place_;
};

/// One export and its undisturbed run into a server. Made once per test program.
class live_reference {
 public:
  static const live_reference& instance();

  std::unique_ptr<live_world> fresh_world() const;
  std::chrono::milliseconds duration() const { return duration_; }
  const process_result& run() const { return run_; }

  /// The finished run has left the same as the undisturbed one, and told the same.
  void expect_undisturbed(live_world& world, const process_result& ran) const;

 private:
  live_reference();

  scratch_directory files_;
  generated_export source_;
  program_place place_;  ///< its database is only copied
  std::chrono::milliseconds duration_{};
  process_result run_;
  std::string visible_;
};

}  // namespace crossdock::testing
