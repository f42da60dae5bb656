#include "workflows/slack_mattermost/mattermost/parts_format.hpp"

#include <limits>
#include <stdexcept>
#include <type_traits>

#include <zlib.h>

namespace crossdock::mattermost::part_format {

namespace {

constexpr std::uint32_t magic = 0x31504443;  // "CDP1"
constexpr std::uint8_t continuation_flag = 1;
constexpr std::size_t file_head_bytes = 16;
constexpr std::size_t checked_header_bytes = header_bytes - 4;

template <class Number>
void put(std::string& to, Number value) {
  const auto bits = static_cast<std::make_unsigned_t<Number>>(value);
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    to.push_back(static_cast<char>((bits >> (8 * i)) & 0xFF));
  }
}

template <class Number>
Number take(std::string_view& from) {
  std::make_unsigned_t<Number> bits = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    const auto byte = static_cast<unsigned char>(from[i]);
    bits |= static_cast<std::make_unsigned_t<Number>>(byte) << (8 * i);
  }
  from.remove_prefix(sizeof(Number));
  return static_cast<Number>(bits);
}

std::uint32_t length_of(std::size_t size) {
  if (size > std::numeric_limits<std::uint32_t>::max()) {
    throw std::invalid_argument("a record of 4 GiB or more");
  }
  return static_cast<std::uint32_t>(size);
}

std::uint32_t checksum_of(std::string_view bytes, std::uint32_t before = 0) {
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  return static_cast<std::uint32_t>(crc32_z(before, data, bytes.size()));
}

std::size_t body_size(const part_record& record) {
  std::size_t size = record.line.size();
  for (const auto& file : record.files) {
    size += file_head_bytes + file.key.size() + file.path.size();
  }
  return size;
}

}  // namespace

void encode(const part_record& record, std::string& to) {
  const auto body_bytes = length_of(body_size(record));
  const auto start = to.size();
  put<std::uint32_t>(to, magic);
  put<std::uint8_t>(to, static_cast<std::uint8_t>(record.kind));
  put<std::uint8_t>(to, record.continuation ? continuation_flag : 0);
  put<std::uint16_t>(to, 0);
  put<std::uint32_t>(to, length_of(record.line.size()));
  put<std::uint32_t>(to, length_of(record.files.size()));
  put<std::uint32_t>(to, body_bytes);
  put<std::uint32_t>(to, 0);
  to.append(record.line);
  for (const auto& file : record.files) {
    put<std::int64_t>(to, file.size);
    put<std::uint32_t>(to, length_of(file.key.size()));
    put<std::uint32_t>(to, length_of(file.path.size()));
    to.append(file.key).append(file.path);
  }
  const auto written = std::string_view(to).substr(start);
  std::string checksum;
  put<std::uint32_t>(checksum, checksum_of(written.substr(header_bytes),
                                           checksum_of(written.substr(0, checked_header_bytes))));
  to.replace(start + checked_header_bytes, checksum.size(), checksum);
}

bool decode_header(std::string_view bytes, header& head) {
  if (bytes.size() != header_bytes) return false;
  head.own_checksum = checksum_of(bytes.substr(0, checked_header_bytes));
  if (take<std::uint32_t>(bytes) != magic) return false;
  const auto kind = take<std::uint8_t>(bytes);
  const auto flags = take<std::uint8_t>(bytes);
  const auto zero = take<std::uint16_t>(bytes);
  if (kind >= segment_names.size() || flags > continuation_flag || zero != 0) return false;
  head.kind = static_cast<segment>(kind);
  head.continuation = flags == continuation_flag;
  head.line_bytes = take<std::uint32_t>(bytes);
  head.file_count = take<std::uint32_t>(bytes);
  head.body_bytes = take<std::uint32_t>(bytes);
  head.checksum = take<std::uint32_t>(bytes);
  return head.line_bytes <= head.body_bytes &&
         head.file_count <= (head.body_bytes - head.line_bytes) / file_head_bytes;
}

bool decode_body(const header& head, std::string_view body, part_record& record) {
  if (body.size() != head.body_bytes) return false;
  if (checksum_of(body, head.own_checksum) != head.checksum) return false;
  record.kind = head.kind;
  record.continuation = head.continuation;
  record.line.assign(body.substr(0, head.line_bytes));
  body.remove_prefix(head.line_bytes);
  record.files.resize(head.file_count);
  for (auto& file : record.files) {
    if (body.size() < file_head_bytes) return false;
    file.size = take<std::int64_t>(body);
    const std::size_t key_bytes = take<std::uint32_t>(body);
    const std::size_t path_bytes = take<std::uint32_t>(body);
    if (file.size < 0 || key_bytes + path_bytes > body.size()) return false;
    file.key.assign(body.substr(0, key_bytes));
    file.path.assign(body.substr(key_bytes, path_bytes));
    body.remove_prefix(key_bytes + path_bytes);
  }
  return body.empty();
}

}  // namespace crossdock::mattermost::part_format
