#pragma once

#include <cstdint>
#include <string_view>

#include <boost/json/object.hpp>

namespace crossdock {

/// How far an export is, summed over all types, read from a job's meta.
struct export_count {
  std::int64_t total = 0;  ///< of meta.totals; 0 before they are frozen
  std::int64_t exported = 0;
  std::int64_t failed = 0;
  std::int64_t skipped = 0;

  std::int64_t settled() const { return exported + failed + skipped; }
};

/// Of one type, by its plural ("messages").
export_count export_counts(const boost::json::object& meta, std::string_view plural);
export_count export_counts(const boost::json::object& meta);

/// True when anything failed in the export or was rejected on import: the job then ends
/// done_with_failures (design rule 12).
bool counts_failures(const boost::json::object& meta);

/// The value of a counter, 0 when it is not there or not a number.
std::int64_t counter(const boost::json::object& meta, std::string_view key);

}  // namespace crossdock
