#include "tests/bench/small_jobs.hpp"

#include <stdexcept>

#include <boost/json/parse.hpp>

#include "actors/core/job_counters.hpp"
#include "actors/defaults.hpp"

namespace crossdock::bench::small_jobs {

namespace {

/// EXPORT_WORKERS when nobody sets it.
constexpr int workers = 5;

/// Name, plural, rank, and how many there are in a job.
struct kind {
  const char* type;
  const char* plural;
  int rank;
  int count;
};
constexpr kind kinds[] = {{"person", "people", 0, people},
                          {"message", "messages", 1, messages},
                          {"reaction", "reactions", 2, reactions}};

/// The stages and what they yield.
std::vector<kind> yield_of(std::string_view stage) {
  if (stage == "people") return {kinds[0]};
  return {kinds[1], kinds[2]};
}

/// Messages and reactions lie in two lanes, people in hash lanes.
api::staged_entity entity(const kind& of, int i) {
  const auto id = std::string(of.type) + '-' + std::to_string(i);
  auto raw =
      R"({"id":")" + id + R"(","text":"somewhat longer than a word, shorter than a letter"})";
  if (of.rank == 0) return api::unordered_entity(of.type, id, std::move(raw), "{}");
  return {of.type, id, i % 2 == 0 ? "even" : "odd", i, i, std::move(raw), R"({"user":"person-0"})"};
}

class stage final : public api::stage {
 public:
  explicit stage(std::string_view name) : yield_(yield_of(name)) {}
  void run(api::stage_context& context) override {
    for (const auto& of : yield_) {
      for (int i = 0; i < of.count; ++i) context.put(entity(of, i));
    }
  }

 private:
  std::vector<kind> yield_;
};

class source_plugin final : public api::source_plugin {
 public:
  std::string_view name() const override { return "small"; }
  std::string_view summary() const override { return "16 entities"; }
  std::string_view options_schema() const override { return "{}"; }
  std::vector<std::string> stages() const override { return {"people", "messages"}; }
  std::vector<api::type_name> types() const override {
    std::vector<api::type_name> result;
    for (const auto& of : kinds) result.push_back({of.type, of.plural});
    return result;
  }
  std::unique_ptr<api::stage> make_stage(std::string_view name) const override {
    return std::make_unique<stage>(name);
  }
  std::unique_ptr<api::blob_reader> make_blob_reader(const api::job_info&,
                                                     const boost::json::object&) const override {
    return nullptr;
  }
  std::string identify(const std::string&, const boost::json::object&) const override {
    return "small";
  }
};

api::delivery_result deliver_all(const api::delivery& work) {
  api::delivery_result result;
  for (const auto& entity : work.entities) {
    api::outcome outcome;
    outcome.id = entity.id;
    outcome.target_id = entity.external_id;
    result.outcomes.push_back(std::move(outcome));
  }
  return result;
}

class exporter final : public api::exporter {
 public:
  api::delivery_result deliver(const api::delivery& work) override { return deliver_all(work); }
};

class target final : public api::target {
 public:
  void prepare(api::target_context&) override {}
  std::unique_ptr<api::exporter> make_exporter(std::string_view, api::target_context&) override {
    return std::make_unique<exporter>();
  }
  std::string finish(api::target_context&) override { return "{}"; }
};

class target_plugin final : public api::target_plugin {
 public:
  std::string_view name() const override { return "small"; }
  std::string_view summary() const override { return "takes everything"; }
  std::string_view options_schema() const override { return "{}"; }
  std::vector<std::string> types() const override {
    std::vector<std::string> result;
    for (const auto& of : kinds) result.emplace_back(of.type);
    return result;
  }
  std::vector<order_rule> order_rules() const override { return {}; }
  bool complete_per_job() const override { return true; }
  std::unique_ptr<api::target> make_target(const api::job_info&,
                                           const boost::json::object&) const override {
    return std::make_unique<target>();
  }
};

const source_plugin the_source;
const target_plugin the_target;

/// Claims, delivers and settles all there is of one type.
void export_type(store::session& db, store::job_id job, const std::string& type) {
  const store::claim_request request{job, type, "carrier:" + std::to_string(job),
                                     defaults::lease_ttl};
  for (;;) {
    auto claim = db.claim(request);
    if (claim.state == store::claim_state::drained) return;
    if (claim.state != store::claim_state::claimed) {
      throw std::runtime_error("job " + std::to_string(job) +
                               ": nobody else works on it, but its " + type +
                               " entities cannot be claimed");
    }
    store::settle_request settle;
    settle.lease = claim.claimed->lease;
    settle.outcomes = deliver_all(claim.claimed->work).outcomes;
    db.settle(settle);
  }
}

void expect(const store::job_row& job, const std::string& what, std::int64_t is,
            std::int64_t should) {
  if (is == should) return;
  throw std::runtime_error("job " + std::to_string(job.id) + ": " + what + " is " +
                           std::to_string(is) + " instead of " + std::to_string(should));
}

}  // namespace

store::job_id create(store::session& db, const std::string& barrier_group) {
  store::new_job job;
  job.workflow = "small";
  job.workflow_digest = "0";
  job.config = "{}";
  job.source = "memory";
  job.barrier_group = barrier_group;
  for (const auto& of : kinds) job.types.push_back({of.type, of.plural, of.rank});
  return db.create_job(job).id;
}

job_plan plan() {
  job_plan result;
  result.source = &the_source;
  result.target = &the_target;
  result.stages = the_source.stages();
  for (const auto& of : kinds) result.types.push_back({of.type, of.rank, workers});
  return result;
}

void carry(store::session& db, store::job_id id) {
  const auto job = db.take_job(id, "carrier", defaults::lease_ttl).value();
  const store::job_lease lease{job.id, job.epoch};
  for (const auto& name : the_source.stages()) {
    store::stage_batch batch;
    for (const auto& of : yield_of(name)) {
      for (int i = 0; i < of.count; ++i) batch.entities.push_back(entity(of, i));
    }
    db.commit_stage(lease, batch);
  }
  db.enter_exporting(lease);
  for (const auto& of : kinds) {
    db.advance_barrier(job.barrier_group, id);
    export_type(db, id, of.type);
  }
  db.fold_deltas(id);
  db.leave_job(lease, job_state::done, {}, {});
}

void check(const store::job_row& job) {
  if (job.state != job_state::done) {
    throw std::runtime_error("job " + std::to_string(job.id) + " is " +
                             std::string(to_string(job.state)) + ": " + job.error);
  }
  const auto meta = boost::json::parse(job.meta).as_object();
  for (const auto& of : kinds) {
    const std::string plural = of.plural;
    expect(job, plural + "_created", counter(meta, plural + "_created"), of.count);
    expect(job, plural + "_processed", counter(meta, plural + "_processed"), of.count);
    expect(job, plural + "_exported", counter(meta, plural + "_exported"), of.count);
    expect(job, "totals." + plural, counter(meta.at("totals").as_object(), plural), of.count);
  }
}

}  // namespace crossdock::bench::small_jobs
