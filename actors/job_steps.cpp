#include "actors/job_steps.hpp"

#include <boost/json/parse.hpp>

#include "actors/export_context.hpp"

namespace crossdock {

namespace {

api::job_info info_of(const supervisor_state& st) {
  return {st.job.id, st.job.scope_id, st.job.scope, st.job.workflow, st.job.source, st.job.output};
}

export_config export_config_of(const supervisor_state& st) {
  return {info_of(st), st.plan.target_options, st.plan.source_options, st.plan.source,
          st.config.gates};
}

std::shared_ptr<api::target> target_of(supervisor_state& st) {
  if (!st.target) st.target = st.plan.target->make_target(info_of(st), st.plan.target_options);
  return st.target;
}

void check_files(std::int64_t bytes, std::int64_t limit) {
  if (bytes <= limit) return;
  throw limit_reached("limit reached: the source has " + std::to_string(bytes) +
                      " bytes of files (limits.files is " + std::to_string(limit) +
                      "); resume the job to move them all the same, or cancel it");
}

step_work stage_work(const supervisor_state& st) {
  staging_config config;
  config.job = info_of(st);
  config.options = st.plan.source_options;
  config.stage = st.step;
  config.lease = lease_of(st);
  for (const auto& type : st.plan.types) config.types.insert(type.name);
  config.may_have_marks = st.job.epoch > 1 || st.restarted;
  return
      [config, source = st.plan.source, pool = st.config.pool, stop = st.stop](batch_sink& sink) {
        staging_context context(config, pool, sink, stop);
        source->make_stage(config.stage)->run(context);
        context.commit();
        return std::string();
      };
}

step_work preparation_work(supervisor_state& st) {
  // An operator who resumes a job that a limit has paused lets it pass.
  const bool passed = boost::json::parse(st.job.meta).as_object().contains(files_limit_key);
  return [config = export_config_of(st), target = target_of(st), pool = st.config.pool,
          stop = st.stop, limit = passed ? std::nullopt : st.plan.files](batch_sink&) {
    if (limit) check_files(pool->acquire()->blob_bytes(config.job.id), *limit);
    export_context context(config, pool, stop);
    target->prepare(context);
    return std::string();
  };
}

step_work finish_work(supervisor_state& st) {
  return [config = export_config_of(st), target = target_of(st), pool = st.config.pool,
          stop = st.stop, job = st.job, report = st.config.write_report](batch_sink&) {
    export_context context(config, pool, stop);
    target->prepare(context);
    auto finished = job;
    finished.outputs = target->finish(context);
    if (report) report(*pool->acquire(), finished);
    return finished.outputs;
  };
}

}  // namespace

store::job_lease lease_of(const supervisor_state& st) {
  return {st.job.id, st.job.epoch};
}

step_work work_of(supervisor_state& st) {
  if (st.step == step::finishing) return finish_work(st);
  if (st.step == step::ready_export || st.step == step::exporting) return preparation_work(st);
  return stage_work(st);
}

pool_config pool_for(supervisor_state& st, const type_plan& type) {
  pool_config config;
  config.process = st.config.process;
  config.workers = type.workers;
  config.restarts = st.config.restarts;
  auto& exporter = config.exporter;
  exporter.job = st.job.id;
  exporter.type = type.name;
  exporter.batch = type.batch;
  exporter.retry = st.plan.retry;
  exporter.lease_ttl = st.config.lease_ttl;
  exporter.stop = st.stop;
  exporter.ledger = st.ledger;
  exporter.make_claims = [pool = st.config.pool] { return make_claim_source(pool); };
  exporter.make_context = [context = export_config_of(st), pool = st.config.pool, stop = st.stop] {
    return std::make_unique<export_context>(context, pool, stop);
  };
  exporter.make_exporter = [target = target_of(st),
                            name = type.name](api::target_context& context) {
    return target->make_exporter(name, context);
  };
  return config;
}

}  // namespace crossdock
