#include "workflows/slack_mattermost/mattermost/hashed_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "workflows/slack_mattermost/mattermost/assembler.hpp"

namespace crossdock::mattermost {

namespace {

std::string hex(const unsigned char* bytes, unsigned count) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < count; ++i) {
    text.push_back(digits[bytes[i] >> 4]);
    text.push_back(digits[bytes[i] & 0xF]);
  }
  return text;
}

}  // namespace

hashed_file::hashed_file(const std::filesystem::path& path)
    : path_(path), digest_(EVP_MD_CTX_new()) {
  if (!digest_) throw std::bad_alloc();
  if (EVP_DigestInit_ex(digest_.get(), EVP_sha256(), nullptr) != 1) {
    throw assembly_error("no SHA-256 for " + path.string());
  }
  piece_.reserve(piece_bytes);
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file_ < 0)
    throw assembly_error("cannot create " + path.string() + ": " + std::strerror(errno));
  thread_ = std::thread([this] { work(); });
}

hashed_file::~hashed_file() {
  if (thread_.joinable()) finish();
  ::close(file_);
  if (!complete_) ::unlink(path_.c_str());
}

bool hashed_file::append(std::string_view data) {
  bytes_ += static_cast<std::int64_t>(data.size());
  while (!data.empty()) {
    const auto part = data.substr(0, piece_bytes - piece_.size());
    piece_.append(part);
    data.remove_prefix(part.size());
    if (piece_.size() == piece_bytes) hand_over();
  }
  return failure().empty();
}

std::string hashed_file::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

hashed_file::result hashed_file::close() {
  hand_over();
  finish();
  if (failure_.empty() && ::fsync(file_) != 0) failure_ = std::strerror(errno);
  if (!failure_.empty()) throw assembly_error("cannot write " + path_.string() + ": " + failure_);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (EVP_DigestFinal_ex(digest_.get(), digest, &length) != 1) {
    throw assembly_error("no SHA-256 for " + path_.string());
  }
  complete_ = true;
  return {bytes_, hex(digest, length)};
}

void hashed_file::hand_over() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.size() < max_waiting; });
  waiting_.push_back(std::move(piece_));
  changed_.notify_all();
  lock.unlock();
  piece_.clear();
  piece_.reserve(piece_bytes);
}

void hashed_file::finish() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void hashed_file::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const auto piece = std::move(waiting_.front());
    waiting_.pop_front();
    changed_.notify_all();
    if (!failure_.empty()) continue;  // the caller must not wait for ever
    lock.unlock();
    auto failure = put(piece);
    lock.lock();
    failure_ = std::move(failure);
  }
}

std::string hashed_file::put(std::string_view piece) {
  if (EVP_DigestUpdate(digest_.get(), piece.data(), piece.size()) != 1) return "no SHA-256";
  while (!piece.empty()) {
    const auto written = ::write(file_, piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::strerror(errno);
    piece.remove_prefix(static_cast<std::size_t>(written));
  }
  // Only a start: the disk then has little left to do when all must be durable. A file system that
  // cannot do this loses nothing but time.
  ::sync_file_range(file_, 0, 0, SYNC_FILE_RANGE_WRITE);
  return {};
}

}  // namespace crossdock::mattermost
