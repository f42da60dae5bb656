#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "workflows/slack_mattermost/mattermost/parts_record.hpp"

/// Bytes of a record in a part file. All numbers little-endian:
///
///     u32 magic   u8 segment   u8 flags   u16 0   u32 line bytes   u32 file count   u32 body bytes
///     u32 CRC-32 of everything else in the record
///     body: line, then per file: i64 size, u32 key bytes, u32 path bytes, key, path
namespace crossdock::mattermost::part_format {

inline constexpr std::size_t header_bytes = 24;

struct header {
  segment kind = segment::post;
  bool continuation = false;
  std::uint32_t line_bytes = 0;
  std::uint32_t file_count = 0;
  std::uint32_t body_bytes = 0;
  std::uint32_t checksum = 0;
  std::uint32_t own_checksum = 0;  ///< of the header, to be continued over the body
};

void encode(const part_record& record, std::string& to);

/// False when these are no 24 bytes of a header.
bool decode_header(std::string_view bytes, header& head);

/// False when the body does not match its header. `record` is overwritten, its storage reused.
bool decode_body(const header& head, std::string_view body, part_record& record);

}  // namespace crossdock::mattermost::part_format
