#include "tests/e2e/program_zip.hpp"

#include <clocale>
#include <memory>
#include <stdexcept>

#include <archive.h>
#include <archive_entry.h>

namespace crossdock::testing {

zip_members read_zip(const std::filesystem::path& path) {
  // libarchive converts names into the locale's characters.
  if (!std::setlocale(LC_CTYPE, "C.UTF-8")) throw std::runtime_error("no locale C.UTF-8");
  const std::unique_ptr<archive, int (*)(archive*)> zip(archive_read_new(), archive_read_free);
  const auto fail = [&] {
    throw std::runtime_error(path.string() + ": " + archive_error_string(zip.get()));
  };
  archive_read_support_format_zip(zip.get());
  if (archive_read_open_filename(zip.get(), path.c_str(), 1U << 16U) != ARCHIVE_OK) fail();
  zip_members members;
  archive_entry* entry = nullptr;
  int status = ARCHIVE_OK;
  while ((status = archive_read_next_header(zip.get(), &entry)) == ARCHIVE_OK) {
    auto& bytes = members.emplace_back(archive_entry_pathname(entry), "").second;
    char block[65'536];
    la_ssize_t got = 0;
    while ((got = archive_read_data(zip.get(), block, sizeof block)) > 0) {
      bytes.append(block, static_cast<std::size_t>(got));
    }
    if (got < 0) fail();
  }
  if (status != ARCHIVE_EOF) fail();
  return members;
}

}  // namespace crossdock::testing
