#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "actors/core/failure_limit.hpp"
#include "actors/core/retry_policy.hpp"
#include "config/diagnostic.hpp"
#include "config/environment.hpp"

namespace crossdock::config {

/// A plugin and its resolved options: references read, defaults filled in, sizes in bytes.
struct plugin_spec {
  std::string plugin;
  boost::json::object options;  ///< contains secrets: never store or show it, see resolved_json()
  /// JSON pointer within `options` → the reference that the secret there came from.
  std::map<std::string, std::string> secrets;

  friend bool operator==(const plugin_spec&, const plugin_spec&) = default;
};

struct type_spec {
  std::string name;
  std::string plural;  ///< the source's word for counters
  int workers = 5;     ///< exporters at once, 1 to 256
  /// Position in the order: types of one rank are exported together, after all lower ranks. 0
  /// without `after`, else one more than the highest rank in `after`.
  int rank = 0;
  std::vector<std::string> after;
  /// The type whose entities are the lanes, for types with an order ("channel"); empty: entities
  /// may overtake.
  std::string lane;
  /// Entities of one lane under delivery at once, whole groups; absent: one batch.
  std::optional<int> lane_window;
  int batch = 1000;  ///< entities an exporter claims at once

  friend bool operator==(const type_spec&, const type_spec&) = default;
};

struct limits_spec {
  std::optional<failure_limit> failures;  ///< more failed entities pause the job
  std::optional<std::int64_t> files;      ///< bytes

  friend bool operator==(const limits_spec&, const limits_spec&) = default;
};

/// A workflow with everything decided: what one job runs by.
struct workflow_spec {
  std::string name;
  std::string description;
  plugin_spec source;
  /// In order; may end with "ready_export", which is no stage of the source but the engine's own
  /// step.
  std::vector<std::string> stages;
  plugin_spec target;
  std::vector<type_spec> types;  ///< by rank, within one rank as in the file
  /// Jobs of one group share a barrier. Empty: the job is a group of its own.
  std::string barrier_group;
  retry_policy retry;
  limits_spec limits;
  std::string digest;  ///< SHA-256 of the file's bytes, hex

  const type_spec* type(std::string_view type_name) const;
  friend bool operator==(const workflow_spec&, const workflow_spec&) = default;
};

/// What a job pins: the spec as one JSON object without secrets. In the place of a secret stands
/// its reference ("${MM_TOKEN}"), and `secrets` lists those places. Keys have a fixed order,
/// options are sorted, so equal specs give equal text.
std::string resolved_json(const workflow_spec& spec);

struct spec_result {
  std::optional<workflow_spec> spec;
  std::vector<diagnostic> diagnostics;  ///< why there is none
};
/// Restores what resolved_json() wrote and reads the secrets anew. `origin` names the text in
/// diagnostics ("job 7").
spec_result spec_from_json(std::string_view text, const environment& env, std::string_view origin);

}  // namespace crossdock::config
