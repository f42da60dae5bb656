#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>

#include <CLI/CLI.hpp>

#include "tests/doubles/mattermost/mattermost_double.hpp"

/// mattermost-double: the double as a program of its own, for tests that kill it or its client.
namespace {

using crossdock::doubles::double_options;

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

/// Whole or not at all: whoever waits for the file never reads half a number.
void write_port(const std::string& path, unsigned port) {
  const auto draft = path + ".new";
  std::ofstream file(draft);
  file << port << '\n';
  file.close();
  if (!file || std::rename(draft.c_str(), path.c_str()) != 0) {
    throw std::runtime_error("cannot write " + path);
  }
}

struct arguments {
  double_options options;
  std::string port_file;
  std::string faults;
  bool no_bulk = false;
  bool empty = false;
  bool stuck_jobs = false;
  unsigned pickup_ms = 20;
  double rate = 0;
};

void declare(CLI::App& app, arguments& given) {
  auto& options = given.options;
  app.add_option("--port", options.port, "0: any free port")->capture_default_str();
  app.add_option("--port-file", given.port_file, "written with the port once it serves");
  app.add_option("--state", options.journal,
                 "journal: replayed at the start, written before every answer");
  app.add_option("--faults", given.faults, "fault script, JSON");
  app.add_option("--server-version", options.server_version, "which version's rules hold")
      ->capture_default_str();
  app.add_option("--threads", options.threads)->capture_default_str();
  app.add_option("--admin-token", options.admin_token)->capture_default_str();
  app.add_option("--team", options.team, "name of the first team")->capture_default_str();
  app.add_option("--id-seed", options.id_seed, "0: random ids");
  app.add_option("--max-file-size", options.config.max_file_size, "bytes")->capture_default_str();
  app.add_option("--max-users-per-team", options.config.max_users_per_team)->capture_default_str();
  app.add_option("--rate", given.rate, "requests a second; 0: no limit");
  app.add_option("--burst", options.config.rate.max_burst)->capture_default_str();
  app.add_option("--job-pickup-ms", given.pickup_ms, "from a job's creation to its start")
      ->capture_default_str();
  app.add_flag("--plugin", options.plugin, "mm-importer is installed");
  app.add_flag("--no-bulk", given.no_bulk, "import jobs are refused");
  app.add_flag("--empty", given.empty, "without the administrator and the team");
  app.add_flag("--stuck-jobs", given.stuck_jobs,
               "interrupted import jobs stay in_progress instead of ending with an error");
}

void serve(arguments given) {
  auto& options = given.options;
  options.bulk = !given.no_bulk;
  options.seeded = !given.empty;
  options.job_pickup = std::chrono::milliseconds(given.pickup_ms);
  if (given.stuck_jobs) options.after_interruption = crossdock::doubles::interrupted_job::stuck;
  if (given.rate > 0) {
    options.config.rate.enabled = true;
    options.config.rate.per_second = given.rate;
  }
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // before any thread exists
  crossdock::doubles::mattermost_double server(options);
  if (!given.faults.empty()) server.faults().load_text(read_file(given.faults));
  if (!given.port_file.empty()) write_port(given.port_file, server.port());
  std::cout << server.url() << std::endl;
  int signal = 0;
  sigwait(&ends, &signal);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("A Mattermost server for tests, on 127.0.0.1. Prints its URL.");
  arguments given;
  declare(app, given);
  CLI11_PARSE(app, argc, argv);
  try {
    serve(std::move(given));
  } catch (const std::exception& wrong) {
    std::cerr << "mattermost-double: " << wrong.what() << '\n';
    return 1;
  }
  return 0;
}
