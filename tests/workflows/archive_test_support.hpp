#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workflows/slack_mattermost/slack/archive.hpp"
#include "workflows/slack_mattermost/slack/json_elements.hpp"

/// Makes archives, good and bad, for the archive tests.
namespace crossdock::slack::test {

/// A folder of its own that goes away with the object.
class temporary_folder {
 public:
  temporary_folder();
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  std::string operator/(std::string_view name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

using named_texts = std::vector<std::pair<std::string, std::string>>;

/// A well-formed zip, written by libarchive, members in the order given.
void write_zip(const std::string& path, const named_texts& members);
/// The same as a folder.
void write_folder(const std::string& path, const named_texts& members);
void write_file(const std::string& path, std::string_view bytes);
std::string read_file(const std::string& path);

/// A zip member with every field under the test's control.
struct zip_record {
  std::string name;
  std::string data = {};
  bool deflated = false;
  std::uint16_t flags = 0;
  std::uint32_t mode = 0100644;     ///< Unix mode, in the external attributes
  int method = -1;                  ///< declared compression method instead of the true one
  std::int64_t declared_size = -1;  ///< instead of the data's own size
  std::int64_t declared_crc = -1;
};
std::string zip_bytes(const std::vector<zip_record>& records);

inline constexpr std::uint16_t encrypted_flag = 1;
inline constexpr std::uint16_t utf8_flag = 1 << 11;

/// All members of an opened archive, in its order.
std::vector<member> members_of(const archive& from);
/// The bytes of all members that are read, by path; a damaged member's text is "damaged".
std::map<std::string, std::string> contents_of(const archive& from);
/// The text of the archive_error that opening gives, or "" when it opens.
std::string opening_error(const std::string& path, const archive_limits& limits = {},
                          root_rule rule = root_rule::export_lists);

/// What a splitter told, with copies.
struct told_element {
  std::uint64_t index;
  std::uint64_t offset;
  std::string text;
  boost::json::object value;
  bool altered;
};
struct splitting {
  std::vector<told_element> elements;
  std::vector<rejection> rejections;

  std::vector<std::string> texts() const;
  std::vector<std::string> reasons() const;
  element_sink sink();
};
splitting split_text(std::string_view text, std::size_t piece = 1 << 16,
                     const element_limits& limits = {});

}  // namespace crossdock::slack::test
