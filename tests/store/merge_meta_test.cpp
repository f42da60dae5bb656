#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <rapidcheck.h>

#include "actors/core/meta_ops.hpp"
#include "tests/store/fixture.hpp"

namespace crossdock::store {

namespace {

using kind = store_error::kind;

class merge_meta_test : public store_test {
 protected:
  /// Sets the job's meta by the only way there is: on a fresh job.
  job_id job_with(const std::string& meta) {
    const auto id = db_.create_job(sample_job()).id;
    db_.merge_meta(id, R"({"set":)" + meta + "}");
    return id;
  }
  void expect_merge(const std::string& meta, const std::string& patch, const std::string& result) {
    const auto id = job_with(meta);
    EXPECT_EQ(json(db_.merge_meta(id, patch)), json(result)) << patch;
    EXPECT_EQ(json(db_.find_job(id)->meta), json(result)) << patch;
  }
  void expect_refused(const std::string& meta, const std::string& patch, std::string_view why) {
    const auto id = job_with(meta);
    expect_error(kind::refused, why, [&] { db_.merge_meta(id, patch); });
    EXPECT_EQ(json(db_.find_job(id)->meta), json(meta)) << "a refused patch leaves no trace";
  }
};

}  // namespace

// -- the operations -----------------------------------------------------------------------------

TEST_F(merge_meta_test, incr_adds_and_counts_absent_as_zero) {
  expect_merge(R"({"a":1})", R"({"incr":{"a":2,"b":-3}})", R"({"a":3,"b":-3})");
}

TEST_F(merge_meta_test, max_keeps_the_larger_and_takes_absent) {
  expect_merge(R"({"a":5,"b":5})", R"({"max":{"a":4,"b":6,"c":-1}})", R"({"a":5,"b":6,"c":-1})");
}

TEST_F(merge_meta_test, set_replaces_whatever_was_there) {
  expect_merge(R"({"a":{"x":1},"b":2})", R"({"set":{"a":[1,null],"c":"t"}})",
               R"({"a":[1,null],"b":2,"c":"t"})");
}

TEST_F(merge_meta_test, remove_takes_keys_away_and_ignores_absent_ones) {
  expect_merge(R"({"a":1,"b":2})", R"({"remove":["a","zz"]})", R"({"b":2})");
}

TEST_F(merge_meta_test, all_operations_take_effect_together) {
  expect_merge(R"({"gone":1,"n":{"x":1},"c":7,"m":1})",
               R"({"remove":["gone"],"set":{"s":true},"incr":{"c":1},"max":{"m":9},)"
               R"("nested":{"n":{"y":2}}})",
               R"({"n":{"x":1,"y":2},"c":8,"m":9,"s":true})");
}

TEST_F(merge_meta_test, an_empty_patch_changes_nothing) {
  expect_merge(R"({"a":1})", "{}", R"({"a":1})");
  expect_merge(R"({"a":1})", R"({"incr":{},"max":{},"set":{},"nested":{},"remove":[]})",
               R"({"a":1})");
}

TEST_F(merge_meta_test, refuses_what_is_not_a_patch) {
  expect_refused("{}", "[]", "must be an object");
  expect_refused("{}", R"({"increment":{"a":1}})", "unknown operation \"increment\"");
  expect_refused("{}", R"({"incr":[1]})", "\"incr\" must be an object");
  expect_refused("{}", R"({"remove":{"a":1}})", "\"remove\" must be an array");
  expect_refused("{}", R"({"remove":[1]})", "key names only");
  expect_refused("{}", R"({"set":{"":1}})", "an empty meta key");
  expect_refused("{}", R"({"incr":{"a":"1"}})", "\"incr\" of key \"a\" must be a number");
  expect_refused("{}", R"({"max":{"a":null}})", "\"max\" of key \"a\" must be a number");
  expect_refused("{}", R"({"nested":{"a":1}})", "nested of key \"a\" must be an object");
  expect_refused("{}", "{", "SQLSTATE 22P02");
}

// -- the nine flaws of the original's merge_job_meta ---------------------------------------------

// 1. Lost updates: see ledger_test.cpp, eight_writers_lose_nothing.

TEST_F(merge_meta_test, flaw_2_nested_merges_every_level) {
  expect_merge(R"({"failed":{"message":{"a":1,"deep":{"x":1}},"user":{"b":1}}})",
               R"({"nested":{"failed":{"message":{"c":2,"deep":{"y":[1]}}}}})",
               R"({"failed":{"message":{"a":1,"c":2,"deep":{"x":1,"y":[1]}},"user":{"b":1}}})");
}

TEST_F(merge_meta_test, flaw_2_nested_refuses_a_parent_that_is_not_an_object) {
  expect_refused(R"({"a":5})", R"({"nested":{"a":{"x":1}}})", "\"a\", which is not an object");
  expect_refused(R"({"a":{"b":[1]}})", R"({"nested":{"a":{"b":{"x":1}}}})",
                 "\"a.b\", which is not an object");
}

TEST_F(merge_meta_test, flaw_3_json_null_is_no_object_and_no_number) {
  expect_refused(R"({"a":null})", R"({"nested":{"a":{"x":1}}})", "\"a\", which is not an object");
  expect_refused(R"({"a":null})", R"({"incr":{"a":1}})", "\"a\", which is not a number");
  expect_refused(R"({"a":null})", R"({"max":{"a":1}})", "\"a\", which is not a number");
  expect_merge(R"({"a":null})", R"({"set":{"a":0}})", R"({"a":0})");
}

TEST_F(merge_meta_test, flaw_4_numbers_do_not_overflow_and_texts_are_refused) {
  expect_merge(R"({"a":2147483647})", R"({"incr":{"a":1}})", R"({"a":2147483648})");
  expect_merge(R"({"a":9223372036854775806})", R"({"incr":{"a":1}})",
               R"({"a":9223372036854775807})");
  expect_refused(R"({"a":9223372036854775807})", R"({"incr":{"a":1}})", "\"a\" leaves the 64-bit");
  expect_merge(R"({"a":1.5})", R"({"incr":{"a":1}})", R"({"a":2.5})");
  expect_refused(R"({"a":"12abc"})", R"({"incr":{"a":1}})", "\"a\", which is not a number");
  expect_refused(R"({"a":"7"})", R"({"max":{"a":1}})", "\"a\", which is not a number");
}

TEST_F(merge_meta_test, flaw_5_keys_are_data) {
  for (const std::string key : {"o'brien", "a-b", "a.b", ":x", "{x}", "%s", "$1", "a,b", "\\\\",
                                "\\\"q\\\"", "\\n\\t", "😀", "'); DROP TABLE crossdock.job; --"}) {
    const std::string quoted = '"' + key + '"';
    expect_merge("{}", R"({"incr":{)" + quoted + ":1}}", "{" + quoted + ":1}");
    expect_merge("{" + quoted + ":{}}", R"({"nested":{)" + quoted + ":{" + quoted + ":1}}}",
                 "{" + quoted + ":{" + quoted + ":1}}");
    expect_merge("{" + quoted + R"(:1,"b":2})", R"({"remove":[)" + quoted + "]}", R"({"b":2})");
  }
}

TEST_F(merge_meta_test, flaw_6_a_missing_job_is_an_error) {
  expect_error(kind::not_found, "no job 4711",
               [&] { db_.merge_meta(4711, R"({"incr":{"a":1}})"); });
  expect_error(kind::not_found, "no job 4711", [&] { db_.fold_deltas(4711); });
  expect_error(kind::not_found, "no job 4711", [&] { db_.current_meta(4711); });
}

TEST_F(merge_meta_test, flaw_6_updated_at_moves) {
  const auto id = job_with(R"({"a":1})");
  query(db_, "UPDATE crossdock.job SET updated_at = now() - interval '1 hour'");
  const auto before = db_.find_job(id)->updated_at;
  db_.merge_meta(id, R"({"incr":{"a":1}})");
  EXPECT_GT(db_.find_job(id)->updated_at, before);
}

TEST_F(merge_meta_test, flaw_7_counters_never_decrease) {
  const std::string meta = R"({"users_processed":5,"users_exported":3})";
  for (const char* patch :
       {R"({"set":{"users_processed":4}})", R"({"incr":{"users_exported":-1}})",
        R"({"remove":["users_processed"]})", R"({"set":{"users_exported":"3"}})",
        R"({"set":{"users_exported":null}})"}) {
    expect_refused(meta, patch, "is a counter that never decreases");
  }
  expect_refused("{}", R"({"incr":{"messages_processed":-1}})", "never decreases");
  expect_merge(meta, R"({"set":{"users_processed":6},"incr":{"users_failed":-1}})",
               R"({"users_processed":6,"users_exported":3,"users_failed":-1})");
  expect_merge(meta, R"({"max":{"users_processed":4}})", meta);
}

TEST_F(merge_meta_test, flaw_8_one_call_writes_one_row_version) {
  const auto id = job_with(R"({"a":0})");
  const std::string version =
      "SELECT xmin::text || ctid::text FROM crossdock.job WHERE id = " + std::to_string(id);
  const auto before = query(db_, version);
  db_.fold_deltas(id);  // nothing waits: nothing is written
  EXPECT_EQ(query(db_, version), before);
}

TEST_F(merge_meta_test, flaw_9_nothing_but_merge_meta_writes_meta) {
  // Every statement that assigns meta computes it from the row's own meta with these functions.
  int writers = 0;
  for (const auto& [name, text] : all_statements()) {
    if (text.find(" meta = ") == std::string::npos) continue;
    ++writers;
    EXPECT_TRUE(text.find("crossdock.merge_meta(meta") != std::string::npos ||
                text.find("crossdock.merge_all(meta") != std::string::npos)
        << name;
  }
  EXPECT_EQ(writers, 4);  // merge_meta, fold_deltas, freeze_totals, leave_job
}

TEST_F(merge_meta_test, a_key_given_twice_is_refused) {
  for (const char* patch :
       {R"({"set":{"a":1},"incr":{"a":1}})", R"({"remove":["a"],"set":{"a":1}})",
        R"({"max":{"a":1},"nested":{"a":{}}})"}) {
    expect_refused(R"({"b":1})", patch, "meta key \"a\" stands under two operations");
  }
}

// -- against the model --------------------------------------------------------------------------

namespace {

rc::Gen<std::string> a_key() {
  return rc::gen::element<std::string>("a", "b", "c'", "d.e", "é");
}

rc::Gen<boost::json::value> a_leaf() {
  return rc::gen::map(rc::gen::inRange(-3, 6), [](int n) -> boost::json::value {
    switch (n) {
      case 3: return "text";
      case 4: return nullptr;
      case 5: return boost::json::array{1, "x"};
      default: return n;
    }
  });
}

boost::json::object an_object(int depth) {
  boost::json::object result;
  const int size = *rc::gen::inRange(0, 3);
  for (int i = 0; i < size; ++i) {
    const bool deeper = depth > 0 && *rc::gen::arbitrary<bool>();
    boost::json::value value;
    if (deeper) {
      value = an_object(depth - 1);
    } else {
      value = *a_leaf();
    }
    result.insert_or_assign(*a_key(), std::move(value));
  }
  return result;
}

meta_patch a_patch() {
  meta_patch patch;
  for (const char* key : {"a", "b", "c'", "d.e", "é"}) {
    switch (*rc::gen::inRange(0, 8)) {
      case 0: patch.incr[key] = *rc::gen::inRange(-9, 10); break;
      case 1: patch.max[key] = *rc::gen::inRange(-9, 10); break;
      case 2: patch.set[key] = *a_leaf(); break;
      case 3: patch.nested[key] = an_object(2); break;
      case 4: patch.remove.insert(key); break;
      default: break;
    }
  }
  return patch;
}

}  // namespace

TEST_F(merge_meta_test, does_what_the_model_in_core_says) {
  const auto id = db_.create_job(sample_job()).id;
  const bool ok = rc::check("merge_meta = apply", [&] {
    const auto meta = an_object(2);
    const auto patch = a_patch();
    query(db_, "UPDATE crossdock.job SET meta = '{}'");
    db_.merge_meta(id, R"({"set":)" + boost::json::serialize(meta) + "}");
    std::optional<boost::json::object> expected;
    try {
      expected = apply(meta, patch);
    } catch (const meta_error&) {
      expected = std::nullopt;
    }
    if (expected) {
      RC_ASSERT(json(db_.merge_meta(id, to_json(patch))) == boost::json::value(*expected));
    } else {
      RC_ASSERT_THROWS_AS(db_.merge_meta(id, to_json(patch)), store_error);
    }
  });
  EXPECT_TRUE(ok);
}

}  // namespace crossdock::store
