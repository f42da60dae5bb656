#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <archive.h>
#include <locale.h>

#include "workflows/slack_mattermost/mattermost/hashed_file.hpp"

namespace crossdock::mattermost {

/// Writes one zip file whose bytes depend on its content alone: no times, owners or other traces of
/// the machine. Names are UTF-8 and marked so. Not thread-safe; used on one thread.
class zip_writer {
 public:
  /// Creates or replaces `path`. Throws assembly_error.
  explicit zip_writer(const std::filesystem::path& path);
  zip_writer(const zip_writer&) = delete;
  zip_writer& operator=(const zip_writer&) = delete;
  /// Removes the file unless close() was reached.
  ~zip_writer();

  /// `size` must be given if it is known: the entry is then readable by the oldest zip tools too.
  /// Exactly `size` bytes must follow.
  void begin_entry(const std::string& name, std::optional<std::int64_t> size, bool compress);
  void write(std::string_view data);
  void end_entry();

  /// Completes the file and makes it durable.
  hashed_file::result close();

  /// What is in the file so far; entries may still have some data in their compressor.
  std::int64_t bytes_written() const { return file_.bytes(); }

  /// More than an entry of this content can add to a zip file, deflated or stored.
  static std::int64_t bound(std::string_view name, std::int64_t size);
  /// More than the end of a zip file needs.
  static constexpr std::int64_t end_bound = 512;

 private:
  struct closers {
    void operator()(archive* a) const { archive_write_free(a); }
    void operator()(archive_entry* entry) const;
  };

  static la_ssize_t write_callback(archive* a, void* self, const void* data, size_t size);
  void check(int code) const;
  [[noreturn]] void fail(const std::string& what) const;

  std::filesystem::path path_;
  hashed_file file_;
  locale_t utf8_ = nullptr;
  std::unique_ptr<archive_entry, closers> entry_;
  std::unique_ptr<archive, closers> archive_;
};

}  // namespace crossdock::mattermost
