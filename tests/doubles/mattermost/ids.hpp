#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace crossdock::doubles {

/// Milliseconds since 1970, as everywhere in Mattermost's API.
using millis = std::int64_t;

/// Makes 26-character ids in the server's alphabet. The n-th id of a seed is always the same, so a
/// journal that is replayed gives the ids that were given before; their order is random, as it is
/// on a real server. Not thread-safe.
class id_source {
 public:
  explicit id_source(std::uint64_t seed) : seed_(seed) {}
  std::string next();

 private:
  std::uint64_t seed_;
  std::uint64_t count_ = 0;
};

/// 26 letters or digits.
bool is_id(std::string_view text);

/// From the system's clock.
millis system_now();

/// Lower-case hexadecimal.
std::string sha1_hex(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);

}  // namespace crossdock::doubles
