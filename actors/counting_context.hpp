#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "actors/report_content.hpp"
#include "workflows/api/plugin.hpp"
#include "workflows/api/stage.hpp"

/// Stages run without a database: what an import would find, for `crossdock run --plan`.
namespace crossdock {

/// The source and stages to count. Everything is used on the caller's thread.
struct counting_order {
  const api::source_plugin* source = nullptr;
  boost::json::object options;        ///< resolved `source:` options
  std::vector<std::string> stages;    ///< import stages, in order
  std::vector<api::type_name> types;  ///< those of the workflow, in its order
  api::job_info job;                  ///< id and scope_id are 0: there is no job
};

/// What a run on an empty scope would have counted when its import is done.
struct source_counts {
  struct of_type {
    std::int64_t left_out = 0;    ///< findings that say so
    std::int64_t with_bytes = 0;  ///< entities whose blob the source has
    std::int64_t bytes = 0;       ///< of those blobs
  };
  std::vector<of_type> types;  ///< as counting_order::types
  /// As a job's meta, by the same names: <plural>_processed, …, and what the source counts itself.
  boost::json::object meta;
  report::digest findings;
  std::int64_t blobs = 0;  ///< distinct keys
  std::int64_t blob_bytes = 0;
};

/// Runs the stages, more than once where they look things up (see counting_context). Nothing is
/// written. What the database alone can tell is not in the counts: what an earlier job of the scope
/// brought, and elements that PostgreSQL cannot store. Passes on what the stages throw.
source_counts count_source(const counting_order& order);

/// What stages look up of the things they staged before.
struct lookups {
  struct reference {
    std::string type;
    std::string key;
    std::string target;
    auto operator<=>(const reference&) const = default;
  };
  std::set<std::string, std::less<>> entities;  ///< types given to for_each_entity()
  std::set<reference> references;               ///< given to for_each_missing_ref()
  bool operator==(const lookups&) const = default;
};

/// One pass of the stages over the source. Of an entity it keeps a 64-bit hash of its id (a wrong
/// count needs a collision: at 10 million entities one chance in 300,000), unless the stages look
/// it up, which has to be known before it is put:
/// - entities of types that are read back are kept whole;
/// - of references that are looked for, the ids are kept that nothing has resolved yet.
///
/// So a lookup that is not in `known` makes this pass one that only learns. An unknown
/// for_each_entity() ends it by stage_stopped; an unknown for_each_missing_ref() finds nothing, so
/// that the pass learns all the others, too.
class counting_context final : public api::stage_context {
 public:
  counting_context(const counting_order& order, lookups known);

  const api::job_info& job() const override { return order_.job; }
  const boost::json::object& options() const override { return order_.options; }
  api::unit_state begin_unit(std::string_view) override { return {}; }
  void checkpoint(std::int64_t) override {}
  void end_unit() override {}
  void put(api::staged_entity entity) override;
  void put_blob(api::blob item) override;
  void report(api::finding item) override;
  void count(std::string_view key, std::int64_t delta) override;
  void set_meta(std::string_view key, std::string_view json_value) override;
  void commit() override {}
  void check_stop() override {}
  void for_each_entity(std::string_view type,
                       const std::function<void(const api::entity_view&)>& use) override;
  void finish_order(std::string_view) override {}  // changes no count
  void for_each_missing_ref(std::string_view type, std::string_view ref_key,
                            std::string_view ref_type,
                            const std::function<void(std::string_view)>& use) override;
  std::vector<std::string> find_missing(std::string_view type,
                                        const std::vector<std::string>& external_ids) override;

  /// All lookups there were, the known ones included: when there are more than those, the counts
  /// are void and the next pass must know them.
  const lookups& seen() const { return seen_; }
  source_counts result();

 private:
  struct type_state {
    boost::unordered_flat_set<std::uint64_t> ids;
    std::int64_t repeated = 0;
    std::int64_t left_out = 0;
    bool read_back = false;
    std::map<std::string, api::staged_entity> kept;  ///< by external id, when read back
  };
  type_state& type_of(std::string_view name);
  void resolve_references_to(const api::staged_entity& entity);
  void note_references_of(const api::staged_entity& entity);

  const counting_order& order_;
  const lookups known_;
  lookups seen_;
  std::vector<type_state> types_;  ///< as order_.types
  std::map<lookups::reference, std::set<std::string, std::less<>>> open_references_;
  boost::unordered_flat_map<std::uint64_t, std::int64_t> blobs_;  ///< hash of the key → bytes
  boost::unordered_flat_set<std::uint64_t> findings_seen_;
  std::map<std::string, std::int64_t, std::less<>> counters_;
  boost::json::object meta_;
  report::digest findings_;
};

}  // namespace crossdock
