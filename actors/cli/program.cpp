#include "actors/cli/program.hpp"

#include <utility>

#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

namespace crossdock::cli {

namespace {

constexpr const char* common_group = "Common options";

void add_common_options(program& p, CLI::App& command) {
  command.add_option("--config", p.common.config, "Settings file instead of crossdock.yaml")
      ->type_name("FILE")
      ->group(common_group);
  command.add_option("--plugin", p.common.plugins, "Shared object of a plugin to load; repeatable")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->group(common_group);
  command.add_option("--log-level", p.common.log_level, "trace, debug, info, warn, error or off")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}).description(""))
      ->group(common_group);
  command
      .add_option("--log-format", p.common.log_format, "text or json; logs go to standard error")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}).description(""))
      ->group(common_group);
}

}  // namespace

CLI::App* add_command(program& p, CLI::App& parent, const std::string& name,
                      const std::string& description, const std::string& examples) {
  auto* command = parent.add_subcommand(name, description);
  add_common_options(p, *command);
  command->footer("Examples:\n" + examples);
  return command;
}

CLI::App* add_group(program& p, const std::string& name, const std::string& description) {
  auto* group = p.app.add_subcommand(name, description);
  group->require_subcommand(1);
  return group;
}

void add_database_option(program& p, CLI::App& command) {
  command
      .add_option("--database", p.common.database,
                  "PostgreSQL URL instead of DATABASE_URL, the settings, or the private server")
      ->type_name("URL")
      ->group(common_group);
}

void on_chosen(program& p, CLI::App& command, std::function<int()> action) {
  command.callback([&p, action = std::move(action)] { p.action = action; });
}

}  // namespace crossdock::cli
