#include <set>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "actors/store/json_text.hpp"
#include "actors/store/session_impl.hpp"

namespace crossdock::store {

namespace {

using kind = store_error::kind;

/// Scopes that jobs make for themselves; a user's scope cannot be taken for one.
constexpr std::string_view own_scope_prefix = "job:";

std::string types_to_json(const std::vector<type_rank>& types) {
  boost::json::array list;
  std::set<std::string_view> names;
  std::set<std::string_view> plurals;
  for (const auto& t : types) {
    if (t.type.empty() || t.plural.empty() || !names.insert(t.type).second ||
        !plurals.insert(t.plural).second) {
      throw store_error(kind::refused, "a job's types need distinct names and plurals: \"" +
                                           t.type + "\", \"" + t.plural + "\"");
    }
    list.push_back({{"type", t.type}, {"plural", t.plural}, {"rank", t.rank}});
  }
  return boost::json::serialize(list);
}

job_state state_from(const std::string& text) {
  if (const auto state = job_state_from(text)) return *state;
  throw store_error(kind::refused, "unknown job state " + text);
}

desired_state desired_from(const std::string& text) {
  if (const auto state = desired_state_from(text)) return *state;
  throw store_error(kind::refused, "unknown desired state " + text);
}

job_state state_for(desired_state wish) {
  switch (wish) {
    case desired_state::pause: return job_state::paused;
    case desired_state::cancel: return job_state::canceled;
    case desired_state::run: break;
  }
  return job_state::queued;
}

struct locked_job {
  job_state state;
  std::int64_t epoch;
};

/// Nobody else writes to the job until the transaction ends.
locked_job lock_job(database& db, pqxx::transaction_base& tx, job_id id) {
  const auto rows = db.exec(tx, "lock_job", {id});
  if (rows.empty()) throw no_such_job(id);
  return {state_from(rows[0]["state"].as<std::string>()), rows[0]["epoch"].as<std::int64_t>()};
}

void lock_own_job(database& db, pqxx::transaction_base& tx, const job_lease& lease) {
  const auto job = lock_job(db, tx, lease.id);
  if (job.state != job_state::running || job.epoch != lease.epoch) throw lost_job(lease);
}

/// The state that follows from a wish at once.
job_state state_after(desired_state wish, job_state now) {
  const job_state then = state_for(wish);
  if (now == job_state::running || now == then) return now;
  if (!may_become(now, then)) {
    throw store_error(kind::refused, "a job that is " + std::string(to_string(now)) +
                                         " cannot become " + std::string(to_string(then)));
  }
  return then;
}

}  // namespace

job_row read_job(const pqxx::row& row) {
  const auto text = [&](const char* column) { return row[column].as<std::string>(); };
  job_row job;
  job.id = row["id"].as<job_id>();
  job.scope_id = row["scope_id"].as<std::int64_t>();
  job.scope = text("scope");
  job.workflow = text("workflow");
  job.workflow_digest = text("workflow_digest");
  job.config = text("config");
  job.source = text("source");
  job.output = text("output");
  job.barrier_group = text("barrier_group");
  job.types = types_from_json(text("types"));
  job.state = state_from(text("state"));
  job.desired = desired_from(text("desired_state"));
  job.stage = text("stage");
  job.meta = text("meta");
  job.outputs = text("outputs");
  job.error = text("error");
  job.epoch = row["epoch"].as<std::int64_t>();
  job.created_at = text("created_at");
  job.updated_at = text("updated_at");
  return job;
}

job_row require_job(database& db, pqxx::transaction_base& tx, job_id id) {
  const auto rows = db.exec(tx, "find_job", {id});
  if (rows.empty()) throw no_such_job(id);
  return read_job(rows[0]);
}

job_row session::create_job(const new_job& job) {
  if (job.scope.starts_with(own_scope_prefix)) {
    throw store_error(kind::refused, "scope \"" + job.scope + "\": names that begin with \"" +
                                         std::string(own_scope_prefix) +
                                         "\" belong to jobs without a scope");
  }
  const std::string types = types_to_json(job.types);
  return impl_->transaction([&](pqxx::work& tx) {
    const auto id = impl_->exec(tx, "next_job_id").one_field().as<job_id>();
    const std::string scope =
        job.scope.empty() ? std::string(own_scope_prefix) + std::to_string(id) : job.scope;
    const auto scope_id = impl_->exec(tx, "create_scope", {scope}).one_field().as<std::int64_t>();
    impl_->exec(tx, "create_job",
                {id, scope_id, job.workflow, job.workflow_digest, job.config, job.source,
                 job.output, job.barrier_group, types});
    return require_job(*impl_, tx, id);
  });
}

std::optional<job_row> session::find_job(job_id id) {
  return impl_->transaction([&](pqxx::work& tx) -> std::optional<job_row> {
    const auto rows = impl_->exec(tx, "find_job", {id});
    if (rows.empty()) return {};
    return read_job(rows[0]);
  });
}

std::optional<job_row> session::find_resumable(std::string_view workflow, std::string_view source,
                                               std::string_view output) {
  return impl_->transaction([&](pqxx::work& tx) -> std::optional<job_row> {
    const auto rows = impl_->exec(tx, "find_resumable", {workflow, source, output});
    if (rows.empty()) return {};
    return read_job(rows[0]);
  });
}

std::optional<job_row> session::find_finished_output(std::string_view scope,
                                                     std::string_view output) {
  return impl_->transaction([&](pqxx::work& tx) -> std::optional<job_row> {
    const auto rows = impl_->exec(tx, "find_finished_output", {scope, output});
    if (rows.empty()) return {};
    return read_job(rows[0]);
  });
}

std::vector<job_row> session::list_jobs(int limit, std::optional<job_id> before) {
  return impl_->transaction([&](pqxx::work& tx) {
    std::vector<job_row> jobs;
    for (const auto& row : impl_->exec(tx, "list_jobs", {limit, before})) {
      jobs.push_back(read_job(row));
    }
    return jobs;
  });
}

std::optional<job_row> session::take_job(job_id id, std::string_view owner,
                                         std::chrono::milliseconds ttl) {
  return impl_->transaction([&](pqxx::work& tx) -> std::optional<job_row> {
    if (impl_->exec(tx, "take_job", {id, owner, ttl.count()}).empty()) return {};
    return require_job(*impl_, tx, id);
  });
}

std::int64_t session::raise_epoch(const job_lease& lease, std::string_view owner) {
  return impl_->transaction([&](pqxx::work& tx) {
    const auto rows = impl_->exec(tx, "raise_epoch", {lease.id, lease.epoch, owner});
    if (rows.empty()) throw lost_job(lease);
    return rows[0][0].as<std::int64_t>();
  });
}

std::vector<job_id> session::adoptable_jobs(int limit) {
  return impl_->transaction([&](pqxx::work& tx) {
    std::vector<job_id> ids;
    for (const auto& row : impl_->exec(tx, "adoptable_jobs", {limit})) {
      ids.push_back(row[0].as<job_id>());
    }
    return ids;
  });
}

std::vector<renewed_job> session::renew_jobs(std::string_view owner,
                                             std::chrono::milliseconds ttl) {
  return impl_->transaction([&](pqxx::work& tx) {
    std::vector<renewed_job> jobs;
    for (const auto& row : impl_->exec(tx, "renew_jobs", {owner, ttl.count()})) {
      jobs.push_back({row["id"].as<job_id>(), row["epoch"].as<std::int64_t>(),
                      desired_from(row["desired_state"].as<std::string>())});
    }
    return jobs;
  });
}

std::optional<std::string> session::job_owner(job_id id) {
  return impl_->transaction([&](pqxx::work& tx) -> std::optional<std::string> {
    const auto rows = impl_->exec(tx, "job_owner", {id});
    if (rows.empty()) return std::nullopt;
    return rows[0][0].as<std::string>();
  });
}

void session::end_leases(std::string_view owner) {
  impl_->transaction([&](pqxx::work& tx) {
    impl_->exec(tx, "end_job_leases", {owner});
    impl_->exec(tx, "end_lane_leases", {owner});
  });
}

void session::set_stage(const job_lease& lease, std::string_view stage) {
  impl_->transaction([&](pqxx::work& tx) {
    if (impl_->exec(tx, "set_stage", {lease.id, lease.epoch, stage}).affected_rows() == 0) {
      throw lost_job(lease);
    }
  });
}

std::string session::enter_exporting(const job_lease& lease) {
  return impl_->transaction([&](pqxx::work& tx) {
    lock_own_job(*impl_, tx, lease);
    impl_->exec(tx, "fold_deltas", {lease.id});
    const auto meta = impl_->exec(tx, "freeze_totals", {lease.id}).one_field().as<std::string>();
    impl_->exec(tx, "open_lanes", {lease.id});
    impl_->exec(tx, "make_barrier", {lease.id});
    impl_->exec(tx, "join_barrier", {lease.id});
    return meta;
  });
}

void session::leave_job(const job_lease& lease, job_state to, std::string_view error,
                        std::string_view outputs, std::string_view patch) {
  if (!may_become(job_state::running, to)) {
    throw store_error(kind::refused, "a running job cannot become " + std::string(to_string(to)));
  }
  const auto new_outputs =
      outputs.empty() ? std::optional<std::string_view>{} : std::optional{outputs};
  impl_->transaction([&](pqxx::work& tx) {
    lock_own_job(*impl_, tx, lease);
    impl_->exec(tx, "leave_job",
                {lease.id, to_string(to), storable_text(error), new_outputs, patch});
    impl_->exec(tx, "leave_barrier", {lease.id});
  });
}

job_row session::set_desired(job_id id, desired_state wish, std::string_view who) {
  return impl_->transaction([&](pqxx::work& tx) {
    const job_state before = lock_job(*impl_, tx, id).state;
    const job_state after = state_after(wish, before);
    impl_->exec(tx, "set_desired", {id, to_string(wish), to_string(after)});
    const boost::json::object detail{{"state_before", boost::json::string(to_string(before))},
                                     {"state_after", boost::json::string(to_string(after))}};
    impl_->exec(tx, "add_audit", {who, to_string(wish), id, boost::json::serialize(detail)});
    return require_job(*impl_, tx, id);
  });
}

std::int64_t session::retry_failed(job_id id, std::string_view type, std::string_view who) {
  return impl_->transaction([&](pqxx::work& tx) -> std::int64_t {
    const job_state before = lock_job(*impl_, tx, id).state;
    if (before != job_state::queued && !may_become(before, job_state::queued)) {
      throw store_error(kind::refused, "a job that is " + std::string(to_string(before)) +
                                           " cannot retry what failed");
    }
    if (before == job_state::running) {
      throw store_error(kind::refused, "a running job cannot retry what failed: pause it first");
    }
    counter_delta counters;
    boost::json::object reopened;
    std::int64_t total = 0;
    for (const auto& [name, count] :
         impl_->exec(tx, "retry_failed", {id, type}).iter<std::string, std::int64_t>()) {
      const auto* known = impl_->facts(tx, id).find(name);
      counters.add((known ? known->plural : name) + "_failed", -count);
      reopened[name] = count;
      total += count;
    }
    if (total == 0) return 0;
    counters.write(*impl_, tx, id);
    impl_->exec(tx, "requeue_job", {id});
    impl_->exec(tx, "add_audit", {who, "retry", id, boost::json::serialize(reopened)});
    return total;
  });
}

}  // namespace crossdock::store
