#include <iostream>
#include <optional>

#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "actors/cli/exit_code.hpp"
#include "actors/cli/job_result.hpp"
#include "actors/cli/job_worker.hpp"
#include "actors/cli/output_folder.hpp"
#include "actors/cli/text_layout.hpp"
#include "actors/core/job_counters.hpp"
#include "actors/core/progress.hpp"
#include "actors/defaults.hpp"
#include "actors/process_name.hpp"

namespace crossdock::cli {

namespace json = boost::json;

namespace {

struct job_options {
  store::job_id id = 0;
  std::string type;
  std::string status = "failed";
  int limit = 50;
  bool json = false;
};

/// Settings, plugins and database of one command.
struct place {
  explicit place(program& p, log_use log = log_use::only_trouble)
      : settings(load_settings(p.common, env, log)),
        plugins(load_plugins(p.common, settings)),
        where(p.common, settings) {
    where.prepare_schema();
  }
  config::process_environment env;
  config::application_options settings;
  config::plugin_catalogue plugins;
  database where;
};

store::job_row require_job(store::session& db, store::job_id id) {
  auto job = db.find_job(id);
  if (!job) throw usage_error("there is no job " + std::to_string(id));
  return std::move(*job);
}

json::object to_json(const store::job_row& job) {
  return {{"job_id", job.id},
          {"workflow", job.workflow},
          {"state", to_string(job.state)},
          {"desired", to_string(job.desired)},
          {"stage", job.stage},
          {"scope", job.scope},
          {"source", job.source},
          {"output", job.output},
          {"error", job.error},
          {"created_at", job.created_at},
          {"updated_at", job.updated_at},
          {"meta", json::parse(job.meta)},
          {"outputs", json::parse(job.outputs)}};
}

std::string percent_done(const store::job_row& job) {
  const auto count = export_counts(json::parse(job.meta).as_object());
  if (count.total == 0) return "-";
  return std::to_string(100 * count.settled() / count.total) + " %";
}

int list_jobs(program& p, const job_options& options) {
  const place here(p);
  json::array all;
  table shown({{"JOB", true},
               {"WORKFLOW"},
               {"STATE"},
               {"STAGE"},
               {"EXPORTED", true},
               {"CREATED"},
               {"SOURCE"}});
  auto db = here.where.connect();
  for (const auto& job : db.list_jobs(options.limit)) {
    all.push_back(to_json(job));
    shown.add({std::to_string(job.id), job.workflow, std::string(to_string(job.state)), job.stage,
               percent_done(job), job.created_at, job.source});
  }
  if (options.json) {
    std::cout << json::serialize(all) << std::endl;
  } else {
    std::cout << (shown.empty() ? "no jobs yet\n" : shown.text()) << std::flush;
  }
  return exit_code::done;
}

int show_job(program& p, const job_options& options) {
  const place here(p);
  auto db = here.where.connect();
  auto job = require_job(db, options.id);
  job.meta = db.current_meta(job.id);
  if (options.json) {
    std::cout << json::serialize(to_json(job)) << std::endl;
    return exit_code::done;
  }
  std::cout << "job " << job.id << ": " << job.workflow << ", " << to_string(job.state)
            << (job.stage.empty() ? "" : ", " + job.stage) << "\n  source  " << job.source
            << "\n  output  " << job.output << "\n  scope   " << job.scope << "\n  created "
            << job.created_at << ", updated " << job.updated_at << "\n";
  if (!job.error.empty()) std::cout << "  error   " << printable(job.error) << "\n";
  const auto meta = json::parse(job.meta).as_object();
  table shown({{"TYPE"},
               {"PROCESSED", true},
               {"REJECTED", true},
               {"TOTAL", true},
               {"EXPORTED", true},
               {"SKIPPED", true},
               {"FAILED", true}});
  for (const auto& type : job.types) {
    const auto count = export_counts(meta, type.plural);
    shown.add({type.plural, count_text(counter(meta, type.plural + "_processed")),
               count_text(counter(meta, type.plural + "_rejected")), count_text(count.total),
               count_text(count.exported), count_text(count.skipped), count_text(count.failed)});
  }
  std::cout << shown.text() << std::flush;
  return exit_code::done;
}

int list_failures(program& p, const job_options& options) {
  const place here(p);
  auto db = here.where.connect();
  require_job(db, options.id);
  json::array all;
  table shown({{"TYPE"}, {"ITEM"}, {"TRIES", true}, {"CODE"}, {"REASON"}});
  for (const auto& row :
       db.list_failures(options.id, options.type, options.status, 0, options.limit)) {
    all.push_back(json::object{{"id", row.id},
                               {"type", row.type},
                               {"external_id", row.external_id},
                               {"status", row.status},
                               {"attempts", row.attempts},
                               {"error_class", row.error_class},
                               {"error_code", row.error_code},
                               {"error_message", row.error_message}});
    shown.add({row.type, row.external_id, std::to_string(row.attempts), row.error_code,
               row.error_message});
  }
  if (options.json) {
    std::cout << json::serialize(all) << std::endl;
  } else {
    std::cout << (shown.empty() ? "nothing " + options.status + "\n" : shown.text()) << std::flush;
  }
  return exit_code::done;
}

int retry_job(program& p, const job_options& options) {
  const place here(p);
  auto db = here.where.connect();
  require_job(db, options.id);
  const auto count = db.retry_failed(options.id, options.type, who());
  if (count == 0) {
    std::cout << "nothing of job " << options.id << " has failed"
              << (options.type.empty() ? "" : " of type " + options.type) << std::endl;
  } else {
    std::cout << count_text(count) << " failed entities of job " << options.id
              << " are open again; `crossdock job resume " << options.id << "` delivers them"
              << std::endl;
  }
  return exit_code::done;
}

/// Nobody is left to obey: a process of this machine that has ended had the job.
store::job_row obey_for_the_dead(store::session& db, store::job_row job, desired_state what) {
  const auto owner = db.job_owner(job.id);
  if (!owner || !has_ended(*owner)) return job;
  db.end_leases(*owner);
  const auto taken = db.take_job(job.id, make_process_name(), defaults::lease_ttl);
  if (!taken) return job;
  db.leave_job({taken->id, taken->epoch},
               what == desired_state::cancel ? job_state::canceled : job_state::paused, {}, {});
  return *db.find_job(job.id);
}

int wish(program& p, const job_options& options, desired_state what) {
  const place here(p);
  auto db = here.where.connect();
  require_job(db, options.id);
  auto job = db.set_desired(options.id, what, who());
  if (job.state == job_state::running) job = obey_for_the_dead(db, std::move(job), what);
  std::cout << "job " << job.id << " is " << to_string(job.state);
  if (job.state == job_state::running) {
    std::cout << ", asked to " << to_string(what) << " within seconds";
  }
  std::cout << std::endl;
  return exit_code::done;
}

int resume_job(program& p, const job_options& options) {
  return or_json_error(options.json, {}, [&] {
    const place here(p, log_use_of_a_run());
    auto db = here.where.connect();
    const auto job = require_job(db, options.id);
    if (job.state == job_state::done || job.state == job_state::canceled ||
        job.state == job_state::done_with_failures) {
      throw usage_error("job " + std::to_string(job.id) + " is " +
                        std::string(to_string(job.state)) + ": there is nothing to go on with" +
                        (job.state == job_state::done_with_failures
                             ? "; `crossdock job retry` opens what failed for another try"
                             : ""));
    }
    std::optional<output_lock> lock;
    if (!job.output.empty()) lock.emplace(job.output).name_job(job.id);
    return work_on({here.settings, here.plugins, here.where, options.json}, options.id,
                   p.interrupts);
  });
}

using job_action = std::function<int(program&, const job_options&)>;

CLI::App* add_job_command(program& p, CLI::App& group, const std::shared_ptr<job_options>& options,
                          const char* name, const char* description, const char* example,
                          const job_action& action, bool has_id = true) {
  auto* command =
      add_command(p, group, name, description, std::string("  crossdock job ") + example + "\n");
  if (has_id) command->add_option("job", options->id, "Number of the job")->required();
  add_database_option(p, *command);
  on_chosen(p, *command, [&p, options, action] { return action(p, *options); });
  return command;
}

}  // namespace

void add_job_commands(program& p) {
  auto* group = add_group(p, "job", "Jobs: list, show, failures, retry, pause, cancel, resume");
  auto options = std::make_shared<job_options>();
  auto* list = add_job_command(p, *group, options, "list", "The newest jobs", "list --limit 10",
                               list_jobs, false);
  list->add_option("--limit", options->limit, "At most so many")->check(CLI::Range(1, 1'000'000));
  list->add_flag("--json", options->json, "A JSON array");

  auto* show =
      add_job_command(p, *group, options, "show", "Where a job stands", "show 7", show_job);
  show->add_flag("--json", options->json, "A JSON object");

  auto* failures =
      add_job_command(p, *group, options, "failures", "What could not be moved, and why",
                      "failures 7 --status skipped", list_failures);
  failures->add_option("--type", options->type, "Of this type only")->type_name("TYPE");
  failures->add_option("--status", options->status, "failed or skipped")
      ->check(CLI::IsMember({"failed", "skipped"}));
  failures->add_option("--limit", options->limit, "At most so many")
      ->check(CLI::Range(1, 1'000'000));
  failures->add_flag("--json", options->json, "A JSON array");

  auto* retry = add_job_command(p, *group, options, "retry", "Open failed entities for another try",
                                "retry 7 --type message", retry_job);
  retry->add_option("--type", options->type, "Of this type only")->type_name("TYPE");

  add_job_command(
      p, *group, options, "pause", "Let a job rest", "pause 7",
      [](program& q, const job_options& o) { return wish(q, o, desired_state::pause); });
  add_job_command(
      p, *group, options, "cancel", "End a job for good", "cancel 7",
      [](program& q, const job_options& o) { return wish(q, o, desired_state::cancel); });
  auto* resume =
      add_job_command(p, *group, options, "resume", "Go on with a job here and now, as `run` would",
                      "resume 7", resume_job);
  resume->add_flag("--json", options->json, "One final JSON object on standard output");
}

}  // namespace crossdock::cli
