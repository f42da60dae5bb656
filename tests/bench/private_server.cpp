#include "tests/bench/private_server.hpp"

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace crossdock::bench {

namespace fs = std::filesystem;

namespace {

/// Open to the user that the server runs as, who may be another one.
fs::path make_folder() {
  std::string pattern = (fs::temp_directory_path() / "crossdock-bench-XXXXXX").string();
  if (!mkdtemp(pattern.data())) {
    throw std::system_error(errno, std::generic_category(), "mkdtemp " + pattern);
  }
  fs::permissions(pattern, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
  return pattern;
}

}  // namespace

private_server::private_server() : folder_(make_folder()) {
  try {
    store::local_cluster::options options;
    options.directory = folder_ / "cluster";
    cluster_ = std::make_unique<store::local_cluster>(options);
    connect().migrate();
  } catch (...) {
    cluster_.reset();
    fs::remove_all(folder_);
    throw;
  }
}

private_server::~private_server() {
  cluster_.reset();
  std::error_code ignored;  // a leftover in the temporary folder harms nobody
  fs::remove_all(folder_, ignored);
}

}  // namespace crossdock::bench
