#include "workflows/slack_mattermost/mattermost/assembler_files.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

namespace crossdock::mattermost {

namespace {

constexpr std::size_t keys_per_question = 1000;
constexpr std::size_t head_bytes = 512;

constexpr auto compressed_extensions = std::to_array<std::string_view>(
    {"7z",   "aac",  "ai",  "apk", "avi",  "avif",  "br",   "bz2",  "docm", "docx", "epub",
     "flac", "flv",  "gif", "gz",  "heic", "heif",  "jar",  "jpeg", "jpg",  "jxl",  "key",
     "lz4",  "m4a",  "m4v", "mkv", "mov",  "mp3",   "mp4",  "mpeg", "mpg",  "odp",  "ods",
     "odt",  "oga",  "ogg", "ogv", "opus", "pdf",   "png",  "pptm", "pptx", "rar",  "tgz",
     "webm", "webp", "wma", "wmv", "woff", "woff2", "xlsm", "xlsx", "xz",   "zip",  "zst"});

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) { return lower(c); });
  return result;
}

/// Answers of the source for all keys, asked in pieces.
std::unordered_map<std::string, api::blob> find_all(const std::vector<bundle_file>& files,
                                                    const blob_finder& find_blobs) {
  std::unordered_map<std::string, api::blob> found;
  std::vector<std::string> keys;
  const auto ask = [&] {
    if (keys.empty()) return;
    for (auto& item : find_blobs(keys)) {
      auto key = item.key;
      found.insert_or_assign(std::move(key), std::move(item));
    }
    keys.clear();
  };
  std::unordered_set<std::string_view> asked;
  for (const auto& file : files) {
    if (!asked.insert(file.key).second) continue;
    keys.push_back(file.key);
    if (keys.size() == keys_per_question) ask();
  }
  ask();
  return found;
}

/// Takes the pieces of one blob after the other and writes them as entries.
class entry_sink {
 public:
  entry_sink(zip_writer& zip, missing_files& missing, const std::function<void()>& check_stop)
      : zip_(zip), missing_(missing), check_stop_(check_stop) {}

  /// One reading: every key at most once.
  void read(api::blob_reader& blobs, const std::vector<const bundle_file*>& files,
            const std::unordered_map<std::string, api::blob>& found) {
    std::vector<api::blob> wanted;
    waiting_.clear();
    for (const auto* file : files) {
      waiting_.emplace(file->key, file);
      wanted.push_back(found.at(file->key));
    }
    api::blob_reader::sink sink;
    sink.begin = [this](const api::blob& item) { begin(item); };
    sink.data = [this](std::string_view piece) { data(piece); };
    sink.end = [this] { end(); };
    sink.failed = [this](const api::blob& item, std::string_view reason) { failed(item, reason); };
    blobs.read(wanted, sink);
    for (const auto* file : files) {
      if (waiting_.count(file->key) != 0) missing_.add(*file, "the source did not deliver it");
    }
  }

  std::int64_t written() const { return written_; }

 private:
  void begin(const api::blob& item) {
    check_stop_();
    const auto found = waiting_.find(item.key);
    current_ = found == waiting_.end() ? nullptr : found->second;
    if (current_ != nullptr) waiting_.erase(found);
    head_.clear();
    received_ = 0;
    open_ = false;
    refused_ = false;
  }

  void data(std::string_view piece) {
    check_stop_();
    if (current_ == nullptr || refused_) return;
    received_ += static_cast<std::int64_t>(piece.size());
    if (received_ > current_->size) return give_up("is longer than the source announced");
    if (open_) return zip_.write(piece);
    head_.append(piece);
    if (head_.size() >= head_bytes) open();
  }

  void end() {
    if (current_ == nullptr) return;
    if (!refused_ && received_ != current_->size) give_up("is shorter than the source announced");
    if (!refused_ && !open_) open();
    if (!refused_) {
      zip_.end_entry();
      ++written_;
    }
    current_ = nullptr;
  }

  void failed(const api::blob& item, std::string_view reason) {
    if (current_ != nullptr && current_->key == item.key) {
      if (!refused_) give_up(reason);
      current_ = nullptr;
    } else if (const auto found = waiting_.find(item.key); found != waiting_.end()) {
      missing_.add(*found->second, std::string(reason));
      waiting_.erase(found);
    }
  }

  void open() {
    const bool compressed = is_compressed_type(current_->path);
    if (compressed && begins_like_web_page(head_)) {
      return give_up("is a web page instead of the file");
    }
    zip_.begin_entry("data/" + current_->path, current_->size, !compressed);
    zip_.write(head_);
    open_ = true;
  }

  void give_up(std::string_view reason) {
    missing_.add(*current_, std::string(reason));
    if (open_) throw zip_spoiled{};
    refused_ = true;
  }

  zip_writer& zip_;
  missing_files& missing_;
  const std::function<void()>& check_stop_;
  std::unordered_map<std::string_view, const bundle_file*> waiting_;
  const bundle_file* current_ = nullptr;
  std::string head_;  ///< what came before the entry was begun
  std::int64_t received_ = 0;
  bool open_ = false;
  bool refused_ = false;
  std::int64_t written_ = 0;
};

}  // namespace

bool is_compressed_type(std::string_view path) {
  const auto dot = path.rfind('.');
  if (dot == std::string_view::npos) return false;
  return std::binary_search(compressed_extensions.begin(), compressed_extensions.end(),
                            lower(path.substr(dot + 1)));
}

bool begins_like_web_page(std::string_view head) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (head.substr(0, byte_order_mark.size()) == byte_order_mark) {
    head.remove_prefix(byte_order_mark.size());
  }
  head.remove_prefix(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
  const auto begins_with = [text = lower(head.substr(0, 16))](std::string_view tag) {
    return text.compare(0, tag.size(), tag) == 0;
  };
  return begins_with("<!doctype html") || begins_with("<html");
}

void missing_files::add(const bundle_file& file, std::string reason) {
  if (paths_.insert(file.path).second) list_.push_back({file.key, file.path, std::move(reason)});
}

std::int64_t write_files(const std::vector<bundle_file>& files, zip_writer& zip,
                         api::blob_reader& blobs, const blob_finder& find_blobs,
                         missing_files& missing, const std::function<void()>& check_stop) {
  const auto found = find_all(files, find_blobs);
  std::vector<const bundle_file*> pending;
  for (const auto& file : files) {
    const auto item = found.find(file.key);
    if (item == found.end()) {
      missing.add(file, "the source has no such file");
    } else if (item->second.size != file.size) {
      missing.add(file, "has " + std::to_string(item->second.size) + " bytes in the source, but " +
                            std::to_string(file.size) + " were announced");
    } else {
      pending.push_back(&file);
    }
  }
  entry_sink sink(zip, missing, check_stop);
  // Several paths of one key need several readings: a zip takes one entry at a time.
  while (!pending.empty()) {
    std::vector<const bundle_file*> now;
    std::vector<const bundle_file*> later;
    std::unordered_set<std::string_view> keys;
    for (const auto* file : pending) (keys.insert(file->key).second ? now : later).push_back(file);
    sink.read(blobs, now, found);
    pending = std::move(later);
  }
  return sink.written();
}

}  // namespace crossdock::mattermost
