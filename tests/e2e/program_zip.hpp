#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace crossdock::testing {

using zip_members = std::vector<std::pair<std::string, std::string>>;  ///< name, bytes

/// All files of a zip in its order, read by libarchive. Throws std::runtime_error.
zip_members read_zip(const std::filesystem::path& zip);

}  // namespace crossdock::testing
