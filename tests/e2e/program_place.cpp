#include "tests/e2e/program_place.hpp"

#include <fstream>
#include <stdexcept>
#include <utility>

#include <signal.h>

#include "tests/store/database.hpp"

namespace crossdock::testing {

namespace fs = std::filesystem;

namespace {

std::vector<pid_t> children_of(pid_t parent) {
  const auto number = std::to_string(parent);
  std::ifstream list("/proc/" + number + "/task/" + number + "/children");
  std::vector<pid_t> children;
  for (pid_t child = 0; list >> child;) children.push_back(child);
  return children;
}

}  // namespace

program_place::~program_place() {
  kill_server();
}

std::map<std::string, std::string> program_place::environment() const {
  return {{"DATABASE_URL", ""},
          {"XDG_STATE_HOME", scratch_.path() / "state"},
          {"XDG_CONFIG_HOME", scratch_.path() / "config"},
          {"CROSSDOCK_CONFIG", ""}};
}

std::unique_ptr<process> program_place::start(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), CROSSDOCK_PROGRAM);
  return std::make_unique<process>(std::move(arguments), environment(), scratch_);
}

std::vector<std::string> program_place::bundle_run(const std::string& source,
                                                   const std::string& output,
                                                   const std::vector<std::string>& more) {
  std::vector<std::string> arguments{
      "run", "slack-to-mattermost-bundle", "--source", source, "--output", output, "--json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

void program_place::copy_database(const program_place& from) const {
  fs::create_directories(database_folder().parent_path());
  // Not fs::copy: the files belong to the server's user.
  const auto copied =
      process({"/bin/cp", "--archive", from.database_folder(), database_folder()}, {}, scratch_)
          .wait();
  if (copied.status != 0) throw std::runtime_error(copied.err);
}

std::unique_ptr<store::local_cluster> program_place::hold_server() const {
  return std::make_unique<store::local_cluster>(
      store::local_cluster::options{.directory = database_folder()});
}

pid_t program_place::server() const {
  const auto data = database_folder() / "data";
  std::ifstream file(data / "postmaster.pid");
  pid_t server = 0;
  if (!(file >> server)) return 0;
  // The file of a server that was killed names a process that may be another one by now.
  std::ifstream command("/proc/" + std::to_string(server) + "/cmdline");
  const std::string arguments(std::istreambuf_iterator<char>(command), {});
  return arguments.find(data.string()) == std::string::npos ? 0 : server;
}

void program_place::kill_server() const {
  const auto postmaster = server();
  if (postmaster == 0) return;
  const auto others = children_of(postmaster);
  ::kill(postmaster, SIGKILL);
  for (const auto other : others) ::kill(other, SIGKILL);
}

}  // namespace crossdock::testing
