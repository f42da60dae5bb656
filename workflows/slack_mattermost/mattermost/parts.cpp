#include "workflows/slack_mattermost/mattermost/parts.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include <fcntl.h>
#include <openssl/sha.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workflows/slack_mattermost/mattermost/parts_format.hpp"
#include "workflows/slack_mattermost/mattermost/rules.hpp"

namespace crossdock::mattermost {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t buffer_bytes = 1 << 20;
constexpr std::size_t max_encoded_lane = 180;  // below 255 with hash and extension
constexpr std::size_t read_buffer_bytes = 1 << 18;

[[noreturn]] void fail_with_errno(const fs::path& path, std::string_view action) {
  const int code = errno;
  throw part_error("cannot " + std::string(action) + " " + path.string() + ": " +
                   std::strerror(code));
}

/// Makes the names in a directory durable.
void sync_directory(const fs::path& directory) {
  const int handle = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) fail_with_errno(directory, "open");
  const int result = ::fsync(handle);
  const int code = errno;
  ::close(handle);
  errno = code;
  if (result != 0) fail_with_errno(directory, "sync");
}

std::string hex_sha256(std::string_view text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  std::string hex;
  for (const unsigned char byte : digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    hex.push_back(digits[byte >> 4]);
    hex.push_back(digits[byte & 0xF]);
  }
  return hex;
}

std::int64_t length_in(std::string_view cursor, const fs::path& path) {
  if (cursor.empty()) return 0;
  std::int64_t length = 0;
  const auto end = cursor.data() + cursor.size();
  const auto [stop, error] = std::from_chars(cursor.data(), end, length);
  if (error != std::errc() || stop != end || length < 0) {
    throw part_error("the cursor of " + path.string() + " is no length: " + std::string(cursor));
  }
  return length;
}

void check_file(const bundle_file& file) {
  if (const auto bad = check_bundle_path(file.path)) {
    throw std::invalid_argument("the bundle path \"" + file.path + "\" " + bad->detail);
  }
  if (file.size < 0) throw std::invalid_argument("the size of " + file.path + " is negative");
}

}  // namespace

std::string encode_lane(std::string_view lane) {
  if (lane.empty()) return "~";
  std::string name;
  for (const char c : lane) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-';
    if (plain) {
      name.push_back(c);
    } else {
      constexpr std::string_view digits = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      name.push_back('%');
      name.push_back(digits[byte >> 4]);
      name.push_back(digits[byte & 0xF]);
    }
  }
  if (name.size() <= max_encoded_lane) return name;
  return name.substr(0, max_encoded_lane - 65) + "~" + hex_sha256(lane);
}

part_writer::part_writer(const fs::path& directory, std::string_view type, std::string_view lane,
                         std::string_view cursor)
    : path_(directory / encode_lane(type) / (encode_lane(lane) + ".part")) {
  length_ = length_in(cursor, path_);
  std::error_code error;
  fs::create_directories(path_.parent_path(), error);
  if (error) {
    throw part_error("cannot create " + path_.parent_path().string() + ": " + error.message());
  }
  // A file that has to have content is not created: its absence is an error.
  const int create = length_ == 0 ? O_CREAT : 0;
  file_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC | create, 0644);
  if (file_ < 0) fail_with_errno(path_, "open");
  try {
    if (::flock(file_, LOCK_EX | LOCK_NB) != 0) fail_with_errno(path_, "lock");
    struct stat status {};
    if (::fstat(file_, &status) != 0) fail_with_errno(path_, "examine");
    if (status.st_size < length_) {
      throw part_error(path_.string() + " has " + std::to_string(status.st_size) + " bytes, but " +
                       std::to_string(length_) +
                       " were settled: it was changed or restored from elsewhere");
    }
    if (::ftruncate(file_, length_) != 0) fail_with_errno(path_, "truncate");
    if (::lseek(file_, length_, SEEK_SET) < 0) fail_with_errno(path_, "seek in");
    if (length_ == 0) {
      sync_directory(path_.parent_path());
      sync_directory(directory);
    }
  } catch (...) {
    ::close(file_);
    throw;
  }
}

part_writer::~part_writer() {
  ::close(file_);
}

void part_writer::append(const part_record& record) {
  for (const auto& file : record.files) check_file(file);
  const auto before = buffer_.size();
  part_format::encode(record, buffer_);
  length_ += static_cast<std::int64_t>(buffer_.size() - before);
  if (buffer_.size() >= buffer_bytes) write_buffer();
}

std::string part_writer::sync() {
  write_buffer();
  if (::fdatasync(file_) != 0) fail_with_errno(path_, "sync");
  return std::to_string(length_);
}

void part_writer::write_buffer() {
  for (std::string_view rest = buffer_; !rest.empty();) {
    const auto written = ::write(file_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_with_errno(path_, "write to");
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

part_reader::part_reader(const fs::path& path, std::int64_t offset)
    : path_(path), file_(std::fopen(path.c_str(), "rbe")), offset_(offset) {
  if (!file_) fail_with_errno(path_, "open");
  std::setvbuf(file_.get(), nullptr, _IOFBF, read_buffer_bytes);
  if (offset != 0 && ::fseeko(file_.get(), offset, SEEK_SET) != 0)
    fail_with_errno(path_, "seek in");
}

bool part_reader::next(part_record& record) {
  char head_bytes[part_format::header_bytes];
  const auto got = read(head_bytes, sizeof head_bytes);
  if (got == 0) return false;
  part_format::header head;
  if (!part_format::decode_header({head_bytes, got}, head)) fail("no record begins");
  // A length that the file cannot hold must not become an allocation.
  constexpr std::size_t piece = 1 << 24;
  body_.clear();
  while (body_.size() < head.body_bytes) {
    const auto have = body_.size();
    const auto want = std::min<std::size_t>(piece, head.body_bytes - have);
    body_.resize(have + want);
    if (read(body_.data() + have, want) != want) fail("an incomplete record begins");
  }
  if (!part_format::decode_body(head, body_, record)) fail("a damaged record begins");
  offset_ += static_cast<std::int64_t>(sizeof head_bytes + body_.size());
  return true;
}

std::size_t part_reader::read(char* to, std::size_t size) {
  const auto got = std::fread(to, 1, size, file_.get());
  if (got < size && std::ferror(file_.get())) fail_with_errno(path_, "read");
  return got;
}

void part_reader::fail(std::string_view what) const {
  throw part_error(path_.string() + ": " + std::string(what) + " at byte " +
                   std::to_string(offset_));
}

std::vector<fs::path> list_parts(const fs::path& directory) {
  std::vector<fs::path> parts;
  if (!fs::exists(directory)) return parts;
  for (const auto& type : fs::directory_iterator(directory)) {
    if (!type.is_directory()) continue;
    for (const auto& file : fs::directory_iterator(type.path())) {
      if (file.path().extension() == ".part") parts.push_back(file.path());
    }
  }
  std::sort(parts.begin(), parts.end(), [](const fs::path& left, const fs::path& right) {
    const auto left_type = left.parent_path().filename().native();
    const auto right_type = right.parent_path().filename().native();
    return left_type != right_type ? left_type < right_type
                                   : left.filename().native() < right.filename().native();
  });
  return parts;
}

}  // namespace crossdock::mattermost
