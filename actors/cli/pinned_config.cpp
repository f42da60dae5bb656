#include "actors/cli/pinned_config.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <boost/json/parse.hpp>

namespace crossdock::cli {

namespace {

namespace json = boost::json;

void compare(const json::value& one, const json::value& other, const std::string& name,
             std::vector<std::string>& found) {
  if (one == other) return;
  if (!one.is_object() || !other.is_object()) {
    found.push_back(name);
    return;
  }
  std::set<std::string> keys;
  for (const auto* side : {&one, &other}) {
    for (const auto& member : side->get_object()) keys.emplace(member.key());
  }
  for (const auto& key : keys) {
    const auto* a = one.get_object().if_contains(key);
    const auto* b = other.get_object().if_contains(key);
    const auto path = name.empty() ? key : name + '.' + key;
    if (a && b) {
      compare(*a, *b, path, found);
    } else {
      found.push_back(path);
    }
  }
}

}  // namespace

std::vector<std::string> differences(std::string_view one, std::string_view other) {
  std::vector<std::string> found;
  compare(json::parse(one), json::parse(other), {}, found);
  std::erase(found, "digest");
  return found;
}

}  // namespace crossdock::cli
