#pragma once

#include <filesystem>
#include <stdexcept>

#include "workflows/api/plugin.hpp"

namespace crossdock {

/// A file that cannot be used as a plugin. what() names the file, the reason and what to do.
class plugin_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Loads a shared object and asks it for its plugin (api::plugin_symbol). It is never unloaded: its
/// plugins live as long as the program. Loading the same file again gives the same plugin. Runs
/// code of that file, so only paths that the operator named may come here. Throws plugin_error.
const api::plugin& load_plugin(const std::filesystem::path& path);

}  // namespace crossdock
