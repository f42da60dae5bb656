#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "workflows/api/entity.hpp"

namespace crossdock::api {

/// What a plugin may know of the job it works for.
struct job_info {
  std::int64_t id = 0;
  std::int64_t scope_id = 0;
  std::string scope;  ///< the scope's name
  std::string workflow;
  std::string source_path;  ///< absolute
  std::string output_path;  ///< absolute; empty when the target writes no files
};

/// Where an earlier run of a stage stood in one source unit.
struct unit_state {
  bool done = false;
  std::int64_t position = 0;  ///< as last given to checkpoint(); 0 when the unit was never begun
};

/// Everything a stage can do to the world. Given to stage::run() on the stage's own thread; not
/// thread-safe. What is put, counted and found since the last commit becomes durable together, in
/// one transaction, or not at all; the engine chooses when to commit, at checkpoints only.
/// Methods throw stage_stopped when the job is being stopped: let it pass.
class stage_context {
 public:
  virtual ~stage_context() = default;

  virtual const job_info& job() const = 0;
  virtual const boost::json::object& options() const = 0;  ///< resolved `source:` options

  /// Names a piece of the source ("general/2024-01-01.json") that is committed on its own, and says
  /// what is already there. Units may not nest.
  virtual unit_state begin_unit(std::string_view name) = 0;
  /// All that was put so far belongs to positions below `position`; a commit may happen here.
  virtual void checkpoint(std::int64_t position) = 0;
  virtual void end_unit() = 0;

  /// Stages an entity. One that exists already in the scope is left as it is. Counts by itself:
  /// <plural>_created, <plural>_existing (an earlier job's), <plural>_processed (both), and
  /// <plural>_repeated for what comes again in the same source.
  virtual void put(staged_entity entity) = 0;
  virtual void put_blob(blob item) = 0;
  /// Records a finding; `rejected` ones count <plural>_rejected (type empty: elements_rejected).
  virtual void report(finding item) = 0;
  /// Adds to a counter of the job's meta.
  virtual void count(std::string_view key, std::int64_t delta) = 0;
  /// Replaces a top-level key of the job's meta; the value is JSON text.
  virtual void set_meta(std::string_view key, std::string_view json_value) = 0;

  /// Commits what is open now (at stage ends the engine does so itself).
  virtual void commit() = 0;
  /// Throws stage_stopped if the job is stopping. put() and begin_unit() call it.
  virtual void check_stop() = 0;

  /// Entities of the scope, ordered by external id, streamed. Open work is committed first.
  virtual void for_each_entity(std::string_view type,
                               const std::function<void(const entity_view&)>& use) = 0;
  /// Runs one of the engine's set-based closing steps over this job's entities of `type`:
  /// makes `seq` distinct per millisecond in every lane and lifts a group member above its group's
  /// head (see store/sql/finish_order.sql).
  virtual void finish_order(std::string_view type) = 0;
  /// External ids that `refs->>ref_key` of this job's `type` entities names but the scope does not
  /// have as `ref_type`, ordered, streamed. Reads all of the job's entities of the type.
  virtual void for_each_missing_ref(
      std::string_view type, std::string_view ref_key, std::string_view ref_type,
      const std::function<void(std::string_view external_id)>& use) = 0;
  /// Which of these external ids the scope does not have as `type`, ordered: for a stage that has
  /// kept count of what it cannot account for. Open work is committed first.
  virtual std::vector<std::string> find_missing(std::string_view type,
                                                const std::vector<std::string>& external_ids) = 0;
};

/// Thrown through a stage when the job is paused, cancelled or drained.
struct stage_stopped {};

/// One import-side step. Constructed anew for every run of the stage; run() must be repeatable:
/// units that are done report so in begin_unit().
class stage {
 public:
  virtual ~stage() = default;
  /// Throws std::exception (source_error for what a person must mend) when the stage cannot go on.
  virtual void run(stage_context& context) = 0;
};

/// The source cannot be read at all: the job fails with this text; trying again is no use.
class source_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace crossdock::api
