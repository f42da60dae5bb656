#include "tests/store/fixture.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <boost/json/parse.hpp>

namespace crossdock::store {

new_job sample_job(std::string scope, std::string barrier_group) {
  new_job job;
  job.workflow = "sample";
  job.workflow_digest = "d1";
  job.config = "{}";
  job.scope = std::move(scope);
  job.source = "/source.zip";
  job.output = "/out";
  job.barrier_group = std::move(barrier_group);
  job.types = {{"user", "users", 0}, {"channel", "channels", 1}, {"message", "messages", 2}};
  return job;
}

api::staged_entity make_entity(std::string type, std::string external_id, std::string lane,
                               std::int64_t seq, std::optional<std::int64_t> group_seq) {
  return {std::move(type),
          std::move(external_id),
          std::move(lane),
          group_seq.value_or(seq),
          seq,
          R"({"a":1})",
          "{}"};
}

stage_batch batch_of(std::vector<api::staged_entity> entities) {
  stage_batch batch;
  batch.entities = std::move(entities);
  return batch;
}

api::outcome outcome_of(const api::claimed_entity& entity, api::outcome_kind kind) {
  api::outcome outcome;
  outcome.id = entity.id;
  outcome.kind = kind;
  return outcome;
}

api::outcome succeed(const api::claimed_entity& entity) {
  auto outcome = outcome_of(entity, api::outcome_kind::success);
  outcome.target_id = "t-" + entity.external_id;
  return outcome;
}

std::vector<std::pair<std::string, std::string>> all_statements() {
  std::vector<std::pair<std::string, std::string>> statements;
  const auto folder = std::filesystem::path(CROSSDOCK_SOURCE_DIR) / "actors/store/sql";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".sql") continue;
    std::ifstream in{entry.path()};
    statements.emplace_back(entry.path().stem().string(),
                            std::string(std::istreambuf_iterator<char>(in), {}));
  }
  return statements;
}

boost::json::value json(std::string_view text) {
  return boost::json::parse(boost::json::string_view(text.data(), text.size()));
}

std::int64_t number_at(std::string_view meta, std::string_view key) {
  const auto parsed = json(meta);
  const auto* value =
      parsed.as_object().if_contains(boost::json::string_view(key.data(), key.size()));
  return value ? value->to_number<std::int64_t>() : 0;
}

job_lease store_test::running(const new_job& job) {
  return running(db_.create_job(job).id);
}

job_lease store_test::running(job_id id, std::string_view owner) {
  const auto taken = db_.take_job(id, owner, long_ttl);
  if (!taken) throw std::logic_error("job is not free");
  return {taken->id, taken->epoch};
}

job_lease store_test::exporting(const new_job& job, std::vector<api::staged_entity> entities) {
  const auto lease = running(job);
  db_.commit_stage(lease, batch_of(std::move(entities)));
  db_.enter_exporting(lease);
  db_.advance_barrier(job.barrier_group, lease.id);
  return lease;
}

claim_result store_test::claim(job_id id, std::string type, std::string owner, int max_entities,
                               std::chrono::milliseconds ttl) {
  return db_.claim({id, std::move(type), std::move(owner), ttl, max_entities});
}

void store_test::settle_all(const claimed_lane& claim, bool release) {
  settle_request request;
  request.lease = claim.lease;
  request.release = release;
  for (const auto& entity : claim.work.entities) request.outcomes.push_back(succeed(entity));
  db_.settle(request);
}

void store_test::expect_true_counters(job_id id) {
  const auto job = db_.find_job(id);
  ASSERT_TRUE(job);
  const auto meta = db_.current_meta(id);
  const std::string of_job = " WHERE job_id = " + std::to_string(id);
  for (const auto& [type, plural, rank] : job->types) {
    const std::string of_type = of_job + " AND type = '" + type + "'";
    const auto entities = [&](const std::string& status) {
      return query_number(db_, "SELECT count(*) FROM crossdock.entity_view" + of_type + status);
    };
    const auto counter = [&](const std::string& suffix) {
      return number_at(meta, plural + suffix);
    };
    EXPECT_EQ(counter("_created"), entities("")) << meta;
    EXPECT_EQ(counter("_processed"), counter("_created") + counter("_existing")) << meta;
    EXPECT_EQ(counter("_exported"), entities(" AND status = 'success'")) << meta;
    EXPECT_EQ(counter("_failed"), entities(" AND status = 'failed'")) << meta;
    EXPECT_EQ(counter("_skipped"), entities(" AND status = 'skipped'")) << meta;
    EXPECT_EQ(counter("_rejected"), query_number(db_, "SELECT count(*) FROM crossdock.finding" +
                                                          of_type + " AND kind = 'rejected'"))
        << meta;
  }
}

}  // namespace crossdock::store
