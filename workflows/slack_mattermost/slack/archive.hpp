#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/api/stage.hpp"
#include "workflows/slack_mattermost/slack/archive_member.hpp"

namespace crossdock::slack {

/// What an archive may cost. Each limit is checked on what the archive declares and again on the
/// bytes that come out; passing one throws archive_error, which names the member and the limit.
struct archive_limits {
  std::uint64_t max_member_bytes = 16ULL << 30;  ///< one member, uncompressed
  std::uint64_t max_total_bytes = 1ULL << 40;    ///< all members, uncompressed
  /// Uncompressed over compressed bytes, of one member and of the whole archive. Day files reach
  /// about 20; only bombs and blank pictures pass 200. Not looked at below ratio_floor_bytes.
  std::uint64_t max_ratio = 200;
  std::uint64_t ratio_floor_bytes = 16ULL << 20;
  std::uint64_t max_members = 2'000'000;  ///< files and folders
  std::uint64_t max_path_bytes = 1024;
  std::uint64_t max_depth = 32;  ///< parts of a path
};

/// The archive cannot be used, or must not be. The text says what to do.
class archive_error : public api::source_error {
 public:
  using api::source_error::source_error;
};

/// Where paths start.
enum class root_rule : std::uint8_t {
  export_lists,  ///< at the shallowest folder that holds channels.json or users.json
  top,           ///< at the archive's top: for an emoji dump, which has no such lists
};

class archive_backend;

/// A Slack export: a zip or a plain folder. Opening walks over all names once, without reading a
/// member, and throws archive_error for
/// - a path that is missing, empty, truncated, or no zip;
/// - a member that is a link, a device, encrypted, compressed by another method than deflate, or
/// has
///   a name that leads elsewhere;
/// - two members of one name; a limit passed; no export inside, or several side by side.
///
/// Names are taken as UTF-8 whatever the zip's flag bit 11 says, since Slack does not set it.
/// (Names that have the flag come in Unicode's form NFC, libarchive's choice.)
///
/// Memory does not grow with the members' sizes. It grows with their number while a walk runs:
/// about 200 bytes for each in a zip, and the names of the folders on the current path in a
/// directory.
///
/// Every call walks anew with a handle of its own, so that const methods may run in several
/// threads.
class archive {
 public:
  struct sink {
    std::function<void(const member&)> begin;
    /// The pieces are valid during the call only.
    std::function<void(std::string_view)> data;
    std::function<void(const member&)> end;
    /// The member's bytes are damaged, perhaps after some were handed over; comes instead of `end`.
    /// Without it such a member throws archive_error.
    std::function<void(const member&, std::string_view reason)> failed;
    /// Asked after each chosen member: true ends the walk early. Optional.
    std::function<bool()> enough;
  };

  archive(std::string path, const archive_limits& limits, root_rule rule,
          std::unique_ptr<archive_backend> backend);
  ~archive();
  archive(const archive&) = delete;
  archive& operator=(const archive&) = delete;

  /// All members, junk included, in the archive's own order: the order of storage in a zip, byte
  /// order of the paths in a folder.
  void for_each_member(const std::function<void(const member&)>& use) const;

  /// One pass: streams those members that `wanted` chooses, in the archive's own order. Members
  /// with an invalid name are never offered.
  void read(const std::function<bool(const member&)>& wanted, const sink& to) const;

  const std::string& path() const { return path_; }
  /// The folder inside the archive that paths are relative to: "" or "name/".
  const std::string& root() const { return root_; }
  /// Files and folders.
  std::uint64_t entries() const { return entries_; }
  /// Sum of the declared sizes.
  std::uint64_t total_bytes() const { return total_bytes_; }

 private:
  class checked_walk;
  class root_finder;

  void scan(root_rule rule);
  void name_duplicates(const std::vector<std::size_t>& hashes) const;
  void stream(checked_walk& walk, const member& item, const sink& to) const;
  void place(member& item) const;

  std::string path_;
  archive_limits limits_;
  std::unique_ptr<archive_backend> backend_;
  std::string root_;
  std::uint64_t entries_ = 0;
  std::uint64_t total_bytes_ = 0;
};

/// Opens a zip file or a folder by what lies at `path`.
std::unique_ptr<archive> open_archive(const std::string& path, const archive_limits& limits = {},
                                      root_rule rule = root_rule::export_lists);

}  // namespace crossdock::slack
