#include "actors/core/type_order.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace crossdock {

namespace {

std::string joined(std::span<const std::string> names, std::string_view separator) {
  std::string result;
  for (const auto& name : names) {
    if (!result.empty()) result += separator;
    result += name;
  }
  return result;
}

std::string describe(type_order_error::kind kind, std::span<const std::string> names) {
  switch (kind) {
    case type_order_error::kind::cycle:
      return "types wait for each other: " + joined(names, " after ");
    case type_order_error::kind::unknown:
      return "type " + names[0] + " comes after " + names[1] +
             ", which is no type of this workflow";
    case type_order_error::kind::duplicate: break;
  }
  return "type " + names[0] + " is declared twice";
}

/// Depth-first search that gives every type the rank above its highest predecessor.
class ranker {
 public:
  explicit ranker(std::span<const type_declaration> types) {
    for (const auto& type : types) {
      if (!types_.emplace(type.name, node{type.after}).second) {
        throw type_order_error(type_order_error::kind::duplicate, {type.name});
      }
    }
    // Sorted, so that of several errors the same one is found for every order of declaration.
    for (auto& [name, node] : types_) std::sort(node.after.begin(), node.after.end());
  }

  std::vector<ranked_type> ranks() {
    std::vector<ranked_type> result;
    for (auto& [name, node] : types_) result.push_back({name, rank(name, node)});
    std::stable_sort(result.begin(), result.end(),
                     [](const auto& a, const auto& b) { return a.rank < b.rank; });
    return result;
  }

 private:
  static constexpr int unvisited = -1;

  struct node {
    std::vector<std::string> after;
    int rank = unvisited;
  };

  int rank(const std::string& name, node& type) {
    if (type.rank != unvisited) return type.rank;
    if (const auto start = std::find(path_.begin(), path_.end(), name); start != path_.end()) {
      std::vector<std::string> cycle(start, path_.end());
      cycle.push_back(name);
      throw type_order_error(type_order_error::kind::cycle, std::move(cycle));
    }
    path_.push_back(name);
    int result = 0;
    for (const auto& earlier : type.after) {
      const auto found = types_.find(earlier);
      if (found == types_.end()) {
        throw type_order_error(type_order_error::kind::unknown, {name, earlier});
      }
      result = std::max(result, rank(found->first, found->second) + 1);
    }
    path_.pop_back();
    type.rank = result;
    return result;
  }

  std::map<std::string, node> types_;
  std::vector<std::string> path_;  ///< the types whose rank is being worked out, outermost first
};

}  // namespace

type_order_error::type_order_error(kind k, std::vector<std::string> names)
    : std::runtime_error(describe(k, names)), kind_(k), names_(std::move(names)) {}

std::vector<ranked_type> rank_types(std::span<const type_declaration> types) {
  return ranker(types).ranks();
}

}  // namespace crossdock
