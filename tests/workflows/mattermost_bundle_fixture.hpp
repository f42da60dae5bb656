#pragma once

#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <locale.h>
#include <stdlib.h>

#include "workflows/slack_mattermost/mattermost/assembler.hpp"
#include "workflows/slack_mattermost/mattermost/parts.hpp"

/// Helpers of the tests of part files and bundles.
namespace crossdock::mattermost::testing_tools {

namespace fs = std::filesystem;

class temporary_directory {
 public:
  temporary_directory() {
    std::string pattern = (fs::temp_directory_path() / "crossdock-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = pattern;
  }
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  ~temporary_directory() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  fs::path operator/(const std::string& name) const { return path_ / name; }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

inline std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

inline void write_file(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

/// Names and bytes of all files in a directory.
inline std::map<std::string, std::string> snapshot(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    files[entry.path().filename().string()] = read_file(entry.path());
  }
  return files;
}

/// Blobs in memory, some of them broken.
class memory_blobs final : public api::blob_reader {
 public:
  struct item {
    std::string bytes;
    std::int64_t announced = -1;  ///< size that find() says; -1: the true one
    std::string fails;            ///< reason; empty: it can be read
    std::size_t fails_after = 0;  ///< bytes delivered before it fails
    bool silent = false;          ///< never mentioned by read()
  };

  void add(const std::string& key, std::string bytes) { items[key].bytes = std::move(bytes); }

  std::vector<api::blob> find(std::span<const std::string> keys) const {
    std::vector<api::blob> found;
    for (const auto& key : keys) {
      const auto at = items.find(key);
      if (at == items.end()) continue;
      const auto size = at->second.announced >= 0
                            ? at->second.announced
                            : static_cast<std::int64_t>(at->second.bytes.size());
      found.push_back({key, "in-source/" + key, size});
    }
    return found;
  }

  blob_finder finder() const {
    return [this](std::span<const std::string> keys) { return find(keys); };
  }

  void read(std::span<const api::blob> wanted, const sink& to) override {
    ++readings;
    std::map<std::string, api::blob> ordered;
    for (const auto& one : wanted) ordered.emplace(one.key, one);
    for (const auto& [key, one] : ordered) deliver(one, items.at(key), to);
  }

  std::map<std::string, item> items;
  int readings = 0;

 private:
  static void deliver(const api::blob& one, const item& what, const sink& to) {
    if (what.silent) return;
    if (!what.fails.empty() && what.fails_after == 0) return to.failed(one, what.fails);
    to.begin(one);
    const auto bytes = what.fails.empty() ? what.bytes : what.bytes.substr(0, what.fails_after);
    for (std::size_t at = 0; at < bytes.size(); at += 700) to.data(bytes.substr(at, 700));
    if (what.fails.empty()) {
      to.end();
    } else {
      to.failed(one, what.fails);
    }
  }
};

struct zip_content {
  std::vector<std::string> names;  ///< in the order of the file
  std::map<std::string, std::string> files;
};

/// Reads a zip back with libarchive.
inline zip_content read_zip(const fs::path& path) {
  zip_content content;
  const std::unique_ptr<archive, int (*)(archive*)> in(archive_read_new(), archive_read_free);
  archive_read_support_format_zip_seekable(in.get());
  if (archive_read_open_filename(in.get(), path.c_str(), 1 << 16) != ARCHIVE_OK) {
    throw std::runtime_error("cannot open " + path.string());
  }
  // libarchive gives names in the thread's character set.
  const std::unique_ptr<std::remove_pointer_t<locale_t>, void (*)(locale_t)> utf8(
      ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr), ::freelocale);
  const auto before = ::uselocale(utf8.get());
  archive_entry* entry = nullptr;
  while (archive_read_next_header(in.get(), &entry) == ARCHIVE_OK) {
    std::string bytes;
    char buffer[1 << 15];
    la_ssize_t got = 0;
    while ((got = archive_read_data(in.get(), buffer, sizeof buffer)) > 0) {
      bytes.append(buffer, static_cast<std::size_t>(got));
    }
    if (got < 0) throw std::runtime_error(archive_error_string(in.get()));
    content.names.emplace_back(archive_entry_pathname(entry));
    content.files[content.names.back()] = std::move(bytes);
  }
  ::uselocale(before);
  return content;
}

inline std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace crossdock::mattermost::testing_tools
