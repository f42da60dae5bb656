#include "actors/job_resolver.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <boost/json/value.hpp>

#include "observability/redaction.hpp"

namespace crossdock {

namespace {

bool is_own_step(std::string_view stage) {
  constexpr std::array<std::string_view, 4> own{step::ready_export, step::exporting,
                                                step::finishing, step::done};
  return std::find(own.begin(), own.end(), stage) != own.end();
}

type_plan type_of(const config::type_spec& type) {
  type_plan plan;
  plan.name = type.name;
  plan.rank = type.rank;
  plan.workers = type.workers;
  // One claim of a lane is under way at a time.
  plan.batch = std::min(type.batch, type.lane_window.value_or(type.batch));
  return plan;
}

void register_secrets(const config::plugin_spec& plugin) {
  const boost::json::value options = plugin.options;
  for (const auto& [pointer, reference] : plugin.secrets) {
    boost::system::error_code error;
    const auto* secret = options.find_pointer(pointer, error);
    if (secret && secret->is_string()) register_secret(secret->get_string());
  }
}

config::workflow_spec restored_spec(const store::job_row& job, const config::environment& env) {
  auto restored = config::spec_from_json(job.config, env, "job " + std::to_string(job.id));
  if (!restored.spec) throw resolve_error(config::to_string(restored.diagnostics));
  return std::move(*restored.spec);
}

template <class Plugin>
const Plugin* require(const Plugin* plugin, std::string_view kind, const std::string& name) {
  if (plugin) return plugin;
  throw resolve_error("the " + std::string(kind) + " plugin " + name +
                      " is not loaded here: name its shared object with --plugin, or under " +
                      "plugins in crossdock.yaml");
}

}  // namespace

void register_secrets(const config::workflow_spec& spec) {
  register_secrets(spec.source);
  register_secrets(spec.target);
}

std::vector<std::string> import_stages(const config::workflow_spec& spec) {
  std::vector<std::string> stages;
  std::copy_if(spec.stages.begin(), spec.stages.end(), std::back_inserter(stages),
               [](const std::string& stage) { return !is_own_step(stage); });
  if (stages.empty()) throw resolve_error("the workflow " + spec.name + " has no import stage");
  return stages;
}

job_plan resolve_job(const store::job_row& job, const config::plugin_catalogue& plugins,
                     const config::environment& env) {
  auto spec = restored_spec(job, env);
  register_secrets(spec);

  job_plan plan;
  plan.source = require(plugins.source(spec.source.plugin), "source", spec.source.plugin);
  plan.target = require(plugins.target(spec.target.plugin), "target", spec.target.plugin);
  plan.stages = import_stages(spec);
  for (const auto& type : spec.types) plan.types.push_back(type_of(type));
  plan.retry = spec.retry;
  plan.failures = spec.limits.failures;
  plan.files = spec.limits.files;
  plan.source_options = std::move(spec.source.options);
  plan.target_options = std::move(spec.target.options);
  return plan;
}

}  // namespace crossdock
