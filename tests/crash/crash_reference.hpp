#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/program_checks.hpp"

namespace crossdock::testing {

/// One export and its undisturbed run, with which every disturbed one is compared. Made once per
/// test program.
class crash_reference {
 public:
  static const crash_reference& instance();

  /// A place with an empty database and no job yet.
  std::unique_ptr<program_place> fresh_place() const;
  std::vector<std::string> command(const program_place& place, bool fresh = false) const;
  static std::string output(const program_place& place) { return place / "out"; }

  /// How long the undisturbed run took, from start to end.
  std::chrono::milliseconds duration() const { return duration_; }

  /// Runs the same command until it has come to an end. A killed process holds nothing up.
  process_result finish(const program_place& place) const;
  /// The finished run cannot be told from the undisturbed one.
  void expect_undisturbed(const program_place& place, const process_result& ran) const;

 private:
  crash_reference();

  scratch_directory files_;
  generated_export source_;
  program_place place_;  ///< its database is only copied
  std::chrono::milliseconds duration_{};
  run_output output_;
};

}  // namespace crossdock::testing
