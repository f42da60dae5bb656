#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/api/plugin.hpp"

namespace crossdock::config {

/// The plugins a program knows, by name. Holds pointers: plugins live as long as the program.
class plugin_catalogue {
 public:
  /// Throws std::invalid_argument when the plugin was built for another version of the API, or when
  /// a source, target or workflow of that name exists already. Nothing of a refused plugin is kept.
  void add(const api::plugin& plugin);

  /// nullptr when there is none.
  const api::source_plugin* source(std::string_view name) const;
  const api::target_plugin* target(std::string_view name) const;
  std::optional<api::builtin_workflow> workflow(std::string_view name) const;

  const std::vector<const api::source_plugin*>& sources() const { return sources_; }
  const std::vector<const api::target_plugin*>& targets() const { return targets_; }
  const std::vector<api::builtin_workflow>& workflows() const { return workflows_; }
  std::vector<std::string> source_names() const;
  std::vector<std::string> target_names() const;
  std::vector<std::string> workflow_names() const;

 private:
  std::vector<const api::source_plugin*> sources_;
  std::vector<const api::target_plugin*> targets_;
  std::vector<api::builtin_workflow> workflows_;
};

}  // namespace crossdock::config
