#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock {

/// An entity type as a workflow declares it: it is exported after all types in `after`.
struct type_declaration {
  std::string name;
  std::vector<std::string> after;
};

/// A type's place: types of one rank may be exported together, lower ranks first.
struct ranked_type {
  std::string name;
  int rank = 0;

  bool operator==(const ranked_type&) const = default;
};

/// Declarations that give no order. what() is a sentence for the author of the workflow.
class type_order_error : public std::runtime_error {
 public:
  enum class kind {
    cycle,      ///< names(): the cycle, each type after the next, the first one repeated at the end
    unknown,    ///< names(): the type, and the name in its `after` that no type has
    duplicate,  ///< names(): the type that is declared twice
  };
  type_order_error(kind k, std::vector<std::string> names);
  kind why() const { return kind_; }
  const std::vector<std::string>& names() const { return names_; }

 private:
  kind kind_;
  std::vector<std::string> names_;
};

/// Ranks by the longest chain of predecessors: 0 for types that come after nothing. Sorted by rank,
/// then name, so the order of declaration does not matter. Throws type_order_error.
std::vector<ranked_type> rank_types(std::span<const type_declaration> types);

}  // namespace crossdock
