#include <array>
#include <cerrno>
#include <fstream>
#include <utility>

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <sys/stat.h>

#include "workflows/slack_mattermost/slack/archive_backend.hpp"

namespace crossdock::slack {
namespace {

using handle = std::unique_ptr<struct ::archive, decltype(&::archive_read_free)>;

/// Header walks jump from header to header: large blocks would be read for nothing.
constexpr std::size_t header_block_bytes = 4U << 10;
constexpr std::size_t data_block_bytes = 128U << 10;
/// Each damaged member may cost a walk over the headers before it.
constexpr int max_reopenings = 256;

/// libarchive converts names that are marked as UTF-8 to the thread's locale, and drops them in the
/// "C" locale, which is what a program has that never called setlocale().
class utf8_locale {
 public:
  utf8_locale() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (locale_ == nullptr) {
      throw archive_error("the system lacks the locale C.UTF-8, which reading zip names needs");
    }
  }
  ~utf8_locale() { ::freelocale(locale_); }
  utf8_locale(const utf8_locale&) = delete;
  utf8_locale& operator=(const utf8_locale&) = delete;

  /// Makes it the thread's locale for a while.
  class use {
   public:
    explicit use(const utf8_locale& what) : previous_(::uselocale(what.locale_)) {}
    ~use() { ::uselocale(previous_); }
    use(const use&) = delete;
    use& operator=(const use&) = delete;

   private:
    ::locale_t previous_;
  };

 private:
  ::locale_t locale_;
};

std::string message_of(struct ::archive* reader) {
  const char* text = ::archive_error_string(reader);
  return text != nullptr ? text : "unknown error";
}

entry_kind kind_of(struct ::archive_entry* entry) {
  if (::archive_entry_hardlink(entry) != nullptr) return entry_kind::link;
  switch (::archive_entry_filetype(entry)) {
    case AE_IFREG: return entry_kind::file;
    case AE_IFDIR: return entry_kind::folder;
    case AE_IFLNK: return entry_kind::link;
    default: return entry_kind::special;
  }
}

class zip_cursor final : public entry_cursor {
 public:
  zip_cursor(const std::string& path, std::size_t block_bytes)
      : path_(path), block_bytes_(block_bytes) {
    open();
  }

  bool next(raw_entry& entry) override {
    if (reopen_) open_behind_damage();
    auto* header = next_header();
    if (header == nullptr) return false;
    const char* name = ::archive_entry_pathname(header);
    entry.name = name != nullptr ? name : "";
    entry.kind = kind_of(header);
    entry.refusal = refusal_of(header);
    entry.size.reset();
    if (::archive_entry_size_is_set(header) != 0) {
      entry.size = static_cast<std::uint64_t>(::archive_entry_size(header));
    }
    start_ = position();
    return true;
  }

  std::string_view read() override {
    const void* data = nullptr;
    std::size_t size = 0;
    ::la_int64_t offset = 0;
    for (;;) {
      const int result = ::archive_read_data_block(reader_.get(), &data, &size, &offset);
      if (result == ARCHIVE_EOF) return {};
      if (result == ARCHIVE_RETRY) continue;
      if (result != ARCHIVE_OK) {
        reopen_ = result == ARCHIVE_FATAL;
        throw damaged_entry(message_of(reader_.get()));
      }
      if (size > 0) return {static_cast<const char*>(data), size};
    }
  }

  std::uint64_t consumed() const override { return position() - start_; }

 private:
  /// Only the two methods that every tool writes: LZMA and PPMd members can ask for 4 GiB of memory
  /// in a few bytes, which libarchive grants.
  std::string_view refusal_of(struct ::archive_entry* header) const {
    if (::archive_entry_is_encrypted(header) != 0) {
      return "it is encrypted; pack the export without a password";
    }
    const char* format = ::archive_format_name(reader_.get());  // "ZIP 2.0 (deflation)"
    const std::string_view method = format != nullptr ? format : "";
    if (method.ends_with("(deflation)") || method.ends_with("(uncompressed)")) return {};
    return "it is compressed by another method than deflate; pack the export again with deflate";
  }

  void open() {
    reader_.reset(::archive_read_new());
    if (!reader_) throw std::bad_alloc();
    ::archive_read_support_format_zip_seekable(reader_.get());
    if (::archive_read_open_filename(reader_.get(), path_.c_str(), block_bytes_) != ARCHIVE_OK) {
      throw archive_error(path_ + ": " + message_of(reader_.get()));
    }
    entries_ = 0;
  }

  /// After a fatal error the handle is of no use; the members behind the damaged one still are.
  void open_behind_damage() {
    if (++reopenings_ > max_reopenings) {
      throw archive_error(path_ + " is damaged in more than " + std::to_string(max_reopenings) +
                          " members; get another copy");
    }
    reopen_ = false;
    const auto target = entries_;
    open();
    while (entries_ < target && next_header() != nullptr) {
    }
  }

  struct ::archive_entry* next_header() {
    const utf8_locale::use names(locale_);
    struct ::archive_entry* header = nullptr;
    int result = ARCHIVE_RETRY;
    while (result == ARCHIVE_RETRY) result = ::archive_read_next_header(reader_.get(), &header);
    if (result == ARCHIVE_EOF) return nullptr;
    // A warning is about a name, which is checked later, or an attribute that is of no interest.
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
      throw archive_error(path_ + " is damaged behind member " + std::to_string(entries_) + ": " +
                          message_of(reader_.get()) + "; get another copy");
    }
    ++entries_;
    return header;
  }

  std::uint64_t position() const {
    return static_cast<std::uint64_t>(::archive_filter_bytes(reader_.get(), -1));
  }

  std::string path_;
  std::size_t block_bytes_;
  utf8_locale locale_;
  handle reader_{nullptr, &::archive_read_free};
  std::uint64_t entries_ = 0;
  std::uint64_t start_ = 0;
  bool reopen_ = false;
  int reopenings_ = 0;
};

class zip_backend final : public archive_backend {
 public:
  zip_backend(std::string path, std::uint64_t bytes) : path_(std::move(path)), bytes_(bytes) {}

  std::unique_ptr<entry_cursor> walk(purpose why) const override {
    return std::make_unique<zip_cursor>(
        path_, why == purpose::headers ? header_block_bytes : data_block_bytes);
  }
  std::optional<std::uint64_t> container_bytes() const override { return bytes_; }

 private:
  std::string path_;
  std::uint64_t bytes_;
};

/// Says what is wrong with a file that has no readable end of a zip.
std::string describe_start(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return ": " + error_text(errno);
  std::array<char, 2> start{};
  file.read(start.data(), start.size());
  if (file && start == std::array{'P', 'K'}) {
    return " is a zip that is cut off or damaged: its directory is missing; get another copy";
  }
  return " is not a zip archive";
}

}  // namespace

std::unique_ptr<archive_backend> open_zip(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) throw archive_error(path + ": " + error_text(errno));
  if (status.st_size == 0) throw archive_error(path + " is empty (0 bytes)");
  try {
    zip_cursor(path, header_block_bytes);
  } catch (const archive_error&) {
    throw archive_error(path + describe_start(path));
  }
  return std::make_unique<zip_backend>(path, static_cast<std::uint64_t>(status.st_size));
}

}  // namespace crossdock::slack
