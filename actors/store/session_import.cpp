#include <algorithm>

#include "actors/store/json_text.hpp"
#include "actors/store/session_impl.hpp"

namespace crossdock::store {

namespace {

using kind = store_error::kind;
using entities = std::span<const api::staged_entity>;

constexpr std::string_view columns =
    "scope_id, type, external_id, job_id, lane, group_seq, seq, raw, refs";

/// What a batch has turned out to need; each is tried only after a batch failed for want of it.
struct import_mode {
  bool merge = false;    ///< some of it exists already
  bool salvage = false;  ///< PostgreSQL cannot store some of it
};

/// True when one row's data is at fault: broken encoding or JSON, numbers beyond jsonb (class 22),
/// too deep or too large (class 54).
bool is_row_error(const pqxx::sql_error& e) {
  return e.sqlstate().starts_with("22") || e.sqlstate().starts_with("54");
}

/// Puts the entities of one batch into the table, in one transaction.
class entity_writer {
 public:
  entity_writer(database& db, const job_facts& job, job_id id, bool merge)
      : db_(db), job_(job), id_(id), merge_(merge), tallies_(job.types.size()) {}

  void write(pqxx::transaction_base& tx, entities rows);
  /// The same, but leaves out the rows that PostgreSQL cannot store and keeps a finding for each.
  void salvage(pqxx::dbtransaction& tx, entities rows);

  const std::vector<api::finding>& rejected() const { return rejected_; }
  /// Adds the counters; returns the sums.
  stage_commit count(counter_delta& counters) const;

 private:
  struct tally {
    std::int64_t put = 0;
    std::int64_t created = 0;
    std::int64_t existing = 0;  ///< distinct, of earlier jobs
  };

  void copy(pqxx::transaction_base& tx, std::string_view table, entities rows);
  tally& tally_of(std::string_view type);

