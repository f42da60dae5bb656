#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "actors/core/order_pass.hpp"
#include "actors/defaults.hpp"
#include "actors/messages.hpp"
#include "actors/store/session_pool.hpp"
#include "workflows/api/stage.hpp"

namespace crossdock {

/// Takes finished batches on their way to the database, in order.
class batch_sink {
 public:
  virtual ~batch_sink() = default;
  /// May return before the batch is written, so that reading the source and writing overlap; waits
  /// while an earlier one is under way. Throws what an earlier batch failed with.
  virtual void submit(store::stage_batch batch) = 0;
  /// Returns when everything submitted is durable.
  virtual void drain() = 0;
};

struct staging_config {
  api::job_info job;
  boost::json::object options;
  std::string stage;
  store::job_lease lease;
  /// The types that the workflow exports; what a source yields beside them is not staged.
  std::set<std::string, std::less<>> types;
  /// False only on a job's very first run, when no unit can have a mark yet: saves a query per
  /// unit.
  bool may_have_marks = true;
  std::size_t batch_rows = defaults::stage_batch_rows;
  std::size_t batch_bytes = defaults::stage_batch_bytes;
};

/// The engine's side of api::stage_context: collects what a stage yields into batches that are
/// committed at checkpoints. Lives on the stage's thread.
class staging_context final : public api::stage_context {
 public:
  staging_context(staging_config config, std::shared_ptr<store::session_pool> pool,
                  batch_sink& sink, stop_ptr stop);

  const api::job_info& job() const override { return config_.job; }
  const boost::json::object& options() const override { return config_.options; }
  api::unit_state begin_unit(std::string_view name) override;
  void checkpoint(std::int64_t position) override;
  void end_unit() override;
  void put(api::staged_entity entity) override;
  void put_blob(api::blob item) override;
  void report(api::finding item) override;
  void count(std::string_view key, std::int64_t delta) override;
  void set_meta(std::string_view key, std::string_view json_value) override;
  void commit() override;
  void check_stop() override;
  void for_each_entity(std::string_view type,
                       const std::function<void(const api::entity_view&)>& use) override;
  void finish_order(std::string_view type) override;
  void for_each_missing_ref(std::string_view type, std::string_view ref_key,
                            std::string_view ref_type,
                            const std::function<void(std::string_view)>& use) override;
  std::vector<std::string> find_missing(std::string_view type,
                                        const std::vector<std::string>& external_ids) override;

 private:
  order_pass& order_of(std::string_view type);
  bool full() const;
  void submit_if_full();
  void submit();
  void mark(bool done);

  staging_config config_;
  std::shared_ptr<store::session_pool> pool_;
  batch_sink& sink_;
  stop_ptr stop_;
  store::stage_batch batch_;
  std::size_t batch_bytes_ = 0;
  std::map<std::string, std::int64_t, std::less<>> counts_;
  std::map<std::string, order_pass, std::less<>> orders_;  ///< by type
  std::string unit_;                                       ///< empty: none open
  std::int64_t position_ = 0;
  bool unit_touched_ = false;  ///< the open unit has no mark in the batch yet
};

}  // namespace crossdock
