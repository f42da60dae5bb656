#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "actors/core/order_pass.hpp"
#include "actors/store/types.hpp"

namespace pqxx {
class connection;
}

namespace crossdock::store {

/// What went wrong in the database, with its class for the retry rules. Everything the store
/// throws.
class store_error : public std::runtime_error {
 public:
  enum class kind : std::uint8_t {
    unavailable,  ///< no connection, server restarting, pool exhausted: try again later
    conflict,     ///< serialization failure, deadlock: try again at once
    refused,      ///< a rule of the schema or of merge_meta(): a bug or bad data; do not retry
    not_found,
    lost,  ///< the fence: another node holds the job or lane
  };
  store_error(kind k, const std::string& what) : std::runtime_error(what), kind_(k) {}
  kind why() const { return kind_; }

 private:
  kind kind_;
};

/// One database connection with every statement of store/sql behind a named method. Not
/// thread-safe: one session belongs to one actor or thread at a time. Every method is one
/// transaction (or says otherwise) and throws store_error only. All times that decide come from the
/// database's clock.
class session {
 public:
  /// `url`: libpq connection string or URI. `application`: shown in pg_stat_activity.
  explicit session(const std::string& url, const std::string& application = "crossdock");
  ~session();
  session(session&&) noexcept;
  session& operator=(session&&) noexcept;

  bool alive() const;
  pqxx::connection& raw();

  // -- schema ---------------------------------------------------------------------------------
  struct migration {
    int version = 0;
    std::string name;
    bool applied = false;
  };
  std::vector<migration> migrations();
  /// Applies what is missing, under an advisory transaction lock; returns how many were applied.
  int migrate();
  /// Throws store_error{refused} naming both versions unless the schema is exactly ours.
  void require_current_schema();

  // -- jobs -----------------------------------------------------------------------------------
  job_row create_job(const new_job& job);
  std::optional<job_row> find_job(job_id id);
  /// The newest job of this workflow, source and output that is not final (done, canceled), i.e.
  /// queued, running, paused or failed.
  std::optional<job_row> find_resumable(std::string_view workflow, std::string_view source,
                                        std::string_view output);
  /// The newest job of the scope that is done, with or without failures, and wrote to `output`.
  std::optional<job_row> find_finished_output(std::string_view scope, std::string_view output);
  std::vector<job_row> list_jobs(int limit, std::optional<job_id> before = {});
  /// Takes supervision of a job that is queued, or running under an expired lease. Empty when
  /// somebody else has it. Sets state running, desired run → unchanged, epoch + 1.
  std::optional<job_row> take_job(job_id id, std::string_view owner, std::chrono::milliseconds ttl);
  /// Before a step is started again: waits until every open write under this lease has ended, and
  /// lets no later one commit. A connection that was lost may have a COMMIT under way that nobody
  /// hears of; a step that began beside it would count the same twice. Returns the new epoch.
  /// Repeatable with the old lease; `owner` as for take_job().
  std::int64_t raise_epoch(const job_lease& lease, std::string_view owner);
  /// Jobs that take_job() would give out now, oldest first.
  std::vector<job_id> adoptable_jobs(int limit);
  /// Renews all jobs of `owner` whose lease is still valid; the ones missing in the answer are
  /// lost.
  std::vector<renewed_job> renew_jobs(std::string_view owner, std::chrono::milliseconds ttl);
  /// Who supervises a running job; empty when it is not running.
  std::optional<std::string> job_owner(job_id id);
  /// Frees all jobs and lanes of an owner that is known to have ended, without waiting for the
  /// leases to run out. The caller answers for that knowledge: fences still hold, but a living
  /// exporter would go on sending.
  void end_leases(std::string_view owner);
  void set_stage(const job_lease& lease, std::string_view stage);
  /// ready_export → exporting: totals, totals_frozen, lanes and barrier membership, one
  /// transaction. Totals count this job's entities per plural. Repeatable. Returns the new meta.
  std::string enter_exporting(const job_lease& lease);
  /// Ends supervision with a final or resting state (queued on drain, paused, done, failed, …);
  /// leaves the barrier's cohort. `from` is always running. `outputs`: JSON object text or empty.
  /// `patch`: what merge_meta() makes of the job's meta in the same transaction, so that a reason
  /// to rest and the rest itself cannot come apart.
  void leave_job(const job_lease& lease, job_state to, std::string_view error,
                 std::string_view outputs, std::string_view patch = "{}");
  /// Operator's wish. Queued or paused jobs change state at once (pause, cancel; run → queued, from
  /// paused and failed as well), running ones are told at their next renewal. Audited under `who`.
  /// Throws refused when the state machine forbids it, saying both states.
  job_row set_desired(job_id id, desired_state wish, std::string_view who);
  /// Failed entities (of `type`, or all) → pending, attempts 0; job → queued; counters follow;
  /// audited. Refused while the job is running. Returns how many.
  std::int64_t retry_failed(job_id id, std::string_view type, std::string_view who);

