#include <iostream>

#include <CLI/Error.hpp>

#include "actors/cli/exit_code.hpp"
#include "actors/cli/program.hpp"
#include "actors/store/session.hpp"
#include "observability/redaction.hpp"
#include "workflows/api/stage.hpp"

namespace {

using namespace crossdock;  // NOLINT(google-build-using-namespace): this file is the program

int fail(int code, const std::exception& error) {
  std::cerr << "crossdock: " << redact(error.what()) << std::endl;
  return code;
}

int act(const cli::program& p) {
  try {
    return p.action();
  } catch (const cli::usage_error& error) {
    return fail(cli::exit_code::usage, error);
  } catch (const api::source_error& error) {
    return fail(cli::exit_code::failed, error);
  } catch (const std::exception& error) {
    return fail(cli::exit_code::failed, error);
  }
}

}  // namespace

int main(int argc, char** argv) {
  cli::program p;
  p.app.require_subcommand(1);
  p.app.set_version_flag("--version", cli::version_line());
  cli::add_run_command(p);
  cli::add_job_commands(p);
  cli::add_workflow_commands(p);
  cli::add_db_commands(p);
  cli::add_doctor_command(p);
  cli::add_version_command(p);
  cli::add_completion_command(p);
  try {
    p.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = p.app.exit(error);
    return code == 0 ? cli::exit_code::done : cli::exit_code::usage;
  }
  return act(p);
}
