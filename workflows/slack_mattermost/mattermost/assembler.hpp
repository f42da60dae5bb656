#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "workflows/api/exporter.hpp"
#include "workflows/slack_mattermost/mattermost/lines.hpp"

/// Part files + the source's bytes → import bundles.
///
/// A bundle is a zip `bundle-NNN.zip` with `bundle-NNN.jsonl` at its root and the files it refers
/// to under `data/`. The records of all parts form one sequence, ordered by segment, then part,
/// then place in the part; each bundle holds a stretch of it, so a line refers only to what an
/// earlier line or an earlier bundle defines. Bundles are to be imported in the order of their
/// numbers.
///
/// The same parts, bytes and options give the same bundles, byte for byte.
namespace crossdock::mattermost {

/// The server's default FileSettings.MaxFileSize, which also caps the upload of an import.
inline constexpr std::int64_t default_max_bundle_bytes = std::int64_t{100} * 1024 * 1024;

struct assembler_options {
  std::int64_t max_bundle_bytes = default_max_bundle_bytes;  ///< of the zip file; at least 64 KiB
  version_info version;                                      ///< first line of every bundle
  std::optional<team> own_team;  ///< defined in the first bundle; absent: the server has it
  server_version server = newest_server;
  /// Asked often; true ends assemble() with assembly_stopped.
  std::function<bool()> stop;
};

/// A file that is in no bundle although lines referred to it. The lines no longer do: posts say
/// `[file "name" is missing]` instead, people and bots lost their picture, an emoji is left out.
struct missing_file {
  std::string key;
  std::string path;
  std::string reason;
};

struct bundle_report {
  std::string file;  ///< name in the output directory
  std::int64_t bytes = 0;
  std::string sha256;                         ///< lower-case hex
  std::map<std::string, std::int64_t> lines;  ///< per line type, without "version"
  std::int64_t files = 0;                     ///< under data/
};

struct assembly_report {
  std::vector<bundle_report> bundles;
  std::vector<missing_file> missing;
  std::vector<std::string> dropped_lines;  ///< lines left out because they are nothing without
                                           ///< their file (emoji)
};

/// The parts, options or file system do not allow the bundles; the text says what to do about it.
class assembly_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Thrown when assembler_options::stop said so. The output directory is as it was before.
struct assembly_stopped {};

/// How many bytes of files one record may refer to so that it is sure to fit into a bundle.
/// Exporters give it to split_thread() and turn larger files into links.
std::int64_t record_file_budget(std::int64_t max_bundle_bytes);

using blob_finder = std::function<std::vector<api::blob>(std::span<const std::string> keys)>;

/// Writes the bundles into `output_directory` (created if need be) under temporary names, then puts
/// them in place of any bundles of an earlier run. Repeatable. Memory: bounded by the number of
/// files in one bundle. Disk: old and new bundles exist together for a while. Throws
/// assembly_error, part_error, assembly_stopped, and whatever the two sources throw.
assembly_report assemble(const std::filesystem::path& parts_directory,
                         const std::filesystem::path& output_directory,
                         const assembler_options& options, api::blob_reader& blobs,
                         const blob_finder& find_blobs);

}  // namespace crossdock::mattermost
