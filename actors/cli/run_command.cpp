#include <filesystem>
#include <iostream>
#include <optional>

#include <CLI/Option.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "actors/cli/exit_code.hpp"
#include "actors/cli/job_result.hpp"
#include "actors/cli/job_worker.hpp"
#include "actors/cli/output_folder.hpp"
#include "actors/cli/pinned_config.hpp"
#include "actors/cli/prepared_run.hpp"
#include "actors/cli/run_plan.hpp"
#include "actors/cli/source_fingerprint.hpp"
#include "actors/cli/workflow_source.hpp"
#include "actors/job_resolver.hpp"

namespace crossdock::cli {

namespace fs = std::filesystem;

namespace {

struct run_options {
  std::string workflow;
  std::string source;
  std::string output;
  std::vector<std::string> sets;
  std::string scope;
  bool plan = false;
  bool json = false;
  bool fresh = false;
};

std::string absolute(const std::string& path) {
  return path.empty() ? path : fs::absolute(path).lexically_normal().string();
}

/// Where each run writes a complete output, a run is a world of its own; otherwise identities are
/// shared by all runs of one source into one target.
std::string scope_of(const run_options& options, const prepared_run& run) {
  if (!options.scope.empty()) return options.scope;
  if (run.target->complete_per_job()) return {};
  return run.source->identify(run.source_path, run.spec.source.options) + " → " +
         run.spec.target.plugin;
}

/// Told before hours of reading, not after them. Nothing is made yet.
void require_writable(const std::string& folder) {
  if (folder.empty()) return;
  const auto why = why_not_writable(folder);
  if (!why.empty()) throw usage_error("--output " + folder + " cannot be written to: " + why);
}

prepared_run prepare(const run_options& options, const config::plugin_catalogue& plugins) {
  prepared_run run;
  run.spec = load_spec(options.workflow, options.sets, plugins);
  register_secrets(run.spec);
  run.pinned = config::resolved_json(run.spec);
  run.source = plugins.source(run.spec.source.plugin);
  run.target = plugins.target(run.spec.target.plugin);
  run.source_path = absolute(options.source);
  run.output_path = absolute(options.output);
  if (run.source_path.empty()) throw usage_error("say what to read: --source PATH");
  if (!fs::exists(run.source_path)) {
    throw usage_error("--source " + run.source_path + ": there is nothing of that name");
  }
  if (run.output_path.empty() && run.target->complete_per_job() && !options.plan) {
    throw usage_error("the target " + run.spec.target.plugin +
                      " writes files: say where with --output DIR");
  }
  if (!options.plan) {
    auto pinned = boost::json::parse(run.pinned).as_object();
    pinned[source_fingerprint_key] = source_fingerprint(run.source_path);
    run.pinned = boost::json::serialize(pinned);
    require_writable(run.output_path);
  }
  return run;
}

std::string barrier_group_of(const prepared_run& run) {
  if (!run.spec.barrier_group.empty()) return run.spec.barrier_group;
  return run.output_path.empty() ? "source " + run.source_path : "output " + run.output_path;
}

store::job_id create(store::session& db, const run_options& options, const prepared_run& run) {
  store::new_job job;
  job.workflow = run.spec.name;
  job.workflow_digest = run.spec.digest;
  job.config = run.pinned;
  job.scope = scope_of(options, run);
  job.source = run.source_path;
  job.output = run.output_path;
  job.barrier_group = barrier_group_of(run);
  for (const auto& type : run.spec.types) job.types.push_back({type.name, type.plural, type.rank});
  return db.create_job(job).id;
}

/// A job goes on with what it began with; another configuration is another job.
void require_same(const store::job_row& job, const run_options& options, const prepared_run& run) {
  std::string changed;
  for (const auto& name : differences(job.config, run.pinned)) {
    changed += (changed.empty() ? "" : ", ") +
               (name == source_fingerprint_key ? "content of the source" : name);
  }
  if (changed.empty() && job.workflow_digest != run.spec.digest) changed = "the workflow file";
  if (!options.scope.empty() && options.scope != job.scope) changed = "--scope";
  if (changed.empty()) return;
  throw usage_error("job " + std::to_string(job.id) +
                    " of this workflow, source and output is unfinished (" +
                    std::string(to_string(job.state)) + "), but was begun with another " + changed +
                    ". Give the same again to go on with it, or --new to start over");
}

/// A later job of a named scope writes only what is new: it must not replace what is not.
void require_unused_output(store::session& db, const run_options& options,
                           const prepared_run& run) {
  if (options.scope.empty() || !run.target->complete_per_job()) return;
  const auto earlier = db.find_finished_output(options.scope, run.output_path);
  if (!earlier || !fs::exists(fs::path(run.output_path) / "report.json")) return;
  throw usage_error("--output " + run.output_path + " holds what job " +
                    std::to_string(earlier->id) + " of the scope " + options.scope +
                    " has written, and this run would replace it with what is new since: choose "
                    "another --output");
}

store::job_id find_or_create(const database& where, const run_options& options,
                             const prepared_run& run) {
  auto db = where.connect();
  const auto job = options.fresh
                       ? std::nullopt
                       : db.find_resumable(run.spec.name, run.source_path, run.output_path);
  if (!job) {
    require_unused_output(db, options, run);
    return create(db, options, run);
  }
  require_same(*job, options, run);
  std::cerr << "going on with job " << job->id << " (" << to_string(job->state)
            << (job->stage.empty() ? "" : ", " + job->stage) << "); --new starts over" << std::endl;
  return job->id;
}

int run_workflow(program& p, const run_options& options) {
  const config::process_environment env;
  const auto settings = load_settings(p.common, env, log_use_of_a_run());
  const auto plugins = load_plugins(p.common, settings);
  const auto run = prepare(options, plugins);
  if (options.plan) return show_plan(run, scope_of(options, run), options.json);
  const database where(p.common, settings);
  where.prepare_schema();
  std::optional<output_lock> lock;
  if (!run.output_path.empty()) lock.emplace(run.output_path);
  const auto job = find_or_create(where, options, run);
  if (lock) lock->name_job(job);
  return work_on({settings, plugins, where, options.json}, job, p.interrupts);
}

}  // namespace

void add_run_command(program& p) {
  auto* command = add_command(p, p.app, "run",
                              "Run a workflow here and now, or go on with one that was interrupted",
                              "  crossdock run WORKFLOW --source export.zip --output bundles\n"
                              "  crossdock run my-workflow.yaml --source dump/ --output out --set "
                              "target.team=acme --json\n");
  auto options = std::make_shared<run_options>();
  command->add_option("workflow", options->workflow, "Name of a built-in workflow, or a YAML file")
      ->required();
  command->add_option("--source", options->source, "What to read")->type_name("PATH");
  command->add_option("--output", options->output, "Directory to write to")->type_name("DIR");
  command->add_option("--set", options->sets, "Override a value of the workflow; repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command->add_option("--scope", options->scope, "Share identities with other runs of this name")
      ->type_name("NAME");
  command->add_flag("--plan", options->plan,
                    "Read the source, show what would be moved and lost, write nothing; exit "
                    "status 3 when something would be rejected");
  command->add_flag("--json", options->json, "One final JSON object on standard output");
  command->add_flag("--new", options->fresh,
                    "Start over instead of going on with an unfinished job");
  add_database_option(p, *command);
  on_chosen(p, *command, [&p, options] {
    return or_json_error(options->json, options->workflow,
                         [&] { return run_workflow(p, *options); });
  });
}

}  // namespace crossdock::cli
