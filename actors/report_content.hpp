#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <boost/json/object.hpp>

#include "actors/store/types.hpp"

/// What a report says, apart from how it is written.
namespace crossdock::report {

/// One thing to tell of one item.
struct line {
  std::string item;
  std::string place;
  std::string detail;
};

/// Lines about the same: how many there are, and the first of them.
struct group {
  std::string type;
  std::string reason;
  std::string error_class;  ///< of failures, else empty
  std::int64_t count = 0;
  std::vector<line> first;
};

/// Collects lines by type and reason, in bounded memory.
class groups {
 public:
  /// Lines kept of each group; a reader is sent to report.json for the others.
  static constexpr std::size_t max_lines = 50;
  /// Beyond so many different reasons the rest share the group with an empty reason.
  static constexpr std::size_t max_groups = 200;

  void add(std::string_view type, std::string_view reason, std::string_view error_class, line item);
  /// Sorted by type, then reason.
  std::vector<const group*> sorted() const;
  bool empty() const { return all_.empty(); }
  std::int64_t count() const;

 private:
  std::map<std::tuple<std::string, std::string, std::string>, group> all_;
};

/// Of one type, by the job's counters.
struct type_counts {
  std::string type;
  std::string plural;
  std::int64_t total = 0;
  std::int64_t processed = 0;
  std::int64_t created = 0;
  std::int64_t existing = 0;
  std::int64_t rejected = 0;
  std::int64_t exported = 0;
  std::int64_t failed = 0;
  std::int64_t skipped = 0;
};

struct summary {
  std::string workflow;
  std::string state;
  std::vector<type_counts> types;  ///< in the order of export
  boost::json::object meta;
  boost::json::object outputs;
};

/// `job.outputs` may be empty text.
summary summarize(const store::job_row& job, std::string_view meta);

/// Everything that the readable report shows beside the summary.
struct digest {
  groups changed;
  groups left_out;
  groups rejected;
  groups notes;
  groups failed;
  groups skipped;

  groups& of(api::finding::kind kind);
};

}  // namespace crossdock::report
