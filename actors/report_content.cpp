#include "actors/report_content.hpp"

#include <boost/json/parse.hpp>

#include "actors/core/job_counters.hpp"

namespace crossdock::report {

namespace {

boost::json::object object_from(std::string_view text) {
  if (text.empty()) return {};
  return boost::json::parse(text).as_object();
}

type_counts counts_of(const boost::json::object& meta, const store::type_rank& type) {
  const auto exported = export_counts(meta, type.plural);
  type_counts counts;
  counts.type = type.type;
  counts.plural = type.plural;
  counts.total = exported.total;
  counts.exported = exported.exported;
  counts.failed = exported.failed;
  counts.skipped = exported.skipped;
  counts.processed = counter(meta, type.plural + "_processed");
  counts.created = counter(meta, type.plural + "_created");
  counts.existing = counter(meta, type.plural + "_existing");
  counts.rejected = counter(meta, type.plural + "_rejected");
  return counts;
}

}  // namespace

void groups::add(std::string_view type, std::string_view reason, std::string_view error_class,
                 line item) {
  std::tuple key{std::string(type), std::string(reason), std::string(error_class)};
  auto found = all_.find(key);
  if (found == all_.end()) {
    if (all_.size() >= max_groups) key = {};
    found = all_.try_emplace(key).first;
    std::tie(found->second.type, found->second.reason, found->second.error_class) = key;
  }
  auto& to = found->second;
  ++to.count;
  if (to.first.size() < max_lines) to.first.push_back(std::move(item));
}

std::vector<const group*> groups::sorted() const {
  std::vector<const group*> list;
  for (const auto& [key, one] : all_) list.push_back(&one);
  return list;
}

groups& digest::of(api::finding::kind kind) {
  using kinds = api::finding::kind;
  switch (kind) {
    case kinds::rejected: return rejected;
    case kinds::left_out: return left_out;
    case kinds::changed: return changed;
    case kinds::note: break;
  }
  return notes;
}

std::int64_t groups::count() const {
  std::int64_t sum = 0;
  for (const auto& [key, one] : all_) sum += one.count;
  return sum;
}

summary summarize(const store::job_row& job, std::string_view meta) {
  summary result;
  result.workflow = job.workflow;
  result.meta = object_from(meta);
  result.outputs = object_from(job.outputs);
  result.state =
      to_string(counts_failures(result.meta) ? job_state::done_with_failures : job_state::done);
  for (const auto& type : job.types) result.types.push_back(counts_of(result.meta, type));
  return result;
}

}  // namespace crossdock::report
