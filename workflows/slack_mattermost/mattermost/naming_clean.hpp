#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workflows/slack_mattermost/mattermost/naming.hpp"

namespace crossdock::mattermost {

/// Which characters a kind of name may hold beside lower-case letters and digits, and where.
struct name_alphabet {
  std::string_view extra;      ///< allowed beside [a-z0-9]
  std::string_view not_first;  ///< of these, none at the beginning
  std::string_view not_last;   ///< and none at the end
  std::size_t max_bytes = 64;
};

/// `wanted` in the alphabet: lower-case, letters of other alphabets spelled in ASCII, letters
/// without a spelling as `u` and their code point in hex, everything else one '-', trimmed,
/// shortened. Empty when no character of `wanted` could be kept readable. What was done is appended
/// to `changes`.
std::string clean_name(std::string_view wanted, const name_alphabet& alphabet,
                       std::vector<name_change>& changes);

/// `base` with "-<number>", base shortened so that the whole fits into `max_bytes`.
std::string with_suffix(std::string_view base, unsigned number, std::size_t max_bytes);

}  // namespace crossdock::mattermost
