#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "workflows/slack_mattermost/mattermost/assembler.hpp"
#include "workflows/slack_mattermost/mattermost/assembler_zip.hpp"

/// The source's bytes on their way into a bundle.
namespace crossdock::mattermost {

/// By the file's extension: already compressed, so that deflating it would only cost time. None of
/// these types is text.
bool is_compressed_type(std::string_view path);

/// Begins like an HTML page: what a server sends instead of a file to those who are not logged in.
bool begins_like_web_page(std::string_view head);

/// Files known to be missing, in the order in which that was found out; each path once.
class missing_files {
 public:
  void add(const bundle_file& file, std::string reason);
  bool contains(std::string_view path) const { return paths_.count(std::string(path)) != 0; }
  bool empty() const { return list_.empty(); }
  const std::vector<missing_file>& list() const { return list_; }

 private:
  std::unordered_set<std::string> paths_;
  std::vector<missing_file> list_;
};

/// Thrown when a file broke off after part of it was in the zip. It is in the missing files now;
/// the zip is to be thrown away and begun anew.
struct zip_spoiled {};

/// Writes `files` (distinct paths) to `zip` under data/; those whose bytes cannot be had become
/// missing: unknown to the source, of another size than announced, unreadable, or a web page under
/// the name of another type. Returns how many were written. Throws zip_spoiled.
std::int64_t write_files(const std::vector<bundle_file>& files, zip_writer& zip,
                         api::blob_reader& blobs, const blob_finder& find_blobs,
                         missing_files& missing, const std::function<void()>& check_stop);

}  // namespace crossdock::mattermost
