#include "config/plugin_catalogue.hpp"

#include <stdexcept>

namespace crossdock::config {
namespace {

std::string_view name_of(const api::source_plugin* p) {
  return p->name();
}
std::string_view name_of(const api::target_plugin* p) {
  return p->name();
}
std::string_view name_of(const api::builtin_workflow& w) {
  return w.name;
}

template <class Item>
const Item* find(const std::vector<Item>& items, std::string_view name) {
  for (const auto& item : items) {
    if (name_of(item) == name) return &item;
  }
  return nullptr;
}

template <class Item>
std::vector<std::string> names(const std::vector<Item>& items) {
  std::vector<std::string> all;
  all.reserve(items.size());
  for (const auto& item : items) all.emplace_back(name_of(item));
  return all;
}

template <class Item>
void refuse_taken(const std::vector<Item>& known, const std::vector<Item>& added,
                  std::string_view kind, std::string_view plugin) {
  for (const auto& item : added) {
    if (!find(known, name_of(item))) continue;
    throw std::invalid_argument("plugin " + std::string(plugin) + ": a " + std::string(kind) +
                                " named \"" + std::string(name_of(item)) + "\" exists already");
  }
}

template <class Item>
void append(std::vector<Item>& known, const std::vector<Item>& added) {
  known.insert(known.end(), added.begin(), added.end());
}

}  // namespace

void plugin_catalogue::add(const api::plugin& plugin) {
  if (plugin.abi != api::abi_version) {
    throw std::invalid_argument("plugin " + std::string(plugin.name) +
                                " was built for API version " + std::to_string(plugin.abi) +
                                ", this program has version " + std::to_string(api::abi_version) +
                                ": rebuild the plugin");
  }
  refuse_taken(sources_, plugin.sources, "source", plugin.name);
  refuse_taken(targets_, plugin.targets, "target", plugin.name);
  refuse_taken(workflows_, plugin.workflows, "workflow", plugin.name);
  append(sources_, plugin.sources);
  append(targets_, plugin.targets);
  append(workflows_, plugin.workflows);
}

const api::source_plugin* plugin_catalogue::source(std::string_view name) const {
  const auto* found = find(sources_, name);
  return found ? *found : nullptr;
}

const api::target_plugin* plugin_catalogue::target(std::string_view name) const {
  const auto* found = find(targets_, name);
  return found ? *found : nullptr;
}

std::optional<api::builtin_workflow> plugin_catalogue::workflow(std::string_view name) const {
  const auto* found = find(workflows_, name);
  return found ? std::optional(*found) : std::nullopt;
}

std::vector<std::string> plugin_catalogue::source_names() const {
  return names(sources_);
}
std::vector<std::string> plugin_catalogue::target_names() const {
  return names(targets_);
}
std::vector<std::string> plugin_catalogue::workflow_names() const {
  return names(workflows_);
}

}  // namespace crossdock::config
