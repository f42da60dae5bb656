#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The values that travel between the engine and a plugin. No CAF, no I/O, no SQL.
namespace crossdock::api {

/// One thing a stage found in the source. Identity is (scope, type, external_id).
struct staged_entity {
  std::string type;         ///< a type name of the workflow, e.g. "message"
  std::string external_id;  ///< unique within scope and type by construction
  /// Ordering and leasing key: entities of one lane are delivered by one exporter at a time, in
  /// (group_seq, seq, external_id) order. Types without an order use a few hash lanes
  /// (hash_lane()).
  std::string lane;
  /// Entities of one lane with equal group_seq are always claimed together (a thread: the root's
  /// seq).
  std::int64_t group_seq = 0;
  std::int64_t seq = 0;  ///< order in the lane; for messages microseconds since 1970
  std::string raw;       ///< the source's element, JSON text
  std::string refs;      ///< JSON object: what it depends on, {"channel": "C1", "user": "U1", …}
};

/// An entity an exporter has under its lease.
struct claimed_entity {
  std::int64_t id = 0;
  std::string external_id;
  std::int64_t group_seq = 0;
  std::int64_t seq = 0;
  int attempts = 0;  ///< deliveries that ended in `retry` so far
  bool in_doubt =
      false;  ///< an earlier claim covered it and was never settled: look it up before sending
  std::string raw;
  std::string refs;
};

/// A claimed piece of one lane.
struct delivery {
  std::string type;
  std::string lane;
  /// What the last settled delivery of this lane left behind (delivery_result::cursor), empty at
  /// first.
  std::string cursor;
  std::vector<claimed_entity> entities;  ///< in delivery order, never empty
};

enum class outcome_kind : std::uint8_t {
  success,
  skipped,  ///< deliberately not delivered; the reason is in message
  failed,   ///< permanently refused
  retry,    ///< transient: the entity stays open and spends one attempt
  unsent,   ///< the job stops before it was its turn: stays open as if it had not been claimed
};

/// What happened to one claimed entity.
struct outcome {
  std::int64_t id = 0;
  outcome_kind kind = outcome_kind::success;
  std::string target_id;    ///< success: the id in the target
  std::string error_class;  ///< failed, retry: transient | permanent | poison
  std::string error_code;   ///< the target's own error id, or ours
  std::string message;      ///< skipped, failed, retry: for the person who must act
};

struct delivery_result {
  std::vector<outcome> outcomes;  ///< exactly one per claimed entity
  std::string cursor;             ///< committed together with the outcomes
};

/// Something a report must tell: an element that was refused, left out, or changed on its way.
struct finding {
  enum class kind : std::uint8_t {
    rejected,  ///< broken input: never became an entity; the job ends done_with_failures
    left_out,  ///< not carried, by rule or option
    changed,   ///< carried, but not verbatim (a cleaned name, a split post)
    note,
  };
  kind what = kind::note;
  std::string type;    ///< entity type, or empty
  std::string item;    ///< which one: external id, name
  std::string place;   ///< file in the source and position, e.g. "general/2024-01-01.json#17"
  std::string reason;  ///< a stable word: "invalid_json", "name_cleaned"; reports group by it
  std::string detail;  ///< a sentence
};

/// "rejected", "left_out", "changed", "note".
std::string_view to_string(finding::kind kind);

/// An entity as a lookup returns it.
struct entity_view {
  std::int64_t id = 0;
  std::int64_t job_id = 0;
  std::string external_id;
  std::string lane;
  std::int64_t group_seq = 0;
  std::int64_t seq = 0;
  std::string status;  ///< pending | success | failed | skipped
  std::optional<std::string> target_id;
  std::string raw;
  std::string refs;
};

/// How much lies in one lane of a scope.
struct lane_size {
  std::string lane;
  std::int64_t entities = 0;
  std::int64_t groups = 0;    ///< distinct group_seq
  std::int64_t last_seq = 0;  ///< the largest
};

/// Bytes that lie in the source beside the entities (an uploaded file), by the key entities use.
struct blob {
  std::string key;   ///< e.g. Slack's file id
  std::string path;  ///< where it lies in the source, for the source plugin only
  std::int64_t size = 0;
};

/// One of `count` lanes, the same for the same id on every machine.
std::string hash_lane(std::string_view external_id, unsigned count = 16);

/// An entity of a type without an order: a hash lane, and a group of its own, so that a claim may
/// end after any of them.
staged_entity unordered_entity(std::string type, std::string external_id, std::string raw,
                               std::string refs);

}  // namespace crossdock::api
