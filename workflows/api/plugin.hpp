#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "workflows/api/exporter.hpp"
#include "workflows/api/stage.hpp"

namespace crossdock::api {

/// The loader refuses plugins built with another one. Raise it with every change of a header of
/// this folder that is not a comment: a member or virtual function added, removed, moved or with
/// another type, an enumerator, a constant; and with a change of meaning that an old plugin would
/// get wrong. A test compares the headers with the ones this version was given to.
inline constexpr int abi_version = 2;

/// A type a source yields, with the plural its counters use ("message" → "messages_processed").
struct type_name {
  std::string name;
  std::string plural;
  bool has_bytes = false;  ///< an entity stands for a file: the blob whose key is its external id
  /// The stages that yield it; empty: the plugin does not tell. With them `workflow check` warns of
  /// types that are exported but never read, and of those that are read but not exported.
  std::vector<std::string> stages = {};
};

/// One source to migrate from. Stateless; lives as long as the program.
class source_plugin {
 public:
  virtual ~source_plugin() = default;
  virtual std::string_view name() const = 0;
  virtual std::string_view summary() const = 0;
  /// JSON Schema (draft 7) of the options beside `plugin`; unknown keys must be refused by it.
  virtual std::string_view options_schema() const = 0;
  virtual std::vector<std::string> stages() const = 0;  ///< in canonical order
  virtual std::vector<type_name> types() const = 0;     ///< in canonical order
  virtual std::unique_ptr<stage> make_stage(std::string_view name) const = 0;
  virtual std::unique_ptr<blob_reader> make_blob_reader(
      const job_info& job, const boost::json::object& options) const = 0;
  /// A stable name of what lies at `path` for the default scope (Slack: the workspace id). May read
  /// the source; throws source_error.
  virtual std::string identify(const std::string& path,
                               const boost::json::object& options) const = 0;
};

/// One kind of target to migrate to. Stateless; lives as long as the program.
class target_plugin {
 public:
  virtual ~target_plugin() = default;
  virtual std::string_view name() const = 0;
  virtual std::string_view summary() const = 0;
  virtual std::string_view options_schema() const = 0;
  virtual std::vector<std::string> types() const = 0;  ///< types it can take
  /// Pairs (earlier, later) that the order of types must respect for this target.
  struct order_rule {
    std::string earlier;
    std::string later;
  };
  virtual std::vector<order_rule> order_rules() const = 0;
  /// True when every run writes a complete output of its own: the default scope is then the job.
  virtual bool complete_per_job() const = 0;
  virtual std::unique_ptr<target> make_target(const job_info& job,
                                              const boost::json::object& options) const = 0;
};

/// A workflow file that a plugin ships.
struct builtin_workflow {
  std::string_view name;
  std::string_view yaml;
};

/// What one plugin (a folder under workflows/, or a shared object) offers.
struct plugin {
  int abi = abi_version;  ///< first for ever: it is read before the rest can be trusted
  std::string_view name;
  std::vector<const source_plugin*> sources;
  std::vector<const target_plugin*> targets;
  std::vector<builtin_workflow> workflows;
};

/// A shared object exports exactly this symbol.
extern "C" using plugin_entry = const plugin * ();
inline constexpr const char* plugin_symbol = "crossdock_plugin";

}  // namespace crossdock::api
