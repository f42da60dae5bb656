#include "workflows/slack_mattermost/mattermost/assembler_zip.hpp"

#include <cerrno>

#include <archive_entry.h>

#include "workflows/slack_mattermost/mattermost/assembler.hpp"

namespace crossdock::mattermost {

namespace {

/// libarchive sets the flag "this name is UTF-8" only in a UTF-8 locale. This makes it so for the
/// calling thread while a name is written, whatever the process runs under.
class thread_locale {
 public:
  explicit thread_locale(locale_t locale) : before_(::uselocale(locale)) {}
  thread_locale(const thread_locale&) = delete;
  thread_locale& operator=(const thread_locale&) = delete;
  ~thread_locale() { ::uselocale(before_); }

 private:
  locale_t before_;
};

}  // namespace

void zip_writer::closers::operator()(archive_entry* entry) const {
  archive_entry_free(entry);
}

zip_writer::zip_writer(const std::filesystem::path& path)
    : path_(path), file_(path), entry_(archive_entry_new()), archive_(archive_write_new()) {
  if (!entry_ || !archive_) throw std::bad_alloc();
  check(archive_write_set_format_zip(archive_.get()));
  // Pinned: defaults may change with the library.
  check(
      archive_write_set_options(archive_.get(), "zip:compression=deflate,zip:compression-level=6"));
  // Unbuffered: the file collects.
  check(archive_write_set_bytes_per_block(archive_.get(), 0));
  check(archive_write_open2(archive_.get(), this, nullptr, &write_callback, nullptr, nullptr));
  utf8_ = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (utf8_ == nullptr) throw assembly_error("this system has no locale C.UTF-8; install it");
}

zip_writer::~zip_writer() {
  // The archive may still want to write its end: it goes first, into a file that is removed.
  archive_.reset();
  ::freelocale(utf8_);
}

void zip_writer::begin_entry(const std::string& name, std::optional<std::int64_t> size,
                             bool compress) {
  const thread_locale utf8(utf8_);
  check(compress ? archive_write_zip_set_compression_deflate(archive_.get())
                 : archive_write_zip_set_compression_store(archive_.get()));
  archive_entry_clear(entry_.get());
  archive_entry_copy_pathname(entry_.get(), name.c_str());
  archive_entry_set_filetype(entry_.get(), AE_IFREG);
  archive_entry_set_perm(entry_.get(), 0644);
  archive_entry_set_uid(entry_.get(), 0);
  archive_entry_set_gid(entry_.get(), 0);
  // No time at all: a zip stores local time, so that even a fixed one would depend on TZ.
  if (size) archive_entry_set_size(entry_.get(), *size);
  check(archive_write_header(archive_.get(), entry_.get()));
}

void zip_writer::write(std::string_view data) {
  while (!data.empty()) {
    const auto written = archive_write_data(archive_.get(), data.data(), data.size());
    if (written <= 0) fail("an entry took less data than it was announced to hold");
    data.remove_prefix(static_cast<std::size_t>(written));
  }
}

void zip_writer::end_entry() {
  check(archive_write_finish_entry(archive_.get()));
}

hashed_file::result zip_writer::close() {
  check(archive_write_close(archive_.get()));
  return file_.close();
}

std::int64_t zip_writer::bound(std::string_view name, std::int64_t size) {
  // Deflate's worst case is below 0.1 % over stored; two headers carry the name, all else is fixed.
  constexpr std::int64_t headers = 320;
  return size + size / 1000 + headers + 2 * static_cast<std::int64_t>(name.size());
}

la_ssize_t zip_writer::write_callback(archive* a, void* self, const void* data, size_t size) {
  auto& file = static_cast<zip_writer*>(self)->file_;
  if (file.append({static_cast<const char*>(data), size})) return static_cast<la_ssize_t>(size);
  archive_set_error(a, EIO, "%s", file.failure().c_str());
  return -1;
}

void zip_writer::check(int code) const {
  if (code == ARCHIVE_OK) return;
  const char* reason = archive_error_string(archive_.get());
  fail(reason == nullptr ? "unknown error of libarchive" : reason);
}

void zip_writer::fail(const std::string& what) const {
  throw assembly_error("cannot write " + path_.string() + ": " + what);
}

}  // namespace crossdock::mattermost
