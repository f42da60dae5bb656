#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace crossdock::tools {

/// What file number N is: a function of the number, so that its bytes can be written long after the
/// message that carries it.
struct file_facts {
  std::string id;
  std::string_view mode;  ///< hosted, snippet, external, tombstone or hidden_by_limit
  std::string name;
  std::int64_t size = 0;

  bool has_bytes() const { return mode == "hosted"; }
};

/// `mean_size` is that of the files that get bytes.
file_facts facts_of_file(std::int64_t number, std::uint64_t seed, std::int64_t mean_size);

/// The element of `files[]`. Tombstones carry nothing but id and mode.
boost::json::object file_json(const file_facts& file, std::string_view user, std::int64_t second);

}  // namespace crossdock::tools
