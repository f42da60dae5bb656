#include "actors/core/job_counters.hpp"

#include <algorithm>
#include <string>

#include <boost/json/value.hpp>

namespace crossdock {

namespace {

std::int64_t integer(const boost::json::value& value) {
  if (const auto* i = value.if_int64()) return *i;
  if (const auto* u = value.if_uint64()) return static_cast<std::int64_t>(*u);
  if (const auto* d = value.if_double()) return static_cast<std::int64_t>(*d);
  return 0;
}

}  // namespace

std::int64_t counter(const boost::json::object& meta, std::string_view key) {
  const auto* value = meta.if_contains(key);
  return value ? integer(*value) : 0;
}

export_count export_counts(const boost::json::object& meta, std::string_view plural) {
  export_count count;
  const std::string name(plural);
  if (const auto* totals = meta.if_contains("totals"); totals && totals->is_object()) {
    count.total = counter(totals->get_object(), name);
  }
  count.exported = counter(meta, name + "_exported");
  count.failed = counter(meta, name + "_failed");
  count.skipped = counter(meta, name + "_skipped");
  return count;
}

export_count export_counts(const boost::json::object& meta) {
  export_count sum;
  const auto* totals = meta.if_contains("totals");
  if (!totals || !totals->is_object()) return sum;
  for (const auto& [plural, total] : totals->get_object()) {
    const auto one = export_counts(meta, plural);
    sum.total += one.total;
    sum.exported += one.exported;
    sum.failed += one.failed;
    sum.skipped += one.skipped;
  }
  return sum;
}

bool counts_failures(const boost::json::object& meta) {
  return std::any_of(meta.begin(), meta.end(), [](const auto& entry) {
    return (entry.key().ends_with("_rejected") || entry.key().ends_with("_failed")) &&
           integer(entry.value()) > 0;
  });
}

}  // namespace crossdock
