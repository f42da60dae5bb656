#include "tests/tools/slack_export/zip_writer.hpp"

#include <stdexcept>
#include <utility>

#include <archive.h>
#include <archive_entry.h>

namespace crossdock::tools {
namespace {

constexpr std::size_t buffer_limit = 1U << 20U;
constexpr std::int64_t fixed_time = 1'735'689'600;  // 2025-01-01, after the last possible message

}  // namespace

void zip_writer::archive_free::operator()(archive* handle) const {
  archive_write_free(handle);
}

zip_writer::zip_writer(const std::string& path, int compression) : archive_(archive_write_new()) {
  check(archive_write_set_format_zip(archive_.get()));
  check(archive_write_set_format_option(archive_.get(), "zip", "compression-level",
                                        std::to_string(compression).c_str()));
  check(archive_write_open_filename(archive_.get(), path.c_str()));
}

zip_writer::~zip_writer() = default;

void zip_writer::begin(std::string name, method how) {
  name_ = std::move(name);
  method_ = how;
  header_written_ = false;
  size_ = 0;
}

void zip_writer::write(std::string_view bytes) {
  size_ += static_cast<std::int64_t>(bytes.size());
  pending_ += bytes;
  if (pending_.size() < buffer_limit) return;
  if (!header_written_) write_header(false);
  flush();
}

std::int64_t zip_writer::end() {
  if (!header_written_) write_header(true);
  flush();
  check(archive_write_finish_entry(archive_.get()));
  return size_;
}

std::int64_t zip_writer::add(std::string name, std::string_view bytes) {
  begin(std::move(name));
  write(bytes);
  return end();
}

void zip_writer::close() {
  check(archive_write_close(archive_.get()));
}

void zip_writer::write_header(bool size_known) {
  check(method_ == method::store ? archive_write_zip_set_compression_store(archive_.get())
                                 : archive_write_zip_set_compression_deflate(archive_.get()));
  const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                       archive_entry_free);
  archive_entry_set_pathname_utf8(entry.get(), name_.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  archive_entry_set_uid(entry.get(), 0);
  archive_entry_set_gid(entry.get(), 0);
  archive_entry_set_mtime(entry.get(), fixed_time, 0);
  if (size_known) archive_entry_set_size(entry.get(), size_);
  check(archive_write_header(archive_.get(), entry.get()));
  header_written_ = true;
}

void zip_writer::flush() {
  if (pending_.empty()) return;
  if (archive_write_data(archive_.get(), pending_.data(), pending_.size()) < 0) {
    throw std::runtime_error(archive_error_string(archive_.get()));
  }
  pending_.clear();
}

void zip_writer::check(int result) {
  if (result != ARCHIVE_OK) throw std::runtime_error(archive_error_string(archive_.get()));
}

}  // namespace crossdock::tools
