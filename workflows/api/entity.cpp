#include "workflows/api/entity.hpp"

namespace crossdock::api {

namespace {

/// FNV-1a: tiny, stable across machines and releases, which is all that lanes need.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (unsigned char c : text) hash = (hash ^ c) * 1099511628211ULL;
  return hash;
}

}  // namespace

std::string_view to_string(finding::kind kind) {
  switch (kind) {
    case finding::kind::rejected: return "rejected";
    case finding::kind::left_out: return "left_out";
    case finding::kind::changed: return "changed";
    case finding::kind::note: break;
  }
  return "note";
}

std::string hash_lane(std::string_view external_id, unsigned count) {
  std::string digits = std::to_string(hash_of(external_id) % count);
  return "h" + std::string(digits.size() < 2 ? 1 : 0, '0') + digits;
}

staged_entity unordered_entity(std::string type, std::string external_id, std::string raw,
                               std::string refs) {
  auto lane = hash_lane(external_id);
  const auto place = static_cast<std::int64_t>(hash_of(external_id) >> 1);
  return {std::move(type), std::move(external_id), std::move(lane), place,
          place,           std::move(raw),         std::move(refs)};
}

}  // namespace crossdock::api
