#include "actors/cli/source_fingerprint.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "actors/core/digest.hpp"

namespace crossdock::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t beginning = 64U << 10;
constexpr std::uintmax_t ending = 1U << 20;

void add_piece(sha256& digest, std::ifstream& in, std::uintmax_t from, std::uintmax_t size) {
  std::string piece(size, '\0');
  in.seekg(static_cast<std::streamoff>(from));
  in.read(piece.data(), static_cast<std::streamsize>(size));
  digest.update(piece);
}

std::string of_file(const fs::path& path) {
  const auto size = fs::file_size(path);
  std::ifstream in(path, std::ios::binary);
  sha256 digest;
  digest.update(std::to_string(size) + '\n');
  add_piece(digest, in, 0, std::min(size, beginning));
  const auto last = std::min(size, ending);
  add_piece(digest, in, size - last, last);
  if (!in) throw std::runtime_error(path.string() + " cannot be read");
  return std::move(digest).hex();
}

std::string of_folder(const fs::path& path) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (!entry.is_regular_file()) continue;
    files.push_back(entry.path().lexically_relative(path).string() + '\n' +
                    std::to_string(entry.file_size()) + '\n');
  }
  std::sort(files.begin(), files.end());
  sha256 digest;
  for (const auto& file : files) digest.update(file);
  return std::move(digest).hex();
}

}  // namespace

std::string source_fingerprint(const std::string& path) {
  return fs::is_directory(path) ? of_folder(path) : of_file(path);
}

}  // namespace crossdock::cli
