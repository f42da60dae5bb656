#pragma once

#include <string>

namespace crossdock::cli {

/// Key of a job's pinned configuration.
inline constexpr const char* source_fingerprint_key = "source_fingerprint";

/// Tells one content of a source from another without reading all of it: of a file its size, its
/// beginning and its end (where a zip keeps the checksums of its members), of a folder the names
/// and sizes of its files. Throws std::runtime_error when it cannot be read.
std::string source_fingerprint(const std::string& path);

}  // namespace crossdock::cli
