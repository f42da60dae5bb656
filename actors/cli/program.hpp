#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "actors/cli/signals.hpp"

namespace crossdock::cli {

/// Options that most commands have.
struct common_options {
  std::optional<std::string> config;
  std::vector<std::string> plugins;
  std::optional<std::string> database;
  std::optional<std::string> log_level;
  std::optional<std::string> log_format;
};

/// The command line: its commands fill in `action` when they are chosen.
struct program {
  CLI::App app{"Moves data between systems as durable, supervised jobs."};
  common_options common;
  std::function<int()> action;  ///< runs the chosen command, returns the exit status
  signals interrupts;           ///< made first, before any thread
};

/// A command with the options that all commands have, and examples at the end of its help.
CLI::App* add_command(program& p, CLI::App& parent, const std::string& name,
                      const std::string& description, const std::string& examples);
/// Parent of commands: does nothing by itself.
CLI::App* add_group(program& p, const std::string& name, const std::string& description);
void add_database_option(program& p, CLI::App& command);

/// Runs `action` when the command is chosen. What it refers to must live as long as the program:
/// options are kept in shared pointers.
void on_chosen(program& p, CLI::App& command, std::function<int()> action);

void add_run_command(program& p);
void add_job_commands(program& p);
void add_workflow_commands(program& p);
void add_db_commands(program& p);
void add_doctor_command(program& p);
void add_version_command(program& p);
void add_completion_command(program& p);

std::string version_line();

}  // namespace crossdock::cli
