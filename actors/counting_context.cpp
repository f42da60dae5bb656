#include "actors/counting_context.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace crossdock {

namespace json = boost::json;

namespace {

/// As the identities, blobs and findings in the store: equal texts are one.
std::uint64_t hash_of(std::string_view text) {
  return std::hash<std::string_view>{}(text);
}

std::uint64_t hash_of(const api::finding& item) {
  std::string all(to_string(item.what));
  for (const auto* part : {&item.type, &item.item, &item.place, &item.reason}) {
    all.append(1, '\x1f').append(*part);
  }
  return hash_of(all);
}

/// What a member of refs names: its text, as the database's ->> gives it.
std::string reference_in(const json::object& refs, std::string_view key) {
  const auto* value = refs.if_contains(key);
  if (!value || value->is_null()) return {};
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

void add_counter(json::object& meta, std::string_view key, std::int64_t count) {
  if (count != 0) meta[key] = count;
}

}  // namespace

counting_context::counting_context(const counting_order& order, lookups known)
    : order_(order), known_(std::move(known)), seen_(known_), types_(order.types.size()) {
  for (std::size_t i = 0; i < types_.size(); ++i) {
    types_[i].read_back = known_.entities.contains(order_.types[i].name);
  }
  for (const auto& what : known_.references) open_references_[what];
}

counting_context::type_state& counting_context::type_of(std::string_view name) {
  const auto found = std::ranges::find(order_.types, name, &api::type_name::name);
  if (found == order_.types.end()) {
    throw std::runtime_error("the workflow has no entity type \"" + std::string(name) +
                             "\", but its source yields it");
  }
  return types_[static_cast<std::size_t>(found - order_.types.begin())];
}

void counting_context::put(api::staged_entity entity) {
  auto& type = type_of(entity.type);
  if (!type.ids.insert(hash_of(entity.external_id)).second) {
    ++type.repeated;  // the first in the source stays
    return;
  }
  resolve_references_to(entity);
  note_references_of(entity);
  if (!type.read_back) return;
  auto id = entity.external_id;
  type.kept.emplace(std::move(id), std::move(entity));
}

void counting_context::resolve_references_to(const api::staged_entity& entity) {
  for (auto& [what, open] : open_references_) {
    if (what.target == entity.type) open.erase(entity.external_id);
  }
}

void counting_context::note_references_of(const api::staged_entity& entity) {
  json::value refs;
  for (auto& [what, open] : open_references_) {
    if (what.type != entity.type) continue;
    if (refs.is_null()) refs = json::parse(entity.refs.empty() ? "{}" : entity.refs);
    auto wanted = reference_in(refs.as_object(), what.key);
    if (wanted.empty() || type_of(what.target).ids.contains(hash_of(wanted))) continue;
    open.insert(std::move(wanted));
  }
}

void counting_context::put_blob(api::blob item) {
  blobs_.try_emplace(hash_of(item.key), item.size);
}

void counting_context::report(api::finding item) {
  if (!findings_seen_.insert(hash_of(item)).second) return;
  if (item.what == api::finding::kind::rejected) {
    const bool typed = !item.type.empty();
    const auto& plural =
        typed ? order_.types[static_cast<std::size_t>(&type_of(item.type) - types_.data())].plural
              : std::string("elements");
    count(plural + "_rejected", 1);
  }
  if (item.what == api::finding::kind::left_out && !item.type.empty()) {
    ++type_of(item.type).left_out;
  }
  findings_.of(item.what).add(item.type, item.reason, {}, {item.item, item.place, item.detail});
}

void counting_context::count(std::string_view key, std::int64_t delta) {
  const auto found = counters_.find(key);
  if (found == counters_.end()) {
    counters_.emplace(key, delta);
  } else {
    found->second += delta;
  }
}

void counting_context::set_meta(std::string_view key, std::string_view json_value) {
  meta_[key] = json::parse(json_value);
}

void counting_context::for_each_entity(std::string_view type,
                                       const std::function<void(const api::entity_view&)>& use) {
  const auto& state = type_of(type);
  if (state.ids.empty()) return;
  if (!state.read_back) {
    seen_.entities.emplace(type);
    throw api::stage_stopped{};
  }
  std::int64_t number = 0;
  for (const auto& [id, entity] : state.kept) {
    use({++number,
         order_.job.id,
         id,
         entity.lane,
         entity.group_seq,
         entity.seq,
         "pending",
         {},
         entity.raw,
         entity.refs});
  }
}

void counting_context::for_each_missing_ref(std::string_view type, std::string_view ref_key,
                                            std::string_view ref_type,
                                            const std::function<void(std::string_view)>& use) {
  if (type_of(type).ids.empty()) return;
  const lookups::reference what{std::string(type), std::string(ref_key), std::string(ref_type)};
  seen_.references.insert(what);
  const auto found = open_references_.find(what);
  if (found == open_references_.end()) return;
  // What `use` puts may resolve references; it is shown those that were open before.
  const auto open = found->second;
  for (const auto& id : open) use(id);
}

std::vector<std::string> counting_context::find_missing(
    std::string_view type, const std::vector<std::string>& external_ids) {
  const auto& ids = type_of(type).ids;
  std::set<std::string> missing;
  for (const auto& id : external_ids) {
    if (!ids.contains(hash_of(id))) missing.insert(id);
  }
  return {missing.begin(), missing.end()};
}

source_counts counting_context::result() {
  source_counts result;
  result.meta = std::move(meta_);
  for (const auto& [key, value] : counters_) add_counter(result.meta, key, value);
  for (std::size_t i = 0; i < types_.size(); ++i) {
    const auto& state = types_[i];
    const auto entities = static_cast<std::int64_t>(state.ids.size());
    const auto& plural = order_.types[i].plural;
    add_counter(result.meta, plural + "_processed", entities);
    add_counter(result.meta, plural + "_created", entities);
    add_counter(result.meta, plural + "_repeated", state.repeated);
    auto& counts = result.types.emplace_back();
    counts.left_out = state.left_out;
    if (!order_.types[i].has_bytes) continue;
    for (const auto id : state.ids) {
      const auto blob = blobs_.find(id);
      if (blob == blobs_.end()) continue;
      ++counts.with_bytes;
      counts.bytes += blob->second;
    }
  }
  result.blobs = static_cast<std::int64_t>(blobs_.size());
  for (const auto& [key, bytes] : blobs_) result.blob_bytes += bytes;
  result.findings = std::move(findings_);
  return result;
}

source_counts count_source(const counting_order& order) {
  lookups known;
  for (;;) {
    counting_context context(order, known);
    try {
      for (const auto& stage : order.stages) order.source->make_stage(stage)->run(context);
    } catch (const api::stage_stopped&) {
      if (context.seen() == known)
        throw std::logic_error("a stage stopped that nobody had asked to");
    }
    if (context.seen() == known) return context.result();
    known = context.seen();
  }
}

}  // namespace crossdock
