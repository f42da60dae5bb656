#include <array>

#include "actors/store/json_text.hpp"
#include "actors/store/session_impl.hpp"

namespace crossdock::store {

namespace {

using kind = store_error::kind;

/// The entity's status after an outcome, as the table spells it.
std::string_view status_after(api::outcome_kind outcome) {
  switch (outcome) {
    case api::outcome_kind::success: return "success";
    case api::outcome_kind::skipped: return "skipped";
    case api::outcome_kind::failed: return "failed";
    case api::outcome_kind::retry:
    case api::outcome_kind::unsent: break;
  }
  return "pending";
}

std::optional<std::string> storable_or_null(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return storable_text(text);
}

claim_state state_from(std::string_view text) {
  if (text == "busy") return claim_state::busy;
  if (text == "drained") return claim_state::drained;
  return claim_state::closed;
}

api::claimed_entity read_entity(const pqxx::row& row, std::optional<std::int64_t> doubt_group) {
  api::claimed_entity e;
  e.id = row["id"].as<std::int64_t>();
  e.external_id = row["external_id"].as<std::string>();
  e.group_seq = row["group_seq"].as<std::int64_t>();
  e.seq = row["seq"].as<std::int64_t>();
  e.attempts = row["attempts"].as<int>();
  e.in_doubt = doubt_group && e.group_seq <= *doubt_group;
  e.raw = row["raw"].as<std::string>();
  e.refs = row["refs"].as<std::string>();
  return e;
}

/// Fills `claim` with the open entities of a lane that claim_lane.sql has just leased; false when
/// there are none.
bool read_lane(database& db, pqxx::work& tx, const pqxx::row& lane, int max_entities,
               claimed_lane& claim) {
  const auto settled_group = lane["settled_group"].as<std::optional<std::int64_t>>();
  const auto doubt_group = lane["doubt_group"].as<std::optional<std::int64_t>>();
  const auto& lease = claim.lease;
  const auto rows = db.exec(tx, "claim_entities",
                            {lease.job, lease.type, lease.lane, settled_group, max_entities});
  if (rows.empty()) return false;
  claim.work.type = lease.type;
  claim.work.lane = lease.lane;
  claim.work.cursor = lane["cursor"].as<std::string>();
  claim.work.entities.reserve(static_cast<std::size_t>(rows.size()));
  for (const auto& row : rows) claim.work.entities.push_back(read_entity(row, doubt_group));
  db.exec(tx, "open_window",
          {lease.job, lease.type, lease.lane, claim.work.entities.back().group_seq});
  return true;
}

/// Writes the outcomes and counts them; all of them must be of pending entities of the lane.
void settle_entities(database& db, pqxx::work& tx, const settle_request& request,
                     counter_delta& counters) {
  std::vector<std::int64_t> ids;
  std::vector<std::string_view> statuses;
  std::array<std::vector<std::optional<std::string>>, 4> texts;
  for (const auto& outcome : request.outcomes) {
    if (outcome.kind == api::outcome_kind::unsent) continue;
    ids.push_back(outcome.id);
    statuses.push_back(status_after(outcome.kind));
    texts[0].push_back(storable_or_null(outcome.target_id));
    texts[1].push_back(storable_or_null(outcome.error_class));
    texts[2].push_back(storable_or_null(outcome.error_code));
    texts[3].push_back(storable_or_null(outcome.message));
  }
  const auto& lease = request.lease;
  const auto updated = db.exec(
      tx, "settle_entities",
      {lease.job, lease.type, lease.lane, ids, statuses, texts[0], texts[1], texts[2], texts[3]});
  if (static_cast<std::size_t>(updated.affected_rows()) != ids.size()) {
    throw store_error(kind::refused, "a settle of lane \"" + lease.lane + "\" of job " +
                                         std::to_string(lease.job) +
                                         " has an outcome for an entity twice, or for one that is "
                                         "not open in this lane");
  }

  const auto* type = db.facts(tx, lease.job).find(lease.type);
  const std::string& plural = type ? type->plural : lease.type;
  for (const auto& outcome : request.outcomes) {
    switch (outcome.kind) {
      case api::outcome_kind::success: counters.add(plural + "_exported", 1); break;
      case api::outcome_kind::skipped: counters.add(plural + "_skipped", 1); break;
      case api::outcome_kind::failed: counters.add(plural + "_failed", 1); break;
      case api::outcome_kind::retry:
      case api::outcome_kind::unsent: break;
    }
  }
}

/// How long the lane rests: only if something in it has to be tried again.
std::optional<std::int64_t> rest_of_lane(const settle_request& request) {
  for (const auto& outcome : request.outcomes) {
    if (outcome.kind == api::outcome_kind::retry) return request.retry_after.count();
  }
  return std::nullopt;
}

void settle_lane(database& db, pqxx::work& tx, const settle_request& request) {
  // Those that were not sent count as well: nothing about them is in doubt.
  std::vector<std::int64_t> ids;
  for (const auto& outcome : request.outcomes) ids.push_back(outcome.id);
  const auto& lease = request.lease;
  db.exec(tx, "settle_lane",
          {lease.job, lease.type, lease.lane, storable_text(request.cursor), ids,
           rest_of_lane(request), request.release});
}

}  // namespace

claim_result session::claim(const claim_request& request) {
  return impl_->transaction([&](pqxx::work& tx) -> claim_result {
    for (;;) {
      const auto lanes = impl_->exec(
          tx, "claim_lane", {request.job, request.type, request.owner, request.ttl.count()});
      if (lanes.empty()) break;
      claimed_lane claim;
      claim.lease = {request.job, request.type, lanes[0]["lane"].as<std::string>(), request.owner,
                     lanes[0]["attempt"].as<std::int64_t>()};
      if (read_lane(*impl_, tx, lanes[0], request.max_entities, claim)) {
        return {claim_state::claimed, std::move(claim)};
      }
      impl_->exec(tx, "drain_lane", {request.job, request.type, claim.lease.lane});
    }
    const auto why = impl_->exec(tx, "claim_state", {request.job, request.type});
    if (why.empty()) throw no_such_job(request.job);
    return {state_from(why[0][0].as<std::string>()), std::nullopt};
  });
}

void session::settle(const settle_request& request) {
  const auto& lease = request.lease;
  impl_->transaction([&](pqxx::work& tx) {
    if (impl_
            ->exec(tx, "fence_lane",
                   {lease.job, lease.type, lease.lane, lease.owner, lease.attempt})
            .empty()) {
      throw store_error(kind::lost, "lane \"" + lease.lane + "\" of job " +
                                        std::to_string(lease.job) + " (" + lease.type +
                                        ") is not ours any more");
    }
    counter_delta counters;
    settle_entities(*impl_, tx, request, counters);
    settle_lane(*impl_, tx, request);
    put_findings(*impl_, tx, lease.job, request.findings, counters);
    counters.write(*impl_, tx, lease.job);
  });
}

void session::release_lane(const lane_lease& lease) {
  impl_->transaction([&](pqxx::work& tx) {
    impl_->exec(tx, "release_lane",
                {lease.job, lease.type, lease.lane, lease.owner, lease.attempt});
  });
}

int session::renew_lanes(std::string_view owner, std::chrono::milliseconds ttl) {
  return impl_->transaction([&](pqxx::work& tx) {
    return static_cast<int>(impl_->exec(tx, "renew_lanes", {owner, ttl.count()}).affected_rows());
  });
}

int session::release_lanes(std::string_view owner) {
  return impl_->transaction([&](pqxx::work& tx) {
    return static_cast<int>(impl_->exec(tx, "release_lanes", {owner}).affected_rows());
  });
}

}  // namespace crossdock::store
