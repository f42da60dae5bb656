#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/core/job_state.hpp"
#include "workflows/api/entity.hpp"

/// The rows that the store reads and writes, as plain values. No libpqxx here: actors include this.
namespace crossdock::store {

using job_id = std::int64_t;

/// A type of a job's workflow with its place in the order.
struct type_rank {
  std::string type;
  std::string plural;
  int rank = 0;
};

struct new_job {
  std::string workflow;
  std::string workflow_digest;  ///< SHA-256 of the workflow file, hex
  std::string config;           ///< resolved configuration without secrets, JSON object text
  std::string scope;            ///< name; empty: the job gets a scope of its own ("job:<id>")
  std::string source;           ///< absolute path, or a name the source plugin understands
  std::string output;           ///< absolute path, may be empty
  std::string barrier_group;
  std::vector<type_rank> types;
};

struct job_row {
  job_id id = 0;
  std::int64_t scope_id = 0;
  std::string scope;
  std::string workflow;
  std::string workflow_digest;
  std::string config;
  std::string source;
  std::string output;
  std::string barrier_group;
  std::vector<type_rank> types;
  job_state state = job_state::queued;
  desired_state desired = desired_state::run;
  std::string stage;    ///< empty until the first stage begins
  std::string meta;     ///< JSON object text
  std::string outputs;  ///< JSON object text, "{}" until finished
  std::string error;    ///< why it failed or paused
  std::int64_t epoch = 0;
  std::string created_at;  ///< ISO 8601, UTC
  std::string updated_at;
};

/// Proof of supervision: every write a supervisor makes carries it and is refused when another node
/// has taken the job over.
struct job_lease {
  job_id id = 0;
  std::int64_t epoch = 0;
};

/// One renewal's answer: what the operator wants of a job we still hold.
struct renewed_job {
  job_id id = 0;
  std::int64_t epoch = 0;
  desired_state desired = desired_state::run;
};

struct unit_mark {
  std::string stage;
  std::string name;
  std::int64_t position = 0;
  bool done = false;
};

/// What one import transaction makes durable.
struct stage_batch {
  std::vector<api::staged_entity> entities;
  std::vector<api::blob> blobs;
  std::vector<api::finding> findings;
  std::vector<unit_mark> units;  ///< the newest mark of each unit touched
  /// Counter increments beside the ones the entities cause, e.g. {"json_files_processed", 3}.
  std::vector<std::pair<std::string, std::int64_t>> counts;
  std::vector<std::pair<std::string, std::string>> sets;  ///< meta keys to set, JSON text values
};

struct stage_commit {
  std::int64_t created = 0;
  std::int64_t existing = 0;  ///< distinct ones that earlier jobs of the scope had
};

/// A lane under lease: the fence of every settle.
struct lane_lease {
  job_id job = 0;
  std::string type;
  std::string lane;
  std::string owner;         ///< "<process>:<job>.<type>.<n>"
  std::int64_t attempt = 0;  ///< grows with every change of hands
};

struct claimed_lane {
  lane_lease lease;
  api::delivery work;
};

struct claim_request {
  job_id job = 0;
  std::string type;
  std::string owner;
  std::chrono::milliseconds ttl{60'000};
  int max_entities = 1000;  ///< whole groups: the last group may exceed it
};

struct settle_request {
  lane_lease lease;
  std::vector<api::outcome> outcomes;
  std::string cursor;
  std::vector<api::finding> findings;
  std::chrono::milliseconds retry_after{0};  ///< for outcomes `retry`
  bool release = true;                       ///< give the lane up, or keep it for the next claim
};

/// How a claim ended when there was nothing to claim.
enum class claim_state : std::uint8_t {
  claimed,
  busy,     ///< open entities exist, but all lanes are leased or waiting
  drained,  ///< no entity of the type is open any more in this job
  closed,   ///< the barrier does not let this type through now, or the job is not exporting
};

struct claim_result {
  claim_state state = claim_state::closed;
  std::optional<claimed_lane> claimed;
};

struct barrier_view {
  std::string group;
  std::int64_t cohort = 0;
  int rank = 0;
  bool member = false;    ///< the asked job belongs to the current cohort
  bool finished = false;  ///< nothing of the cohort is open in any rank
};

struct type_count {
  std::string type;
  std::string status;
  std::int64_t count = 0;
};

struct failure_row {
  std::int64_t id = 0;
  std::string type;
  std::string external_id;
  std::string status;
  int attempts = 0;
  std::string error_class;
  std::string error_code;
  std::string error_message;
};

}  // namespace crossdock::store
