#include "actors/cli/exit_code.hpp"

namespace crossdock::cli {

int exit_code_of(job_state state) {
  switch (state) {
    case job_state::done: return exit_code::done;
    case job_state::done_with_failures: return exit_code::done_with_failures;
    case job_state::paused: return exit_code::paused;
    case job_state::queued:
    case job_state::running:
    case job_state::failed:
    case job_state::canceled: break;
  }
  return exit_code::failed;
}

}  // namespace crossdock::cli
