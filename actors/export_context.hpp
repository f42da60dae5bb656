#pragma once

#include <memory>
#include <vector>

#include "actors/messages.hpp"
#include "actors/store/session_pool.hpp"
#include "actors/target_gate.hpp"
#include "workflows/api/exporter.hpp"
#include "workflows/api/plugin.hpp"

namespace crossdock {

/// What the target side of a job needs to know; shared by its exporters.
struct export_config {
  api::job_info job;
  boost::json::object target_options;
  boost::json::object source_options;
  const api::source_plugin* source = nullptr;
  std::shared_ptr<target_gates> gates;
};

/// The engine's side of api::target_context. One per exporter or target step, on its thread.
class export_context final : public api::target_context {
 public:
  export_context(export_config config, std::shared_ptr<store::session_pool> pool, stop_ptr stop);

  const api::job_info& job() const override { return config_.job; }
  const boost::json::object& options() const override { return config_.target_options; }
  void for_each_entity(std::string_view type,
                       const std::function<void(const api::entity_view&)>& use) override;
  std::vector<api::entity_view> find(std::string_view type,
                                     std::span<const std::string> external_ids) override;
  std::vector<api::lane_size> lane_sizes(std::string_view type) override;
  std::vector<api::blob> find_blobs(std::span<const std::string> keys) override;
  void for_each_blob(const std::function<void(const api::blob&)>& use) override;
  api::blob_reader& blobs() override;
  std::shared_ptr<api::target_gate> gate(const std::string& server,
                                         const api::gate_limits& limits) override;
  void report(api::finding item) override;
  bool stopping() const override { return stop_->raised(); }

  /// Until take_findings(), findings are kept for the settle of the running delivery instead of
  /// being written at once.
  void collect_findings() { collecting_ = true; }
  std::vector<api::finding> take_findings();

 private:
  export_config config_;
  std::shared_ptr<store::session_pool> pool_;
  stop_ptr stop_;
  std::unique_ptr<api::blob_reader> blobs_;
  bool collecting_ = false;
  std::vector<api::finding> findings_;
};

}  // namespace crossdock
