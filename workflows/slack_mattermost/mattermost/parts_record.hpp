#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What exporters hand over and the assembler puts into bundles.
namespace crossdock::mattermost {

/// Line types of the JSONL file in the order in which they must stand there; the importer drains
/// its workers whenever the type changes, so each type forms one segment.
enum class segment : std::uint8_t {
  version,
  emoji,
  team,
  channel,
  user,
  bot,
  post,
  direct_channel,
  direct_post,
};

/// The `type` of a line, in the order of the enum.
inline constexpr std::array<std::string_view, 9> segment_names = {
    "version", "emoji", "team", "channel", "user", "bot", "post", "direct_channel", "direct_post"};

inline std::string_view name_of(segment kind) {
  return segment_names.at(static_cast<std::size_t>(kind));
}

/// A file that a line refers to.
struct bundle_file {
  std::string key;        ///< api::blob::key
  std::string path;       ///< relative to data/ in the bundle; see check_bundle_path()
  std::int64_t size = 0;  ///< api::blob::size; other bytes than these are treated as missing
};

/// One line and the files it refers to.
struct part_record {
  segment kind = segment::post;
  /// The line repeats the root of the record before it, to carry more of its replies
  /// (split_thread()).
  bool continuation = false;
  std::string line;  ///< JSON, without the newline
  std::vector<bundle_file> files;
};

}  // namespace crossdock::mattermost
