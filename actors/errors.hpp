#pragma once

#include <string>
#include <string_view>

#include <caf/error.hpp>

#include "actors/store/session.hpp"

namespace crossdock {

/// Why an actor could not do what it was asked. The text beside it says to which item and what to
/// do.
enum class ec : std::uint8_t {
  none = 0,
  unavailable,  ///< the database does not answer now; asking again later is right
  conflict,     ///< a serialization failure outlived its quick retries
  refused,      ///< a rule said no: bad data or a bug; asking again is no use
  not_found,    ///< no such job, lane or unit
  lost,         ///< another node holds the job or the lane: stop working on it
  source,       ///< the source cannot be read (api::source_error)
  target,       ///< the target cannot take the job (api::target_error)
  stage,        ///< a stage threw or died
  exporter,     ///< an exporter threw or died
  config,       ///< the pinned configuration cannot be used on this node
  paused,       ///< the target wants a person's hand first (api::target_paused)
  limit,        ///< a limit of the workflow is reached: a person decides how to go on
  stopped,      ///< stopped on purpose: pause, cancel, drain
};

std::string_view to_string(ec code);

caf::error make_error(ec code, std::string text);
/// The code of an error of ours; ec::refused for CAF's own errors except a timeout (unavailable).
ec code_of(const caf::error& error);
/// The text a person reads: ours without decoration, CAF's own rendered.
std::string describe(const caf::error& error);

ec code_of(store::store_error::kind kind);

}  // namespace crossdock
