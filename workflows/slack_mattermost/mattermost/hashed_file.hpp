#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include <openssl/evp.h>

namespace crossdock::mattermost {

/// A new file that is hashed and written by a thread of its own, while the caller makes the next
/// bytes: to compress and to hash cost about the same. At most `max_waiting` pieces wait, then
/// append() does. One caller thread. Failures are told in words, since append() is called through
/// libarchive, which no exception may cross.
class hashed_file {
 public:
  /// Creates or replaces `path`. Throws assembly_error.
  explicit hashed_file(const std::filesystem::path& path);
  hashed_file(const hashed_file&) = delete;
  hashed_file& operator=(const hashed_file&) = delete;
  /// Removes the file unless close() was reached.
  ~hashed_file();

  /// False: failure() says why, and nothing more is taken.
  bool append(std::string_view data);
  std::string failure() const;

  struct result {
    std::int64_t bytes = 0;
    std::string sha256;
  };
  /// Completes the file and makes it durable. Throws assembly_error.
  result close();

  /// What was appended so far, written or not.
  std::int64_t bytes() const { return bytes_; }

 private:
  struct free_digest {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };

  void hand_over();
  void finish();
  void work();
  std::string put(std::string_view piece);  ///< empty, or what went wrong

  static constexpr std::size_t piece_bytes = 1 << 18;
  static constexpr std::size_t max_waiting = 8;

  const std::filesystem::path path_;
  int file_ = -1;
  std::unique_ptr<EVP_MD_CTX, free_digest> digest_;
  std::int64_t bytes_ = 0;
  std::string piece_;  ///< what the caller fills
  bool complete_ = false;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> waiting_;  ///< guarded, as the two below
  bool ended_ = false;
  std::string failure_;
  std::thread thread_;
};

}  // namespace crossdock::mattermost
