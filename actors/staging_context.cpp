#include "actors/staging_context.hpp"

#include <utility>

namespace crossdock {

staging_context::staging_context(staging_config config, std::shared_ptr<store::session_pool> pool,
                                 batch_sink& sink, stop_ptr stop)
    : config_(std::move(config)), pool_(std::move(pool)), sink_(sink), stop_(std::move(stop)) {}

api::unit_state staging_context::begin_unit(std::string_view name) {
  check_stop();
  unit_ = name;
  position_ = 0;
  unit_touched_ = false;
  if (!config_.may_have_marks) return {};
  auto found = pool_->acquire()->find_unit(config_.job.id, config_.stage, name);
  if (!found) return {};
  position_ = found->position;
  return {found->done, found->position};
}

void staging_context::checkpoint(std::int64_t position) {
  position_ = position;
  unit_touched_ = true;
  submit_if_full();
}

void staging_context::end_unit() {
  mark(true);
  unit_.clear();
  submit_if_full();
}

void staging_context::put(api::staged_entity entity) {
  check_stop();
  if (!config_.types.contains(entity.type)) return;
  batch_bytes_ += entity.raw.size() + entity.refs.size() + entity.external_id.size();
  if (!config_.may_have_marks) {
    order_of(entity.type).see(entity.lane, entity.external_id, entity.group_seq, entity.seq);
  }
  batch_.entities.push_back(std::move(entity));
  if (unit_.empty()) submit_if_full();
}

void staging_context::put_blob(api::blob item) {
  check_stop();
  batch_bytes_ += item.key.size() + item.path.size();
  batch_.blobs.push_back(std::move(item));
  if (unit_.empty()) submit_if_full();
}

void staging_context::report(api::finding item) {
  batch_bytes_ += item.detail.size() + item.item.size();
  batch_.findings.push_back(std::move(item));
}

void staging_context::count(std::string_view key, std::int64_t delta) {
  auto found = counts_.find(key);
  if (found == counts_.end()) {
    counts_.emplace(key, delta);
  } else {
    found->second += delta;
  }
}

void staging_context::set_meta(std::string_view key, std::string_view json_value) {
  batch_.sets.emplace_back(key, json_value);
}

void staging_context::commit() {
  submit();
  sink_.drain();
}

void staging_context::check_stop() {
  if (stop_->raised()) throw api::stage_stopped{};
}

void staging_context::for_each_entity(std::string_view type,
                                      const std::function<void(const api::entity_view&)>& use) {
  commit();
  pool_->acquire()->for_each_entity(config_.job.scope_id, type, use);
}

void staging_context::finish_order(std::string_view type) {
  commit();
  // An earlier run's entities did not pass by here.
  const auto seen = orders_.find(type);
  const bool saw_all = !config_.may_have_marks && seen != orders_.end();
  pool_->acquire()->finish_order(config_.lease, type, saw_all ? &seen->second : nullptr);
}

void staging_context::for_each_missing_ref(std::string_view type, std::string_view ref_key,
                                           std::string_view ref_type,
                                           const std::function<void(std::string_view)>& use) {
  commit();
  pool_->acquire()->for_each_missing_ref(config_.job.id, type, ref_key, ref_type, use);
}

std::vector<std::string> staging_context::find_missing(
    std::string_view type, const std::vector<std::string>& external_ids) {
  if (external_ids.empty()) return {};
  commit();
  return pool_->acquire()->find_missing(config_.job.scope_id, type, external_ids);
}

order_pass& staging_context::order_of(std::string_view type) {
  const auto found = orders_.find(type);
  return found != orders_.end() ? found->second : orders_.emplace(type, order_pass{}).first->second;
}

bool staging_context::full() const {
  return batch_.entities.size() + batch_.blobs.size() + batch_.findings.size() >=
             config_.batch_rows ||
         batch_bytes_ >= config_.batch_bytes;
}

void staging_context::submit_if_full() {
  if (full()) submit();
}

void staging_context::submit() {
  if (unit_touched_) mark(false);
  for (auto& [key, delta] : counts_) batch_.counts.emplace_back(key, delta);
  counts_.clear();
  batch_bytes_ = 0;
  auto batch = std::exchange(batch_, {});
  if (batch.entities.empty() && batch.blobs.empty() && batch.findings.empty() &&
      batch.units.empty() && batch.counts.empty() && batch.sets.empty()) {
    return;
  }
  sink_.submit(std::move(batch));
}

void staging_context::mark(bool done) {
  batch_.units.push_back({config_.stage, unit_, position_, done});
  unit_touched_ = false;
}

}  // namespace crossdock
