#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <string_view>

#include <CLI/Error.hpp>

#include "actors/cli/exit_code.hpp"
#include "actors/cli/job_result.hpp"
#include "actors/cli/program.hpp"
#include "observability/redaction.hpp"

namespace {

using namespace crossdock;  // NOLINT(google-build-using-namespace): this file is the program

int fail(int code, const std::exception& error) {
  std::cerr << "crossdock: " << redact(error.what()) << std::endl;
  return code;
}

int act(const cli::program& p) {
  try {
    const int code = p.action();
    if (!std::cout.flush()) throw std::runtime_error("standard output does not take all of it");
    return code;
  } catch (const cli::usage_error& error) {
    return fail(cli::exit_code::usage, error);
  } catch (const std::exception& error) {
    return fail(cli::exit_code::failed, error);
  }
}

/// Help and version end a parse, too: they are no errors.
int refuse(const cli::program& p, const CLI::ParseError& error, int argc, char** argv) {
  if (p.app.exit(error) == 0) return cli::exit_code::done;
  const bool wants_json = std::any_of(
      argv, argv + argc, [](std::string_view argument) { return argument == "--json"; });
  if (wants_json && p.app.got_subcommand("run")) cli::print_json_error(std::cout, {}, error.what());
  return cli::exit_code::usage;
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
    return refuse(p, error, argc, argv);
  }
  return act(p);
}
