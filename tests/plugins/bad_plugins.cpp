// Shared objects that are not what they should be, one per BAD_PLUGIN_* definition.
#include "workflows/api/plugin.hpp"

#if defined(BAD_PLUGIN_OLD_ABI)
extern "C" const crossdock::api::plugin* crossdock_plugin() {
  static const crossdock::api::plugin plugin{.abi = crossdock::api::abi_version + 1,
                                             .name = "from the future",
                                             .sources = {},
                                             .targets = {},
                                             .workflows = {}};
  return &plugin;
}
#elif defined(BAD_PLUGIN_NOTHING)
extern "C" const crossdock::api::plugin* crossdock_plugin() {
  return nullptr;
}
#else
extern "C" int some_other_library() {
  return 0;
}
#endif
