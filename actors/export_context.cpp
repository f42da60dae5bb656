#include "actors/export_context.hpp"

#include <utility>

namespace crossdock {

export_context::export_context(export_config config, std::shared_ptr<store::session_pool> pool,
                               stop_ptr stop)
    : config_(std::move(config)), pool_(std::move(pool)), stop_(std::move(stop)) {}

void export_context::for_each_entity(std::string_view type,
                                     const std::function<void(const api::entity_view&)>& use) {
  pool_->acquire()->for_each_entity(config_.job.scope_id, type, use);
}

std::vector<api::entity_view> export_context::find(std::string_view type,
                                                   std::span<const std::string> external_ids) {
  return pool_->acquire()->find_entities(config_.job.scope_id, type,
                                         {external_ids.begin(), external_ids.end()});
}

std::vector<api::lane_size> export_context::lane_sizes(std::string_view type) {
  return pool_->acquire()->lane_sizes(config_.job.scope_id, type);
}

std::vector<api::blob> export_context::find_blobs(std::span<const std::string> keys) {
  return pool_->acquire()->find_blobs(config_.job.id, {keys.begin(), keys.end()});
}

void export_context::for_each_blob(const std::function<void(const api::blob&)>& use) {
  pool_->acquire()->for_each_blob(config_.job.id, use);
}

api::blob_reader& export_context::blobs() {
  if (!blobs_) blobs_ = config_.source->make_blob_reader(config_.job, config_.source_options);
  return *blobs_;
}

std::shared_ptr<api::target_gate> export_context::gate(const std::string& server,
                                                       const api::gate_limits& limits) {
  return config_.gates->find(server, limits);
}

void export_context::report(api::finding item) {
  if (collecting_) {
    findings_.push_back(std::move(item));
  } else {
    pool_->acquire()->add_finding(config_.job.id, item);
  }
}

std::vector<api::finding> export_context::take_findings() {
  collecting_ = false;
  return std::exchange(findings_, {});
}

}  // namespace crossdock
