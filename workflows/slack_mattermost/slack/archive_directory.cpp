#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workflows/slack_mattermost/slack/archive_backend.hpp"

namespace crossdock::slack {
namespace {

constexpr std::size_t piece_bytes = 256U << 10;

class descriptor {
 public:
  explicit descriptor(int value = -1) : value_(value) {}
  ~descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  descriptor(descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  int get() const { return value_; }
  bool valid() const { return value_ >= 0; }

 private:
  int value_;
};

entry_kind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return entry_kind::file;
  if (S_ISDIR(mode)) return entry_kind::folder;
  if (S_ISLNK(mode)) return entry_kind::link;
  return entry_kind::special;
}

/// Walks a tree by descriptors, so that nothing that is renamed meanwhile leads out of it.
class directory_cursor final : public entry_cursor {
 public:
  explicit directory_cursor(const std::string& path) : root_(path) {
    enter(AT_FDCWD, path, "", O_DIRECTORY);
  }

  bool next(raw_entry& entry) override {
    file_ = descriptor();
    read_ = 0;
    if (!pending_folder_.empty()) {
      const auto name = std::exchange(pending_folder_, {});
      enter(levels_.back().folder.get(), name, levels_.back().prefix + name + '/',
            O_DIRECTORY | O_NOFOLLOW);
    }
    while (!levels_.empty() && levels_.back().names.empty()) levels_.pop_back();
    if (levels_.empty()) return false;
    auto& level = levels_.back();
    name_ = std::move(level.names.back());
    level.names.pop_back();
    if (name_.ends_with('/')) name_.pop_back();
    describe(level, entry);
    return true;
  }

  std::string_view read() override {
    if (!file_.valid()) {
      // O_NONBLOCK: should a pipe have taken the file's place, opening it must not wait.
      file_ = descriptor(::openat(levels_.back().folder.get(), name_.c_str(),
                                  O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
      if (!file_.valid()) throw damaged_entry(error_text(errno));
      struct stat status {};
      if (::fstat(file_.get(), &status) != 0) throw damaged_entry(error_text(errno));
      if (!S_ISREG(status.st_mode)) throw damaged_entry("it is no file any more");
      buffer_.resize(piece_bytes);
    }
    for (;;) {
      const auto size = ::read(file_.get(), buffer_.data(), buffer_.size());
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) throw damaged_entry(error_text(errno));
      read_ += static_cast<std::uint64_t>(size);
      return {buffer_.data(), static_cast<std::size_t>(size)};
    }
  }

  std::uint64_t consumed() const override { return read_; }

 private:
  struct level {
    descriptor folder;
    std::string prefix;  ///< from the top, with "/" at the end unless empty
    /// Still to come, the next one last; folders end with "/", which gives the byte order of paths.
    std::vector<std::string> names;
  };

  void enter(int parent, const std::string& name, std::string prefix, int flags) {
    level entered;
    entered.folder = descriptor(::openat(parent, name.c_str(), O_RDONLY | O_CLOEXEC | flags));
    entered.prefix = std::move(prefix);
    if (!entered.folder.valid()) fail(entered.prefix);
    list(entered);
    std::ranges::sort(entered.names, std::greater{});
    levels_.push_back(std::move(entered));
  }

  void list(level& entered) {
    const int copy = ::fcntl(entered.folder.get(), F_DUPFD_CLOEXEC, 0);
    if (copy < 0) fail(entered.prefix);
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::fdopendir(copy), &::closedir);
    if (!folder) {
      ::close(copy);
      fail(entered.prefix);
    }
    for (;;) {
      errno = 0;
      const dirent* found = ::readdir(folder.get());
      if (found == nullptr) break;
      std::string name = found->d_name;
      if (name == "." || name == "..") continue;
      if (is_folder(entered.folder.get(), *found)) name += '/';
      entered.names.push_back(std::move(name));
    }
    if (errno != 0) fail(entered.prefix);
  }

  static bool is_folder(int parent, const dirent& found) {
    if (found.d_type != DT_UNKNOWN) return found.d_type == DT_DIR;
    struct stat status {};
    return ::fstatat(parent, found.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(status.st_mode);
  }

  void describe(const level& in, raw_entry& entry) {
    struct stat status {};
    entry.name = in.prefix + name_;
    if (::fstatat(in.folder.get(), name_.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      fail(entry.name);
    }
    entry.kind = kind_of(status.st_mode);
    entry.refusal = {};
    entry.size.reset();
    if (entry.kind == entry_kind::file) entry.size = static_cast<std::uint64_t>(status.st_size);
    if (entry.kind == entry_kind::folder) pending_folder_ = name_;
  }

  [[noreturn]] void fail(const std::string& where) const {
    const int error = errno;
    throw archive_error(root_ + '/' + where + ": " + error_text(error));
  }

  std::string root_;
  std::vector<level> levels_;
  std::string pending_folder_;  ///< reported by the last next(), entered by the coming one
  std::string name_;
  descriptor file_;
  std::string buffer_;
  std::uint64_t read_ = 0;
};

class directory_backend final : public archive_backend {
 public:
  explicit directory_backend(std::string path) : path_(std::move(path)) {}
  std::unique_ptr<entry_cursor> walk(purpose /*why*/) const override {
    return std::make_unique<directory_cursor>(path_);
  }
  std::optional<std::uint64_t> container_bytes() const override { return std::nullopt; }

 private:
  std::string path_;
};

}  // namespace

std::unique_ptr<archive_backend> open_directory(const std::string& path) {
  return std::make_unique<directory_backend>(path);
}

}  // namespace crossdock::slack
