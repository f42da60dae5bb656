#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "actors/core/failure_limit.hpp"
#include "actors/core/retry_policy.hpp"
#include "actors/store/types.hpp"
#include "workflows/api/plugin.hpp"

namespace crossdock {

struct type_plan {
  std::string name;
  int rank = 0;
  int workers = 1;
  int batch = 1000;
};

/// A job's pinned configuration, made executable on this node: plugins found, secrets resolved.
struct job_plan {
  const api::source_plugin* source = nullptr;
  const api::target_plugin* target = nullptr;
  boost::json::object source_options;
  boost::json::object target_options;
  std::vector<std::string> stages;  ///< import stages, in order
  std::vector<type_plan> types;     ///< by rank
  retry_policy retry;
  std::optional<failure_limit> failures;  ///< more failed entities pause the job
  std::optional<std::int64_t> files;      ///< more bytes of files pause it before the export
};

/// The steps that the engine adds to a workflow's own stages, by their canonical names.
namespace step {
inline constexpr const char* ready_export = "ready_export";
inline constexpr const char* exporting = "exporting";
inline constexpr const char* finishing = "finishing";
inline constexpr const char* done = "done";
}  // namespace step

}  // namespace crossdock
