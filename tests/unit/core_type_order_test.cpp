#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "actors/core/type_order.hpp"

namespace crossdock {
namespace {

using declarations = std::vector<type_declaration>;
using names = std::vector<std::string>;

/// Types t0 … tn where each comes after some of those before it: never a cycle.
declarations make_acyclic() {
  declarations types;
  const int count = *rc::gen::inRange(0, 9);
  for (int i = 0; i < count; ++i) {
    type_declaration type{"t" + std::to_string(i), {}};
    for (int j = 0; j < i; ++j) {
      if (*rc::gen::inRange(0, 3) == 0) type.after.push_back("t" + std::to_string(j));
    }
    types.push_back(std::move(type));
  }
  return types;
}

template <class Value>
std::vector<Value> shuffled(std::vector<Value> values) {
  for (std::size_t i = values.size(); i > 1; --i) {
    std::swap(values[i - 1], values[*rc::gen::inRange<std::size_t>(0, i)]);
  }
  return values;
}

std::map<std::string, int> by_name(const std::vector<ranked_type>& ranked) {
  std::map<std::string, int> ranks;
  for (const auto& type : ranked) ranks[type.name] = type.rank;
  return ranks;
}

RC_GTEST_PROP(type_order, every_type_ranks_one_above_its_highest_predecessor, ()) {
  const auto types = make_acyclic();
  const auto ranks = by_name(rank_types(types));
  RC_ASSERT(ranks.size() == types.size());
  for (const auto& type : types) {
    int expected = 0;
    for (const auto& earlier : type.after) expected = std::max(expected, ranks.at(earlier) + 1);
    RC_ASSERT(ranks.at(type.name) == expected);
  }
}

RC_GTEST_PROP(type_order, does_not_depend_on_the_order_of_declaration, ()) {
  const auto types = make_acyclic();
  auto other = shuffled(types);
  for (auto& type : other) type.after = shuffled(type.after);
  const auto ranked = rank_types(types);
  RC_ASSERT(rank_types(other) == ranked);
}

RC_GTEST_PROP(type_order, finds_a_cycle_and_its_path, ()) {
  auto types = make_acyclic();
  const int length = *rc::gen::inRange(1, 5);
  for (int i = 0; i < length; ++i) {
    type_declaration type{"c" + std::to_string(i), {"c" + std::to_string((i + 1) % length)}};
    if (!types.empty() && types[0].name == "t0") type.after.push_back("t0");
    types.push_back(std::move(type));
  }
  types = shuffled(types);
  std::map<std::string, names> after;
  for (const auto& type : types) after[type.name] = type.after;
  try {
    rank_types(types);
    RC_FAIL("no cycle found");
  } catch (const type_order_error& error) {
    RC_ASSERT(error.why() == type_order_error::kind::cycle);
    const auto& path = error.names();
    RC_ASSERT(path.size() == static_cast<std::size_t>(length) + 1);
    RC_ASSERT(path.front() == path.back());
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      const auto& earlier = after.at(path[i]);
      RC_ASSERT(std::count(earlier.begin(), earlier.end(), path[i + 1]) == 1);
    }
  }
}

TEST(type_order, gives_the_canonical_order_of_a_chat) {
  const declarations types{{"reaction", {"message", "attachment"}},
                           {"attachment", {"message"}},
                           {"message", {"channel", "custom_emoji"}},
                           {"channel", {"user"}},
                           {"custom_emoji", {"user"}},
                           {"user", {}}};
  EXPECT_EQ(rank_types(types), (std::vector<ranked_type>{{"user", 0},
                                                         {"channel", 1},
                                                         {"custom_emoji", 1},
                                                         {"message", 2},
                                                         {"attachment", 3},
                                                         {"reaction", 4}}));
}

TEST(type_order, names_an_unknown_type) {
  const declarations types{{"message", {"chanel"}}};
  try {
    rank_types(types);
    FAIL();
  } catch (const type_order_error& error) {
    EXPECT_EQ(error.why(), type_order_error::kind::unknown);
    EXPECT_EQ(error.names(), (names{"message", "chanel"}));
    EXPECT_STREQ(error.what(),
                 "type message comes after chanel, which is no type of this workflow");
  }
}

TEST(type_order, refuses_a_type_declared_twice) {
  const declarations types{{"user", {}}, {"user", {}}};
  try {
    rank_types(types);
    FAIL();
  } catch (const type_order_error& error) {
    EXPECT_EQ(error.why(), type_order_error::kind::duplicate);
    EXPECT_EQ(error.names(), names{"user"});
  }
}

TEST(type_order, describes_a_cycle_in_words) {
  const declarations types{{"a", {"b"}}, {"b", {"a"}}};
  try {
    rank_types(types);
    FAIL();
  } catch (const type_order_error& error) {
    EXPECT_STREQ(error.what(), "types wait for each other: a after b after a");
  }
}

TEST(type_order, of_nothing_is_empty) {
  EXPECT_TRUE(rank_types({}).empty());
}

}  // namespace
}  // namespace crossdock
