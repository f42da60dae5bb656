#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace crossdock {

/// SHA-256 of bytes that arrive in pieces.
class sha256 {
 public:
  sha256();
  ~sha256();
  sha256(sha256&&) noexcept;
  sha256& operator=(sha256&&) noexcept;

  sha256& update(std::string_view bytes);
  /// The digest in lower-case hex, 64 characters. Once; the object is spent.
  std::string hex() &&;

 private:
  struct context;
  std::unique_ptr<context> context_;
};

std::string sha256_hex(std::string_view bytes);
/// Reads to the end. Throws std::runtime_error when reading fails.
std::string sha256_hex(std::istream& in);

}  // namespace crossdock
