#include "config/environment.hpp"

#include <cstdlib>
#include <fstream>

namespace crossdock::config {
namespace {

std::string too_large(std::size_t max_bytes) {
  return "is larger than " + std::to_string(max_bytes) + " bytes";
}

}  // namespace

std::optional<std::string> process_environment::variable(std::string_view name) const {
  const char* value = std::getenv(std::string(name).c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

environment::file_text process_environment::read(const std::filesystem::path& path,
                                                 std::size_t max_bytes) const {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (error) return {{}, error.message()};
  // Opening a pipe would block, a device may never end.
  if (status.type() != std::filesystem::file_type::regular) return {{}, "is not a regular file"};
  std::ifstream in(path, std::ios::binary);
  if (!in) return {{}, "cannot be opened (permissions?)"};
  std::string text(max_bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return {{}, "cannot be read"};
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > max_bytes) return {{}, too_large(max_bytes)};
  return {std::move(text), {}};
}

std::optional<std::string> fixed_environment::variable(std::string_view name) const {
  const auto found = variables_.find(std::string(name));
  if (found == variables_.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

environment::file_text fixed_environment::read(const std::filesystem::path& path,
                                               std::size_t max_bytes) const {
  const auto found = files_.find(path.string());
  if (found == files_.end()) return {{}, "No such file or directory"};
  if (found->second.size() > max_bytes) return {{}, too_large(max_bytes)};
  return {found->second, {}};
}

}  // namespace crossdock::config
