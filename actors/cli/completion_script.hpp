#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

namespace crossdock::cli {

inline constexpr const char* completion_shells[] = {"bash", "zsh", "fish"};

/// A script that teaches a shell the commands and options of `app`, as they are now. `workflows`
/// completes the argument of commands that take a workflow. Throws std::invalid_argument for
/// another shell.
std::string completion_script(const CLI::App& app, const std::string& shell,
                              const std::vector<std::string>& workflows);

}  // namespace crossdock::cli
