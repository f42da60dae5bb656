#pragma once

#include <span>

#include "workflows/api/plugin.hpp"

namespace crossdock {

/// The plugins that are compiled into the program: one per folder named in
/// workflows/CMakeLists.txt.
std::span<const api::plugin* const> builtin_plugins();

}  // namespace crossdock
