#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/slack_mattermost/mattermost/parts_record.hpp"

/// Part files: what the exporters of a bundle write while they deliver, one append-only file per
/// entity type and lane, `<directory>/<type>/<encoded lane>.part`. A lane has one exporter at a
/// time, so a file has one writer. The text cursor() names the committed length; it is settled
/// together with the entities, and whatever a crash left behind it is cut off when the lane is
/// opened again.
namespace crossdock::mattermost {

/// A part file cannot be read, written or trusted. The text names the file and what the system
/// said.
class part_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A file name for any text: bytes other than [A-Za-z0-9_-] become %XX; the empty text is "~";
/// names that would exceed a file system's limit are cut and end in "~" and the SHA-256 of the
/// whole. Injective.
std::string encode_lane(std::string_view lane);

/// Opens the file of a lane for appending and holds an exclusive lock on it. Use: construct, append
/// the records of one delivery, sync(), return the cursor with the outcomes. Construct it before
/// anything else is decided about the delivery: opening is what removes the remains of a crash. Not
/// thread-safe.
class part_writer {
 public:
  /// `cursor` is what the last settled delivery of the lane returned, empty for none. Throws
  /// part_error: the file is shorter than its cursor, locked by another writer, or cannot be
  /// opened.
  part_writer(const std::filesystem::path& directory, std::string_view type, std::string_view lane,
              std::string_view cursor);
  part_writer(const part_writer&) = delete;
  part_writer& operator=(const part_writer&) = delete;
  ~part_writer();

  /// Throws std::invalid_argument for a path or size no bundle can hold.
  void append(const part_record& record);
  /// Makes everything appended durable and returns the cursor that stands for it.
  std::string sync();

  const std::filesystem::path& path() const { return path_; }

 private:
  void write_buffer();

  std::filesystem::path path_;
  int file_ = -1;
  std::int64_t length_ = 0;  ///< bytes in the file and in the buffer
  std::string buffer_;
};

/// Streams the records of a part file. Memory: one record. Not thread-safe.
class part_reader {
 public:
  /// Starts at byte `offset`, which must be 0 or an earlier offset().
  explicit part_reader(const std::filesystem::path& path, std::int64_t offset = 0);

  /// False at the end of the file. Throws part_error for a broken or incomplete record.
  bool next(part_record& record);
  /// Where the next record begins.
  std::int64_t offset() const { return offset_; }

 private:
  struct closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::size_t read(char* to, std::size_t size);
  [[noreturn]] void fail(std::string_view what) const;

  std::filesystem::path path_;
  std::unique_ptr<std::FILE, closer> file_;
  std::int64_t offset_ = 0;
  std::string body_;
};

/// The part files below `directory`, ordered by (type, lane's file name); none when it does not
/// exist.
std::vector<std::filesystem::path> list_parts(const std::filesystem::path& directory);

}  // namespace crossdock::mattermost
