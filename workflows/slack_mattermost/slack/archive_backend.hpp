#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "workflows/slack_mattermost/slack/archive.hpp"

/// Internal to the archive: what a container format must supply. Nothing here trusts or judges a
/// name or a size; class archive does that in one place for every format.
namespace crossdock::slack {

enum class entry_kind : std::uint8_t { file, folder, link, special };

struct raw_entry {
  std::string name;  ///< as stored; empty when the format cannot tell it
  entry_kind kind = entry_kind::file;
  std::optional<std::uint64_t> size;
  std::string_view refusal;  ///< why the format cannot, or must not, give this entry's bytes
};

/// The bytes of one entry cannot be had; entries after it still can.
class damaged_entry : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One walk over a container, in its own order, which must be the same in every walk.
class entry_cursor {
 public:
  virtual ~entry_cursor() = default;
  /// Moves on; false at the end. What of the current entry was not read is skipped by seeking.
  virtual bool next(raw_entry& entry) = 0;
  /// The next piece of the current file, empty at its end. Valid until the next call. Throws
  /// damaged_entry.
  virtual std::string_view read() = 0;
  /// Bytes the container spent on the current entry so far.
  virtual std::uint64_t consumed() const = 0;
};

class archive_backend {
 public:
  virtual ~archive_backend() = default;
  enum class purpose : std::uint8_t { headers, data };
  virtual std::unique_ptr<entry_cursor> walk(purpose why) const = 0;
  /// The container's own size; nothing for a folder, whose files are not compressed.
  virtual std::optional<std::uint64_t> container_bytes() const = 0;
};

/// Throws archive_error unless the file looks like a zip.
std::unique_ptr<archive_backend> open_zip(const std::string& path);
std::unique_ptr<archive_backend> open_directory(const std::string& path);

/// Text of an errno value.
std::string error_text(int error);

}  // namespace crossdock::slack