  // -- ledger ---------------------------------------------------------------------------------
  /// ONE UPDATE: job.meta = merge_meta(job.meta, patch), updated_at. Returns the new meta.
  std::string merge_meta(job_id id, std::string_view patch);
  /// Folds all waiting ledger_delta rows of the job into meta and deletes them, one statement.
  /// Returns the meta, changed or not.
  std::string fold_deltas(job_id id);
  /// meta as it would be with every waiting delta folded in; reads only.
  std::string current_meta(job_id id);

  // -- import ---------------------------------------------------------------------------------
  std::optional<unit_mark> find_unit(job_id id, std::string_view stage, std::string_view unit);
  /// Everything of the batch plus its ledger delta in one transaction under the job's fence. COPY
  /// straight into entity while the scope is fresh; through a staging table with ON CONFLICT DO
  /// NOTHING once a duplicate was met (or the scope already had entities).
  stage_commit commit_stage(const job_lease& lease, const stage_batch& batch);
  /// Makes times distinct and lifts members above their group's head (sql/finish_order.sql).
  /// `seen`: the entities of the type in the order they were committed. Saves reading them again
  /// where the job is alone in its scope and these are all it has; what is not so is noticed.
  void finish_order(const job_lease& lease, std::string_view type,
                    const order_pass* seen = nullptr);
  /// What `ref_key` of this job's `type` entities names and the scope does not have as `ref_type`;
  /// ordered, streamed; the view holds until the next one comes. Reads all entities of the type.
  void for_each_missing_ref(job_id id, std::string_view type, std::string_view ref_key,
                            std::string_view ref_type,
                            const std::function<void(std::string_view external_id)>& use);
  /// Which of these external ids the scope does not have as `type`; ordered.
  std::vector<std::string> find_missing(std::int64_t scope_id, std::string_view type,
                                        const std::vector<std::string>& external_ids);

  // -- barrier --------------------------------------------------------------------------------
  /// Recounts what is open in the current rank of the group's cohort and advances as far as it can;
  /// when the cohort is through, admits the waiting jobs as the next cohort. Row lock inside.
  barrier_view advance_barrier(std::string_view group, job_id asking);

  // -- export ---------------------------------------------------------------------------------
  claim_result claim(const claim_request& request);
  /// One transaction: fence, entity outcomes, lane cursor, findings, ledger delta. Throws lost when
  /// the lease is not ours any more (nothing was written).
  void settle(const settle_request& request);
  void release_lane(const lane_lease& lease);
  /// Extends every lane lease of `owner`, or of an exporter of it ("<owner>:…"), that is still
  /// valid; returns how many.
  int renew_lanes(std::string_view owner, std::chrono::milliseconds ttl);
  /// Gives back every lane of `owner` at once (drain, restart of an exporter pool).
  int release_lanes(std::string_view owner);

  // -- reading --------------------------------------------------------------------------------
  void for_each_entity(std::int64_t scope_id, std::string_view type,
                       const std::function<void(const api::entity_view&)>& use);
  std::vector<api::entity_view> find_entities(std::int64_t scope_id, std::string_view type,
                                              const std::vector<std::string>& external_ids);
  std::vector<api::lane_size> lane_sizes(std::int64_t scope_id, std::string_view type);
  std::vector<api::blob> find_blobs(job_id id, const std::vector<std::string>& keys);
  /// Bytes of all blobs of the job's source.
  std::int64_t blob_bytes(job_id id);
  void for_each_blob(job_id id, const std::function<void(const api::blob&)>& use);
  void add_finding(job_id id, const api::finding& item);
  void for_each_finding(job_id id, const std::function<void(const api::finding&)>& use);
  std::vector<type_count> count_entities(job_id id);
  /// Failed (or skipped) entities, by id, for lists and reports.
  std::vector<failure_row> list_failures(job_id id, std::string_view type, std::string_view status,
                                         std::int64_t after_id, int limit);

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace crossdock::store
