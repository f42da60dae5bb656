#include <iostream>

#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include "actors/cli/completion_script.hpp"
#include "actors/cli/exit_code.hpp"
#include "actors/cli/program.hpp"
#include "workflows/builtin_plugins.hpp"

namespace crossdock::cli {

namespace {

std::vector<std::string> builtin_workflows() {
  std::vector<std::string> names;
  for (const auto* plugin : builtin_plugins()) {
    for (const auto& workflow : plugin->workflows) names.emplace_back(workflow.name);
  }
  return names;
}

}  // namespace

void add_completion_command(program& p) {
  auto* command =
      add_command(p, p.app, "completion", "Print the completion script of a shell",
                  "  source <(crossdock completion bash)\n"
                  "  crossdock completion fish > ~/.config/fish/completions/crossdock.fish\n");
  auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember(
          std::vector<std::string>(std::begin(completion_shells), std::end(completion_shells))));
  on_chosen(p, *command, [&p, shell] {
    std::cout << completion_script(p.app, *shell, builtin_workflows()) << std::flush;
    return exit_code::done;
  });
}

}  // namespace crossdock::cli
