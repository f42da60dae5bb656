#include <iostream>

#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include "actors/cli/exit_code.hpp"
#include "actors/cli/program.hpp"

namespace crossdock::cli {

namespace {

/// A command by its path ("job show") and what may follow it.
struct completion {
  std::string path;
  std::vector<std::string> words;
};

void collect(const CLI::App& app, const std::string& path, std::vector<completion>& all) {
  completion own{path, {}};
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) own.words.push_back("--" + name);
  }
  for (const auto* command : app.get_subcommands({})) {
    own.words.push_back(command->get_name());
    collect(*command, path.empty() ? command->get_name() : path + " " + command->get_name(), all);
  }
  all.push_back(std::move(own));
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// Words that are no option form the path; each path has its list.
void print_bash(const std::vector<completion>& all) {
  std::cout << "_crossdock() {\n  local path='' word words\n"
               "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
               "    case \"$path $word\" in\n";
  for (const auto& one : all) {
    if (!one.path.empty()) std::cout << "      ' " << one.path << "') path=' " << one.path << "' ;;\n";
  }
  std::cout << "    esac\n  done\n  case \"$path\" in\n";
  for (const auto& one : all) {
    std::cout << "    '" << (one.path.empty() ? "" : " " + one.path) << "') words='"
              << joined(one.words) << "' ;;\n";
  }
  std::cout << "  esac\n"
               "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\")\n"
               "}\ncomplete -o default -F _crossdock crossdock\n";
}

void print_zsh(const std::vector<completion>& all) {
  std::cout << "autoload -U +X bashcompinit && bashcompinit\n";
  print_bash(all);
}

void print_fish(const std::vector<completion>& all) {
  for (const auto& one : all) {
    const auto condition =
        one.path.empty() ? std::string("__fish_use_subcommand")
                         : "__fish_seen_subcommand_from " + one.path.substr(one.path.rfind(' ') + 1);
    for (const auto& word : one.words) {
      std::cout << "complete -c crossdock -n '" << condition << "' "
                << (word.starts_with("--") ? "-l " + word.substr(2) : "-a " + word) << "\n";
    }
  }
}

}  // namespace

void add_completion_command(program& p) {
  auto* command = add_command(p, p.app, "completion", "Print the completion script of a shell",
                              "  source <(crossdock completion bash)\n");
  auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  on_chosen(p, *command, [&p, shell] {
    std::vector<completion> all;
    collect(p.app, {}, all);
    if (*shell == "bash") print_bash(all);
    if (*shell == "zsh") print_zsh(all);
    if (*shell == "fish") print_fish(all);
    return exit_code::done;
  });
}

}  // namespace crossdock::cli
