#include "workflows/api/entity.hpp"

namespace crossdock::api {

std::string hash_lane(std::string_view external_id, unsigned count) {
  // FNV-1a: tiny, stable across machines and releases, which is all that lanes need.
  std::uint64_t hash = 14695981039346656037ULL;
  for (unsigned char c : external_id) hash = (hash ^ c) * 1099511628211ULL;
  std::string digits = std::to_string(hash % count);
  return "h" + std::string(digits.size() < 2 ? 1 : 0, '0') + digits;
}

}  // namespace crossdock::api
