/// rewrite_zip DIRECTORY ZIP...: unpacks zips into DIRECTORY, then writes the same entries into new
/// zips with libarchive, each entry by the method it had, and prints the milliseconds and the
/// unpacked bytes of the writing alone: what a bundle costs when nothing has to be found out.

#include <chrono>
#include <clocale>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

struct entry {
  std::string name;
  fs::path unpacked;
  std::int64_t size = 0;
  bool deflated = false;
};

void check(archive* a, int code) {
  if (code != ARCHIVE_OK) throw std::runtime_error(archive_error_string(a));
}

std::vector<entry> unpack(const std::string& zip, const fs::path& folder) {
  const std::unique_ptr<archive, decltype(&archive_read_free)> in(archive_read_new(),
                                                                  &archive_read_free);
  check(in.get(), archive_read_support_format_zip(in.get()));
  check(in.get(), archive_read_open_filename(in.get(), zip.c_str(), 1 << 18));
  std::vector<entry> entries;
  std::vector<char> piece(1 << 18);
  archive_entry* header = nullptr;
  int more = ARCHIVE_OK;
  // A warning is about a name that the locale cannot show.
  while ((more = archive_read_next_header(in.get(), &header)) == ARCHIVE_OK ||
         more == ARCHIVE_WARN) {
    entry item{archive_entry_pathname(header), folder / std::to_string(entries.size()), 0, false};
    std::ofstream out(item.unpacked, std::ios::binary);
    la_ssize_t got = 0;
    while ((got = archive_read_data(in.get(), piece.data(), piece.size())) > 0) {
      out.write(piece.data(), got);
      item.size += got;
    }
    if (got < 0 || !out.flush()) throw std::runtime_error("cannot unpack " + zip);
    item.deflated =
        std::string_view(archive_format_name(in.get())).find("deflation") != std::string_view::npos;
    entries.push_back(std::move(item));
  }
  if (more != ARCHIVE_EOF) throw std::runtime_error(archive_error_string(in.get()));
  return entries;
}

void write(const std::vector<entry>& entries, const fs::path& zip) {
  const std::unique_ptr<archive, decltype(&archive_write_free)> out(archive_write_new(),
                                                                    &archive_write_free);
  check(out.get(), archive_write_set_format_zip(out.get()));
  check(out.get(),
        archive_write_set_options(out.get(), "zip:compression=deflate,zip:compression-level=6"));
  const int file = ::open(zip.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) throw std::runtime_error("cannot create " + zip.string());
  check(out.get(), archive_write_open_fd(out.get(), file));
  std::vector<char> piece(1 << 18);
  for (const auto& item : entries) {
    const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> header(archive_entry_new(),
                                                                               &archive_entry_free);
    archive_entry_copy_pathname(header.get(), item.name.c_str());
    archive_entry_set_filetype(header.get(), AE_IFREG);
    archive_entry_set_perm(header.get(), 0644);
    archive_entry_set_size(header.get(), item.size);
    check(out.get(), item.deflated ? archive_write_zip_set_compression_deflate(out.get())
                                   : archive_write_zip_set_compression_store(out.get()));
    check(out.get(), archive_write_header(out.get(), header.get()));
    std::ifstream in(item.unpacked, std::ios::binary);
    while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0) {
      const auto size = static_cast<std::size_t>(in.gcount());
      if (archive_write_data(out.get(), piece.data(), size) != in.gcount()) {
        throw std::runtime_error(archive_error_string(out.get()));
      }
    }
  }
  check(out.get(), archive_write_close(out.get()));
  if (::fsync(file) != 0) throw std::runtime_error("cannot sync " + zip.string());
  ::close(file);
}

int run(const std::vector<std::string>& arguments) {
  const fs::path folder = arguments.at(0);
  std::chrono::nanoseconds took{};
  std::int64_t bytes = 0;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const auto unpacked = folder / ("unpacked-" + std::to_string(i));
    fs::create_directories(unpacked);
    const auto entries = unpack(arguments[i], unpacked);
    for (const auto& item : entries) bytes += item.size;
    const auto began = std::chrono::steady_clock::now();
    write(entries, folder / ("rewritten-" + std::to_string(i) + ".zip"));
    took += std::chrono::steady_clock::now() - began;
  }
  std::cout << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << ' ' << bytes
            << '\n';
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    std::setlocale(LC_CTYPE, "C.UTF-8");
    if (count < 3) throw std::runtime_error("usage: rewrite_zip DIRECTORY ZIP...");
    return run({arguments + 1, arguments + count});
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
