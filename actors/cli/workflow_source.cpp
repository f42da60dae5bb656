#include "actors/cli/workflow_source.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "actors/cli/exit_code.hpp"

namespace crossdock::cli {

namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

workflow_text find_workflow(const std::string& name_or_file,
                            const config::plugin_catalogue& plugins) {
  if (const auto builtin = plugins.workflow(name_or_file)) {
    return {std::string(builtin->yaml), name_or_file};
  }
  if (!std::filesystem::is_regular_file(name_or_file)) {
    const auto names = plugins.workflow_names();
    const auto nearest = config::nearest_name(name_or_file, names);
    throw usage_error("there is no workflow and no file \"" + name_or_file + "\"" +
                      (nearest.empty() ? "" : " (did you mean \"" + nearest + "\"?)") +
                      "; workflows: " + joined(names));
  }
  std::ifstream in(name_or_file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw usage_error(name_or_file + " cannot be read");
  return {std::move(text), name_or_file};
}

config::workflow_spec load_spec(const std::string& name_or_file, std::span<const std::string> sets,
                                const config::plugin_catalogue& plugins) {
  const auto found = find_workflow(name_or_file, plugins);
  auto loaded =
      config::load_workflow(found.text, found.file, plugins, config::process_environment{}, sets);
  if (!loaded.spec) throw config_error(loaded.diagnostics);
  std::cerr << config::to_string(loaded.diagnostics);
  return std::move(*loaded.spec);
}

}  // namespace crossdock::cli
