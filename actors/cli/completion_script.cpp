#include "actors/cli/completion_script.hpp"

#include <algorithm>
#include <stdexcept>

#include <CLI/Option.hpp>

namespace crossdock::cli {

namespace {

/// One option as a shell needs it.
struct option_facts {
  std::string name;  ///< with its dashes
  std::string description;
  bool takes_value = false;
  bool takes_path = false;  ///< a value that is a file or directory
};

/// A command by its path ("job show") and what may follow it.
struct command_facts {
  std::vector<std::string> path;
  std::string description;
  std::vector<option_facts> options;
  std::vector<std::string> commands;
  bool takes_workflow = false;
};

option_facts facts_of(const CLI::Option& option, const std::string& name) {
  const auto type = option.get_type_name();
  return {"--" + name, option.get_description(), option.get_items_expected_min() > 0,
          type == "PATH" || type == "FILE" || type == "DIR"};
}

void collect(const CLI::App& app, const std::vector<std::string>& path,
             std::vector<command_facts>& all) {
  command_facts own{path, app.get_description(), {}, {}, false};
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) own.options.push_back(facts_of(*option, name));
    own.takes_workflow |= option->get_positional() && option->get_name() == "workflow";
  }
  for (const auto* command : app.get_subcommands({})) {
    own.commands.push_back(command->get_name());
    auto below = path;
    below.push_back(command->get_name());
    collect(*command, below, all);
  }
  all.push_back(std::move(own));
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// In single quotes; none of our words has one inside.
std::string in_quotes(const std::string& text) {
  std::string safe = text;
  std::erase(safe, '\'');
  return "'" + safe + "'";
}

std::vector<std::string> words_of(const command_facts& command,
                                  const std::vector<std::string>& workflows) {
  auto words = command.commands;
  for (const auto& option : command.options) words.push_back(option.name);
  if (command.takes_workflow) words.insert(words.end(), workflows.begin(), workflows.end());
  return words;
}

/// Options after which a file name stands, and those after which anything else does.
std::string value_options(const std::vector<command_facts>& all, bool paths) {
  std::vector<std::string> names;
  for (const auto& command : all) {
    for (const auto& option : command.options) {
      if (!option.takes_value || option.takes_path != paths) continue;
      if (std::find(names.begin(), names.end(), option.name) == names.end()) {
        names.push_back(option.name);
      }
    }
  }
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : "|") + name;
  return text;
}

/// The words before the cursor that are commands say where it stands.
std::string bash(const std::vector<command_facts>& all, const std::vector<std::string>& workflows) {
  std::string text =
      "_crossdock() {\n"
      "  local at='' words='' word current=\"${COMP_WORDS[COMP_CWORD]}\"\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"$at $word\" in\n";
  for (const auto& command : all) {
    if (command.path.empty()) continue;
    const auto path = in_quotes(" " + joined(command.path));
    text += "      " + path + ") at=" + path + " ;;\n";
  }
  text += "    esac\n  done\n  case \"${COMP_WORDS[COMP_CWORD-1]}\" in\n";
  text += "    " + value_options(all, true) +
          ") mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); return ;;\n";
  text += "    " + value_options(all, false) + ") return ;;\n  esac\n  case \"$at\" in\n";
  for (const auto& command : all) {
    text += "    " + in_quotes(command.path.empty() ? "" : " " + joined(command.path)) +
            ") words=" + in_quotes(joined(words_of(command, workflows))) + " ;;\n";
  }
  text +=
      "  esac\n"
      "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
      "}\n"
      "complete -o default -F _crossdock crossdock\n";
  return text;
}

std::string zsh(const std::vector<command_facts>& all, const std::vector<std::string>& workflows) {
  return "autoload -U +X bashcompinit && bashcompinit\n" + bash(all, workflows);
}

/// True at the command of this path and not below it.
std::string fish_condition(const command_facts& command) {
  std::string condition = "__fish_use_subcommand";
  if (!command.path.empty()) {
    condition.clear();
    for (const auto& word : command.path) {
      condition +=
          (condition.empty() ? "" : "; and ") + std::string("__fish_seen_subcommand_from ") + word;
    }
    if (!command.commands.empty()) {
      condition += "; and not __fish_seen_subcommand_from " + joined(command.commands);
    }
  }
  return in_quotes(condition);
}

std::string description_of(const std::vector<command_facts>& all,
                           const std::vector<std::string>& path) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const command_facts& c) { return c.path == path; });
  return found->description;
}

std::string fish(const std::vector<command_facts>& all, const std::vector<std::string>& workflows) {
  std::string text = "complete -c crossdock -f\n";
  for (const auto& command : all) {
    const auto begin = "complete -c crossdock -n " + fish_condition(command);
    for (const auto& name : command.commands) {
      auto path = command.path;
      path.push_back(name);
      text += begin + " -a " + name + " -d " + in_quotes(description_of(all, path)) + '\n';
    }
    for (const auto& option : command.options) {
      text += begin + " -l " + option.name.substr(2) + (option.takes_value ? " -r" : "") +
              (option.takes_path ? " -F" : "") + " -d " + in_quotes(option.description) + '\n';
    }
    if (!command.takes_workflow) continue;
    text += begin + " -F\n";
    if (!workflows.empty()) text += begin + " -a " + in_quotes(joined(workflows)) + '\n';
  }
  return text;
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell,
                              const std::vector<std::string>& workflows) {
  std::vector<command_facts> all;
  collect(app, {}, all);
  if (shell == "bash") return bash(all, workflows);
  if (shell == "zsh") return zsh(all, workflows);
  if (shell == "fish") return fish(all, workflows);
  throw std::invalid_argument("no completion for the shell " + shell);
}

}  // namespace crossdock::cli
