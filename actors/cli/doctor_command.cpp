#include <filesystem>
#include <iostream>

#include "actors/cli/exit_code.hpp"
#include "actors/cli/surroundings.hpp"
#include "actors/core/progress.hpp"

namespace crossdock::cli {

namespace {

constexpr std::uintmax_t little_space = std::uintmax_t{1} << 30;

/// Prints one check; returns false when it failed.
bool check(const char* what, const std::function<std::string()>& run) {
  try {
    std::cout << "ok    " << what << ": " << run() << std::endl;
    return true;
  } catch (const std::exception& error) {
    std::cout << "fail  " << what << ": " << error.what() << std::endl;
    return false;
  }
}

std::string free_space(const std::filesystem::path& at) {
  auto existing = at;
  while (!std::filesystem::exists(existing) && existing.has_parent_path()) {
    existing = existing.parent_path();
  }
  const auto space = std::filesystem::space(existing);
  const auto text = bytes_text(space.available) + " free at " + existing.string();
  if (space.available < little_space) {
    throw std::runtime_error(text + ": less than 1 GiB; make room, or set state_dir in "
                                    "crossdock.yaml");
  }
  return text;
}

int examine(program& p) {
  const config::process_environment env;
  const auto settings = load_settings(p.common, env, true);
  bool good = check("plugins", [&] {
    const auto plugins = load_plugins(p.common, settings);
    std::string text = std::to_string(plugins.sources().size()) + " sources, " +
                       std::to_string(plugins.targets().size()) + " targets, " +
                       std::to_string(plugins.workflows().size()) + " workflows";
    return text;
  });
  good &= check("disk", [&] { return free_space(settings.state_dir); });
  good &= check("database", [&] {
    const database where(p.common, settings);
    auto db = where.connect();
    int missing = 0;
    for (const auto& one : db.migrations()) missing += one.applied ? 0 : 1;
    return std::string(where.is_private() ? "private server" : "configured server") + " answers; " +
           (missing == 0 ? "schema is current"
                         : std::to_string(missing) + " migrations wait for `crossdock db migrate`");
  });
  return good ? exit_code::done : exit_code::failed;
}

}  // namespace

void add_doctor_command(program& p) {
  auto* command = add_command(p, p.app, "doctor", "Check what a run needs: plugins, disk, database",
                              "  crossdock doctor\n");
  add_database_option(p, *command);
  on_chosen(p, *command, [&p] { return examine(p); });
}

}  // namespace crossdock::cli
