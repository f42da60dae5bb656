#pragma once

#include "observability/logging.hpp"

namespace crossdock {

/// The engine's own logger.
inline spdlog::logger& engine_log() {
  static const auto logger = logging::logger("engine");
  return *logger;
}

}  // namespace crossdock
