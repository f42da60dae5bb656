#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// The project's own sources as the architecture rules see them.
namespace crossdock::architecture {

/// A file taken apart. Comments are in neither part, so that prose may name what code may not.
struct source {
  std::string path;                   ///< relative to the project's root
  std::string text;                   ///< all of it
  std::string code;                   ///< without comments and without the contents of literals
  std::vector<std::string> literals;  ///< string literals, adjacent ones joined
  std::vector<std::string> includes;  ///< as written: "actors/x.hpp" or <x>
};

/// Takes C++ text apart (also raw literals, character literals and digit separators).
source take_apart(std::string path, std::string text);

/// Every file of the project below `folder` (relative to the root) with one of these endings.
std::vector<source> sources_below(std::string_view folder,
                                  const std::vector<std::string>& endings = {".hpp", ".cpp"});

/// The part of the system that a file, or an included path, belongs to.
enum class layer {
  core,         ///< actors/core
  store,        ///< actors/store
  actors,       ///< directly in actors/
  control,      ///< actors/control
  cli,          ///< actors/cli
  plugin_api,   ///< workflows/api
  plugin_list,  ///< directly in workflows/
  workflow,     ///< any other folder of workflows/
  config,
  observability,
  unknown,
};
layer layer_of(std::string_view path);
/// "workflows/<name>/" of a path in a workflow.
std::string workflow_folder(std::string_view path);

/// True when a file of the project may include another one of the project.
bool may_include(std::string_view from, std::string_view to);

}  // namespace crossdock::architecture
