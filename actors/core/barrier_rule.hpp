#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace crossdock {

/// Entities of one job that are open (pending, leased, or waiting for a retry), by the rank of
/// their type. Failed and skipped entities are closed.
using open_counts = std::vector<std::int64_t>;

/// The lowest rank with something open; empty when all is closed.
std::optional<int> first_open_rank(const open_counts& open);

/// The export barrier of one group of jobs as a plain value: the model of what the SQL in store/sql
/// decides, and what the tests compare it with. Design, section 4, rules 4 and 5:
///
///  - The jobs of a group form cohorts. One rank is current for the whole cohort: the lowest at
///  which
///    any of its jobs has something open.
///  - An entity may be claimed if its job belongs to the cohort and its rank is the current one.
///  - A job that comes while a cohort runs waits. When the cohort is through (nothing open in any
///    rank), all that wait become the next one together: no stream of new jobs holds a rank for
///    ever.
///  - A job that pauses, fails or ends leaves at once, and what it left open holds nobody up.
class barrier_rule {
 public:
  using job = std::int64_t;

  /// A job begins to export with these open entities; once more means update().
  void enter(job id, open_counts open);
  /// The open entities of a job that entered changed: claims were settled.
  void update(job id, open_counts open);
  void leave(job id);

  bool may_claim(job id, int rank) const;
  /// The rank that is current; empty when the cohort is through.
  std::optional<int> rank() const { return rank_; }
  std::int64_t cohort() const { return cohort_; }  ///< counts from 1; 0 before the first
  bool is_member(job id) const { return members_.contains(id); }
  bool is_waiting(job id) const { return waiting_.contains(id); }

 private:
  std::optional<int> lowest_open() const;
  /// Brings rank and cohort up to date after any change.
  void advance();

  std::map<job, open_counts> members_;
  std::map<job, open_counts> waiting_;
  std::optional<int> rank_;
  std::int64_t cohort_ = 0;
};

}  // namespace crossdock