  database& db_;
  const job_facts& job_;
  job_id id_;
  bool merge_;
  std::vector<tally> tallies_;  ///< as job_.types
  std::vector<api::finding> rejected_;
};

entity_writer::tally& entity_writer::tally_of(std::string_view type) {
  const auto* known = job_.find(type);
  if (!known) {
    throw store_error(kind::refused, "job " + std::to_string(id_) + " has no entity type \"" +
                                         std::string(type) + "\"");
  }
  return tallies_[static_cast<std::size_t>(known - job_.types.data())];
}

void entity_writer::copy(pqxx::transaction_base& tx, std::string_view table, entities rows) {
  auto out = pqxx::stream_to::raw_table(tx, table, columns);
  std::string raw_buffer;
  std::string refs_buffer;
  for (const auto& e : rows) {
    const std::string_view refs = e.refs.empty() ? std::string_view("{}") : e.refs;
    out.write_values(job_.scope_id, e.type, e.external_id, id_, e.lane, e.group_seq, e.seq,
                     storable_json(e.raw, raw_buffer), storable_json(refs, refs_buffer));
  }
  out.complete();
}

void entity_writer::write(pqxx::transaction_base& tx, entities rows) {
  for (const auto& e : rows) tally_of(e.type);  // refuses unknown types before anything is sent
  if (merge_) {
    db_.exec(tx, "make_staging");
    copy(tx, "pg_temp.crossdock_staging", rows);
    const auto added = db_.exec(tx, "merge_staging");
    const auto existing = db_.exec(tx, "count_existing", {id_});
    for (const auto& [type, count] : added.iter<std::string, std::int64_t>()) {
      tally_of(type).created += count;
    }
    for (const auto& [type, count] : existing.iter<std::string, std::int64_t>()) {
      tally_of(type).existing += count;
    }
  } else {
    copy(tx, "crossdock.entity", rows);
    for (const auto& e : rows) ++tally_of(e.type).created;
  }
  for (const auto& e : rows) ++tally_of(e.type).put;
}

void entity_writer::salvage(pqxx::dbtransaction& tx, entities rows) {
  try {
    pqxx::subtransaction piece{tx};
    write(piece, rows);
    if (merge_) db_.exec(piece, "clear_staging");  // the next piece has only its own rows in it
    piece.commit();
    return;
  } catch (const pqxx::sql_error& e) {
    if (!is_row_error(e)) throw;
    if (rows.size() == 1) {
      rejected_.push_back({api::finding::kind::rejected,
                           rows[0].type,
                           rows[0].external_id,
                           {},
                           "unstorable",
                           describe(e)});
      return;
    }
  }
  const std::size_t half = rows.size() / 2;
  salvage(tx, rows.first(half));
  salvage(tx, rows.subspan(half));
}

stage_commit entity_writer::count(counter_delta& counters) const {
  stage_commit sums;
  for (std::size_t i = 0; i < tallies_.size(); ++i) {
    const auto& [put, created, existing] = tallies_[i];
    const std::string& plural = job_.types[i].plural;
    counters.add(plural + "_processed", created + existing);
    counters.add(plural + "_created", created);
    counters.add(plural + "_existing", existing);
    counters.add(plural + "_repeated", put - created - existing);
    sums.created += created;
    sums.existing += existing;
  }
  return sums;
}

void put_units(database& db, pqxx::transaction_base& tx, job_id id,
               const std::vector<unit_mark>& units) {
  if (units.empty()) return;
  std::vector<std::string_view> stages;
  std::vector<std::string_view> names;
  std::vector<std::int64_t> positions;
  std::vector<bool> done;
  for (const auto& unit : units) {
    stages.push_back(unit.stage);
    names.push_back(unit.name);
    positions.push_back(unit.position);
    done.push_back(unit.done);
  }
  db.exec(tx, "put_units", {id, stages, names, positions, done});
}

void put_blobs(database& db, pqxx::transaction_base& tx, job_id id,
               const std::vector<api::blob>& blobs) {
  if (blobs.empty()) return;
  std::vector<std::string_view> keys;
  std::vector<std::string_view> paths;
  std::vector<std::int64_t> sizes;
  for (const auto& blob : blobs) {
    keys.push_back(blob.key);
    paths.push_back(blob.path);
    sizes.push_back(blob.size);
  }
  db.exec(tx, "put_blobs", {id, keys, paths, sizes});
}

/// The job's row while it is ours, held until the transaction ends.
pqxx::row fence(database& db, pqxx::transaction_base& tx, const job_lease& lease) {
  const auto rows = db.exec(tx, "fence_job", {lease.id, lease.epoch});
  if (rows.empty()) throw lost_job(lease);
  return rows[0];
}

/// Sorts what is in the lanes, or in all lanes of the type.
void arrange_lanes(database& db, pqxx::work& tx, job_id id, std::string_view type,
                   std::int64_t scope, std::optional<std::vector<std::string>> lanes) {
  tx.exec("SET LOCAL work_mem = '32MB'");  // sorts a type's rows once, without their texts
  db.exec(tx, "finish_order", {id, type, scope, lanes});
}

void move_entities(database& db, pqxx::work& tx, job_id id, std::string_view type,
                   std::int64_t scope, const std::vector<order_move>& moves) {
  if (moves.empty()) return;
  std::vector<std::string_view> ids;
  std::vector<std::int64_t> seqs;
  std::vector<std::string_view> lanes;
  std::vector<std::int64_t> old_groups;
  std::vector<std::int64_t> new_groups;
  for (const auto& move : moves) {
    ids.push_back(move.external_id);
    seqs.push_back(move.new_seq);
    if (!move.head) continue;
    lanes.push_back(move.lane);
    old_groups.push_back(move.seq);
    new_groups.push_back(move.new_seq);
  }
  db.exec(tx, "move_entities", {id, type, scope, ids, seqs});
  db.exec(tx, "move_groups", {id, type, lanes, old_groups, new_groups});
}

stage_commit try_commit(database& db, pqxx::work& tx, const job_lease& lease,
                        const stage_batch& batch, import_mode& mode) {
  const auto job = fence(db, tx, lease);
  const bool merged_before = job["import_merges"].as<bool>();
  if (mode.merge && !merged_before) db.exec(tx, "expect_duplicates", {lease.id});
  mode.merge = mode.merge || merged_before;

  counter_delta counters;
  entity_writer writer{db, db.facts(tx, lease.id), lease.id, mode.merge};
  if (!batch.entities.empty()) {
    if (job["totals_frozen"].as<bool>()) {
      throw store_error(kind::refused, "job " + std::to_string(lease.id) +
                                           " is being exported: its totals are frozen and nothing "
                                           "can be added");
    }
    if (mode.salvage) {
      writer.salvage(tx, batch.entities);
    } else {
      writer.write(tx, batch.entities);
    }
  }
  const stage_commit sums = writer.count(counters);
  put_blobs(db, tx, lease.id, batch.blobs);
  put_findings(db, tx, lease.id, batch.findings, counters);
  put_findings(db, tx, lease.id, writer.rejected(), counters);
  put_units(db, tx, lease.id, batch.units);
  for (const auto& [key, count] : batch.counts) counters.add(key, count);
  for (const auto& [key, value] : batch.sets) counters.set(key, value);
  counters.write(db, tx, lease.id);
  return sums;
}

}  // namespace

std::optional<unit_mark> session::find_unit(job_id id, std::string_view stage,
                                            std::string_view unit) {
  return impl_->transaction([&](pqxx::work& tx) -> std::optional<unit_mark> {
    const auto rows = impl_->exec(tx, "find_unit", {id, stage, unit});
    if (rows.empty()) return {};
    return unit_mark{std::string(stage), std::string(unit), rows[0]["position"].as<std::int64_t>(),
                     rows[0]["done"].as<bool>()};
  });
}

stage_commit session::commit_stage(const job_lease& lease, const stage_batch& batch) {
  return database::mapped([&] {
    import_mode mode;
    for (;;) {
      try {
        return impl_->unmapped_transaction(
            [&](pqxx::work& tx) { return try_commit(*impl_, tx, lease, batch, mode); });
      } catch (const pqxx::unique_violation&) {
        if (std::exchange(mode.merge, true)) throw;
      } catch (const pqxx::sql_error& e) {
        if (!is_row_error(e) || std::exchange(mode.salvage, true)) throw;
      }
    }
  });
}

void session::finish_order(const job_lease& lease, std::string_view type, const order_pass* seen) {
  impl_->transaction([&](pqxx::work& tx) {
    const auto scope = fence(*impl_, tx, lease)["scope_id"].as<std::int64_t>();
    const bool known =
        seen && seen->complete() &&
        impl_->exec(tx, "order_is_known", {lease.id, scope, type, seen->seen()})[0][0].as<bool>();
    if (!known) return arrange_lanes(*impl_, tx, lease.id, type, scope, std::nullopt);
    move_entities(*impl_, tx, lease.id, type, scope, seen->moves());
    auto lanes = seen->unordered_lanes();
    if (!lanes.empty()) arrange_lanes(*impl_, tx, lease.id, type, scope, std::move(lanes));
  });
}

}  // namespace crossdock::store
