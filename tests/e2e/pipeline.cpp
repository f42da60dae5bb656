#include "tests/e2e/pipeline.hpp"

#include <cstdlib>
#include <stdexcept>

#include <caf/all.hpp>

#include "actors/engine.hpp"
#include "actors/job_resolver.hpp"
#include "actors/report.hpp"
#include "config/workflow_loader.hpp"
#include "workflows/builtin_plugins.hpp"

namespace crossdock::testing {

namespace {

constexpr const char* workflow_name = "slack-to-mattermost-bundle";

const config::plugin_catalogue& plugins() {
  static const auto all = [] {
    config::plugin_catalogue catalogue;
    for (const auto* plugin : builtin_plugins()) catalogue.add(*plugin);
    return catalogue;
  }();
  return all;
}

}  // namespace

store::job_id create_bundle_job(store::session& db, const std::filesystem::path& source,
                                const std::filesystem::path& output,
                                const std::vector<std::string>& sets, const std::string& scope) {
  const config::fixed_environment env;
  const auto loaded = config::load_workflow(plugins().workflow(workflow_name)->yaml, workflow_name,
                                            plugins(), env, sets);
  if (!loaded.spec) throw std::runtime_error(config::to_string(loaded.diagnostics));
  store::new_job job;
  job.workflow = loaded.spec->name;
  job.workflow_digest = loaded.spec->digest;
  job.config = config::resolved_json(*loaded.spec);
  job.scope = scope;
  job.source = source;
  job.output = output;
  job.barrier_group = output;
  for (const auto& type : loaded.spec->types) {
    job.types.push_back({type.name, type.plural, type.rank});
  }
  return db.create_job(job).id;
}

job_ended run_job(const test_database& database, store::job_id job) {
  engine_options options;
  store::pool_options pool;
  pool.url = database.url();
  options.pool = std::make_shared<store::session_pool>(pool);
  options.resolve = [](const store::job_row& row) {
    return resolve_job(row, plugins(), config::fixed_environment{});
  };
  options.write_report = write_report;
  engine running(options);
  caf::scoped_actor self{running.system()};
  self->send(running.registry(), watch_atom_v, job, caf::actor_cast<caf::actor>(self));
  self->send(running.registry(), run_atom_v, job);
  job_ended result;
  bool ended = false;
  self->receive_while([&] { return !ended; })(
      [&](ended_atom, const job_ended& message) {
        result = message;
        ended = true;
      },
      [](progress_atom, const job_progress&) {},
      caf::after(std::chrono::minutes(5)) >>
          [&] {
            result.error = "the job did not end within five minutes";
            ended = true;
          });
  return result;
}

}  // namespace crossdock::testing
