#include "observability/redaction.hpp"

#include <algorithm>
#include <cctype>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "observability/escape.hpp"

namespace crossdock {

namespace {

constexpr std::string_view replacement = "[secret]";

struct registry {
  std::shared_mutex mutex;
  std::set<std::string, std::less<>> secrets;
};

registry& the_registry() {
  // Never destroyed: threads may log while the program ends.
  static auto* instance = new registry;
  return *instance;
}

std::string json_escaped(std::string_view text) {
  std::string result;
  logging::append_escaped(result, text, logging::escape_style::json);
  return result;
}

/// As in a URL (RFC 3986); both spellings of the hex digits are in use.
std::string percent_encoded(std::string_view text, bool upper_case) {
  std::string result;
  for (const unsigned char c : text) {
    if (std::isalnum(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      result += static_cast<char>(c);
    } else {
      result += upper_case ? fmt::format("%{:02X}", c) : fmt::format("%{:02x}", c);
    }
  }
  return result;
}

using range = std::pair<std::size_t, std::size_t>;  ///< begin, end

/// Where any secret stands in `text`, in order of begin; they may overlap.
std::vector<range> occurrences(std::string_view text) {
  std::vector<range> found;
  auto& known = the_registry();
  const std::shared_lock lock(known.mutex);
  for (const auto& secret : known.secrets) {
    for (auto at = text.find(secret); at != std::string_view::npos;
         at = text.find(secret, at + 1)) {
      found.emplace_back(at, at + secret.size());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

void register_secret(std::string_view value) {
  if (value.empty()) return;
  auto& known = the_registry();
  const std::unique_lock lock(known.mutex);
  known.secrets.emplace(value);
  known.secrets.insert(json_escaped(value));
  known.secrets.insert(percent_encoded(value, true));
  known.secrets.insert(percent_encoded(value, false));
}

std::string redact(std::string_view text) {
  std::string result;
  std::size_t done = 0;
  for (const auto& [begin, end] : occurrences(text)) {
    if (begin >= done) {
      result += text.substr(done, begin - done);
      result += replacement;
    }
    // One that overlaps the last is part of the same replacement: no piece of either stays.
    done = std::max(done, end);
  }
  result += text.substr(done);
  return result;
}

}  // namespace crossdock
