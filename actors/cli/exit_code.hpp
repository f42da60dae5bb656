#pragma once

#include <stdexcept>
#include <vector>

#include "actors/core/job_state.hpp"
#include "config/diagnostic.hpp"

namespace crossdock::cli {

/// What the program's exit status says; scripts depend on these numbers.
namespace exit_code {
inline constexpr int done = 0;
inline constexpr int failed = 1;
inline constexpr int usage = 2;  ///< wrong arguments or configuration; nothing was begun
inline constexpr int done_with_failures = 3;
inline constexpr int paused = 4;  ///< by a limit of the workflow, or by an operator
inline constexpr int interrupted = 130;
}  // namespace exit_code

/// The status for a job that has come to rest.
int exit_code_of(job_state state);

/// Wrong arguments: nothing was begun. what() says what to do instead.
class usage_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A configuration or workflow file with errors; all of them.
class config_error : public usage_error {
 public:
  explicit config_error(const std::vector<config::diagnostic>& all)
      : usage_error(config::to_string(all)) {}
};

}  // namespace crossdock::cli
