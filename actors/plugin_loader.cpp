#include "actors/plugin_loader.hpp"

#include <string>

#include <dlfcn.h>

namespace crossdock {

namespace {

std::string last_dl_error() {
  const char* text = ::dlerror();
  return text ? text : "the reason is unknown";
}

/// A name without a slash would be searched for in the system's library folders.
std::filesystem::path as_given(const std::filesystem::path& path) {
  return path.has_parent_path() ? path : std::filesystem::path(".") / path;
}

}  // namespace

const api::plugin& load_plugin(const std::filesystem::path& path) {
  const std::string file = "plugin " + path.string();
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw plugin_error(file + ": there is no such file");
  }
  void* library = ::dlopen(as_given(path).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) throw plugin_error(file + " cannot be loaded: " + last_dl_error());

  ::dlerror();
  void* symbol = ::dlsym(library, api::plugin_symbol);
  if (!symbol) {
    throw plugin_error(file + " is a shared object, but no crossdock plugin: it does not export " +
                       api::plugin_symbol);
  }
  const auto* plugin = reinterpret_cast<api::plugin_entry*>(symbol)();
  if (!plugin) throw plugin_error(file + ": " + api::plugin_symbol + "() returned no plugin");
  if (plugin->abi != api::abi_version) {
    throw plugin_error(file + " was built for version " + std::to_string(plugin->abi) +
                       " of the plugin API, this program has version " +
                       std::to_string(api::abi_version) +
                       ": build it again with the headers of this release");
  }
  return *plugin;
}

}  // namespace crossdock
