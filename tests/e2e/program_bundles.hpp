#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/e2e/program_facts.hpp"

namespace crossdock::testing {

struct bundle_totals {
  std::int64_t users = 0;  ///< bots included
  std::int64_t emoji = 0;
  std::int64_t conversations = 0;
  std::int64_t messages = 0;        ///< replies included, each once
  std::int64_t repeated_roots = 0;  ///< named again by a later import, for the sake of new replies
  std::int64_t replies = 0;
  std::int64_t reactions = 0;
  std::int64_t attachments = 0;
};

/// What an administrator would import, one directory after the other and each in the order of its
/// numbers, checked as the server would: knows nothing of how the bundles were made.
struct bundles_read {
  std::vector<std::filesystem::path> zips;
  std::vector<std::string> problems;  ///< empty when a server would take all of it
  bundle_totals totals;
  conversation_facts facts;
};

/// `max_bytes` is the limit of each zip.
bundles_read read_bundles(const std::vector<std::filesystem::path>& directories,
                          std::int64_t max_bytes);

/// The bundles of a directory, in the order of their numbers.
std::vector<std::filesystem::path> bundles_in(const std::filesystem::path& directory);

}  // namespace crossdock::testing
