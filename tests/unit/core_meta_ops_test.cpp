#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "actors/core/meta_ops.hpp"

namespace crossdock {

void showValue(const meta_patch& patch, std::ostream& out) {
  out << to_json(patch);
}

namespace {

namespace json = boost::json;
using limits = std::numeric_limits<std::int64_t>;

meta_patch patch(std::string_view text) {
  return meta_patch_from_json(text);
}
json::object object(std::string_view text) {
  return json::parse(std::string(text)).as_object();
}

/// Few keys, so that operations meet.
rc::Gen<std::string> any_key() {
  return rc::gen::element<std::string>("a", "b", "messages_processed", "durations_ms");
}

/// Mostly small, sometimes at the ends of the range.
rc::Gen<std::int64_t> any_number() {
  return rc::gen::weightedOneOf<std::int64_t>(
      {{6, rc::gen::inRange<std::int64_t>(-5, 100)},
       {1, rc::gen::element(limits::max(), limits::min(), limits::max() - 1)}});
}

json::value scalar() {
  switch (*rc::gen::element(0, 1, 2, 3, 4, 5, 6)) {
    case 0: return nullptr;
    case 1: return *rc::gen::arbitrary<bool>();
    case 2: return json::value(*rc::gen::element<std::string>("", "x", "text"));
    case 3: return 0.5;
    default: return *any_number();
  }
}

json::value tree(int depth);

json::object tree_object(int depth) {
  json::object result;
  for (int members = *rc::gen::element(0, 1, 2, 3); members > 0; --members) {
    result[*any_key()] = tree(depth - 1);
  }
  return result;
}

json::value tree(int depth) {
  if (depth == 0 || *rc::gen::arbitrary<bool>()) return scalar();
  return tree_object(depth);
}

meta_patch make_patch() {
  meta_patch result;
  std::set<std::string> used;
  for (int n = *rc::gen::element(0, 1, 2, 3, 4); n > 0; --n) {
    const std::string key = *any_key();
    if (!used.insert(key).second) continue;
    switch (*rc::gen::element(0, 1, 2, 3, 4)) {
      case 0: result.incr[key] = *any_number(); break;
      case 1: result.max[key] = *any_number(); break;
      case 2: result.set[key] = tree(2); break;
      case 3: result.nested[key] = tree_object(2); break;
      default: result.remove.insert(key);
    }
  }
  return result;
}

rc::Gen<meta_patch> any_patch() {
  return rc::gen::exec(make_patch);
}
rc::Gen<json::object> any_meta() {
  return rc::gen::exec([] { return tree_object(2); });
}

std::optional<json::object> applied(std::optional<json::object> meta, const meta_patch& change) {
  if (!meta) return std::nullopt;
  try {
    return apply(std::move(*meta), change);
  } catch (const meta_error&) {
    return std::nullopt;
  }
}

// -- algebra ---------------------------------------------------------------------------------

RC_GTEST_PROP(meta_combine, equals_both_in_order, ()) {
  const auto meta = *any_meta();
  const auto first = *any_patch();
  const auto second = *any_patch();
  auto both = first;
  auto next = second;
  if (!combine(both, std::move(next))) {
    RC_TAG("not combinable");
    RC_ASSERT(both == first);
    RC_ASSERT(next == second);
    return;
  }
  validate(both);
  const auto in_order = applied(applied(meta, first), second);
  if (!in_order) {
    RC_TAG("refused");
    return;
  }
  RC_TAG("combined");
  RC_ASSERT(apply(meta, both) == *in_order);
}

RC_GTEST_PROP(meta_combine, folds_any_sequence_as_the_ledger_does, ()) {
  const auto meta = *any_meta();
  const auto patches = *rc::gen::container<std::vector<meta_patch>>(any_patch());
  json::object in_order = meta;
  json::object coalesced = meta;
  meta_patch waiting;
  for (const auto& change : patches) {
    auto next_meta = applied(in_order, change);
    if (!next_meta) continue;
    in_order = std::move(*next_meta);
    if (auto next = change; !combine(waiting, std::move(next))) {
      coalesced = apply(std::move(coalesced), waiting);
      waiting = change;
    }
  }
  RC_ASSERT(apply(std::move(coalesced), waiting) == in_order);
}

RC_GTEST_PROP(meta_combine, increments_commute, ()) {
  const auto numbers = *rc::gen::container<std::vector<std::pair<std::string, std::int64_t>>>(
      rc::gen::pair(any_key(), rc::gen::inRange<std::int64_t>(-1000, 1000)));
  meta_patch forward;
  meta_patch backward;
  const auto add = [](meta_patch& into, const auto& step) {
    meta_patch next;
    next.incr.insert(step);
    RC_ASSERT(combine(into, std::move(next)));
  };
  for (auto it = numbers.begin(); it != numbers.end(); ++it) add(forward, *it);
  for (auto it = numbers.rbegin(); it != numbers.rend(); ++it) add(backward, *it);
  RC_ASSERT(forward == backward);
}

RC_GTEST_PROP(meta_combine, max_is_idempotent_and_monotone, ()) {
  const auto old = *any_number();
  const auto number = *any_number();
  meta_patch raise;
  raise.max["a"] = number;
  const auto once = apply({{"a", old}}, raise);
  RC_ASSERT(once.at("a").as_int64() >= old);
  RC_ASSERT(once.at("a").as_int64() >= number);
  RC_ASSERT(apply(once, raise) == once);
  auto twice = raise;
  RC_ASSERT(combine(twice, meta_patch(raise)));
  RC_ASSERT(twice == raise);
}

RC_GTEST_PROP(meta_json, survives_the_way_through_text, ()) {
  const auto change = *any_patch();
  RC_ASSERT(meta_patch_from_json(to_json(change)) == change);
}

TEST(meta_combine, knows_what_one_patch_cannot_say) {
  const std::pair<const char*, const char*> refused[] = {
      {R"({"incr":{"a":1}})", R"({"max":{"a":5}})"},
      {R"({"max":{"a":1}})", R"({"incr":{"a":5}})"},
      {R"({"set":{"a":"text"}})", R"({"incr":{"a":5}})"},
      {R"({"set":{"a":0.5}})", R"({"incr":{"a":5}})"},
      {R"({"nested":{"a":{"b":1}}})", R"({"nested":{"a":{"b":{"c":1}}}})"},
      {R"({"nested":{"a":{"b":1}}})", R"({"incr":{"a":1}})"},
      {R"({"incr":{"a":9223372036854775807}})", R"({"incr":{"a":1}})"},
      {R"({"set":{"a":9223372036854775807}})", R"({"incr":{"a":1}})"},
  };
  for (const auto& [first, second] : refused) {
    auto into = patch(first);
    EXPECT_FALSE(combine(into, patch(second))) << first << ' ' << second;
    EXPECT_EQ(into, patch(first));
  }
}

TEST(meta_combine, joins_operations_on_one_key) {
  const char* cases[][3] = {
      {R"({"incr":{"a":1}})", R"({"incr":{"a":2}})", R"({"incr":{"a":3}})"},
      {R"({"max":{"a":7}})", R"({"max":{"a":2}})", R"({"max":{"a":7}})"},
      {R"({"set":{"a":1}})", R"({"incr":{"a":2}})", R"({"set":{"a":3}})"},
      {R"({"set":{"a":1}})", R"({"max":{"a":2}})", R"({"set":{"a":2}})"},
      {R"({"set":{"a":{"x":1}}})", R"({"nested":{"a":{"y":2}}})", R"({"set":{"a":{"x":1,"y":2}}})"},
      {R"({"incr":{"a":1}})", R"({"set":{"a":"x"}})", R"({"set":{"a":"x"}})"},
      {R"({"incr":{"a":1}})", R"({"remove":["a"]})", R"({"remove":["a"]})"},
      {R"({"set":{"a":1}})", R"({"remove":["a"]})", R"({"remove":["a"]})"},
      {R"({"remove":["a"]})", R"({"incr":{"a":4}})", R"({"set":{"a":4}})"},
      {R"({"remove":["a"]})", R"({"max":{"a":4}})", R"({"set":{"a":4}})"},
      {R"({"remove":["a"]})", R"({"nested":{"a":{"x":1}}})", R"({"set":{"a":{"x":1}}})"},
      {R"({"nested":{"a":{"x":{"y":1}}}})", R"({"nested":{"a":{"x":{"z":2}}}})",
       R"({"nested":{"a":{"x":{"y":1,"z":2}}}})"},
  };
  for (const auto& [first, second, result] : cases) {
    auto into = patch(first);
    EXPECT_TRUE(combine(into, patch(second))) << first << ' ' << second;
    EXPECT_EQ(to_json(into), result);
  }
}

// -- rules of design section 4.3 -----------------------------------------------------------------

TEST(meta_apply, does_every_operation) {
  const auto before =
      object(R"({"n":1,"m":5,"s":"old","gone":1,"d":{"x":{"y":1},"k":0},"kept":[1]})");
  const auto change =
      patch(R"({"incr":{"n":2,"new":3},"max":{"m":4,"top":9},"set":{"s":{"v":1}},)"
            R"("nested":{"d":{"x":{"z":2},"k":7},"fresh":{"a":{}}},"remove":["gone","absent"]})");
  EXPECT_EQ(apply(before, change),
            object(R"({"n":3,"new":3,"m":5,"top":9,"s":{"v":1},"d":{"x":{"y":1,"z":2},"k":7},)"
                   R"("fresh":{"a":{}},"kept":[1]})"));
}

TEST(meta_apply, refuses_and_names_the_key) {
  const std::pair<const char*, const char*> refused[] = {
      {R"({"key":"text"})", R"({"incr":{"key":1}})"},
      {R"({"key":null})", R"({"incr":{"key":1}})"},
      {R"({"key":[1]})", R"({"max":{"key":1}})"},
      {R"({"key":9223372036854775807})", R"({"incr":{"key":1}})"},
      {R"({"key":-9223372036854775808})", R"({"incr":{"key":-1}})"},
      {R"({"key":18446744073709551615})", R"({"incr":{"key":1}})"},
      {R"({"key":5})", R"({"nested":{"key":{"x":1}}})"},
      {R"({"key":{"x":5}})", R"({"nested":{"key":{"x":{"y":1}}}})"},
  };
  for (const auto& [meta, change] : refused) {
    try {
      apply(object(meta), patch(change));
      ADD_FAILURE() << change << " was applied to " << meta;
    } catch (const meta_error& error) {
      EXPECT_NE(std::string(error.what()).find("\"key\""), std::string::npos) << error.what();
    }
  }
}

TEST(meta_apply, never_lets_a_counter_fall) {
  const auto meta = object(R"({"messages_processed":5,"messages_failed":5})");
  for (const char* change :
       {R"({"incr":{"messages_processed":-1}})", R"({"set":{"messages_processed":4}})",
        R"({"set":{"messages_processed":"6"}})", R"({"remove":["messages_processed"]})",
        R"({"nested":{"users_exported":{"a":1}}})", R"({"incr":{"users_exported":-1}})",
        R"({"max":{"users_exported":-1}})"}) {
    EXPECT_THROW(apply(meta, patch(change)), meta_error) << change;
  }
  EXPECT_EQ(apply(meta, patch(R"({"max":{"messages_processed":3},"incr":{"messages_failed":-5}})")),
            object(R"({"messages_processed":5,"messages_failed":0})"));
  EXPECT_EQ(apply(meta, patch(R"({"set":{"messages_processed":5,"users_exported":0}})")).size(), 3);
}

TEST(meta_apply, keeps_64_bits_exact) {
  EXPECT_EQ(apply(object(R"({"n":9007199254740993})"), patch(R"({"incr":{"n":2}})")),
            object(R"({"n":9007199254740995})"));
  EXPECT_EQ(
      apply(object(R"({"n":9223372036854775806})"), patch(R"({"max":{"n":9223372036854775807}})")),
      object(R"({"n":9223372036854775807})"));
}

TEST(meta_apply, lets_a_leaf_replace_an_object_but_not_the_reverse) {
  EXPECT_EQ(apply(object(R"({"d":{"x":{"y":1}}})"), patch(R"({"nested":{"d":{"x":2}}})")),
            object(R"({"d":{"x":2}})"));
  EXPECT_THROW(apply(object(R"({"d":{"x":2}})"), patch(R"({"nested":{"d":{"x":{"y":1}}}})")),
               meta_error);
}

TEST(meta_validate, refuses_what_jsonb_or_the_rules_forbid) {
  meta_patch two;
  two.incr["a"] = 1;
  two.set["a"] = 1;
  EXPECT_THROW(validate(two), meta_error);

  meta_patch removed_and_set;
  removed_and_set.remove.insert("a");
  removed_and_set.max["a"] = 1;
  EXPECT_THROW(validate(removed_and_set), meta_error);

  meta_patch nameless;
  nameless.incr[""] = 1;
  EXPECT_THROW(validate(nameless), meta_error);

  meta_patch infinite;
  infinite.set["a"] = json::array{1, std::numeric_limits<double>::infinity()};
  EXPECT_THROW(validate(infinite), meta_error);

  meta_patch not_a_number;
  not_a_number.nested["a"] = json::object{{"b", std::numeric_limits<double>::quiet_NaN()}};
  EXPECT_THROW(validate(not_a_number), meta_error);

  meta_patch flat;
  flat.nested["a"] = 5;
  EXPECT_THROW(validate(flat), meta_error);

  meta_patch with_nul;
  with_nul.set["a"] = json::string(json::string_view("x\0y", 3));
  EXPECT_THROW(validate(with_nul), meta_error);

  EXPECT_NO_THROW(validate(meta_patch{}));
}

TEST(meta_json, refuses_other_shapes) {
  for (const char* text :
       {"", "[]", "{", R"({"incr":[]})", R"({"incr":{"a":"1"}})", R"({"incr":{"a":1.5}})",
        R"({"max":{"a":18446744073709551615}})", R"({"remove":{"a":1}})", R"({"remove":[1]})",
        R"({"increment":{"a":1}})", R"({"set":{"a":1},"incr":{"a":1}})", R"({"nested":{"a":1}})"}) {
    EXPECT_THROW(meta_patch_from_json(text), meta_error) << text;
  }
}

TEST(meta_json, omits_empty_parts) {
  EXPECT_EQ(to_json({}), "{}");
  EXPECT_EQ(to_json(patch(R"({"set":{},"incr":{"b":1,"a":2}})")), R"({"incr":{"a":2,"b":1}})");
}

}  // namespace
}  // namespace crossdock
