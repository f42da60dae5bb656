#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workflows/archive_test_support.hpp"

namespace crossdock::slack::test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> texts_of(std::string_view text) {
  return split_text(text).texts();
}
std::vector<std::string> reasons_of(std::string_view text) {
  return split_text(text).reasons();
}

TEST(archive_elements, are_told_verbatim_with_their_place) {
  const auto told = split_text("[ {\"b\" : 1.50,\n \"a\":[]} ,{}\n]\n");
  ASSERT_EQ(told.elements.size(), 2U);
  EXPECT_THAT(told.rejections, IsEmpty());
  EXPECT_EQ(told.elements[0].index, 0U);
  EXPECT_EQ(told.elements[0].offset, 2U);
  EXPECT_EQ(told.elements[0].text, "{\"b\" : 1.50,\n \"a\":[]}");
  EXPECT_EQ(boost::json::serialize(told.elements[0].value), R"({"b":1.5E0,"a":[]})");
  EXPECT_FALSE(told.elements[0].altered);
  EXPECT_EQ(told.elements[1].index, 1U);
  EXPECT_EQ(told.elements[1].offset, 25U);
  EXPECT_EQ(told.elements[1].text, "{}");
}

TEST(archive_elements, files_without_elements_are_no_error) {
  for (const auto* text : {"", "  \n", "[]", " [ ] ", "null", " null\n", "\xEF\xBB\xBF",
                           "\xEF\xBB\xBF[]", "\xEF\xBB\xBFnull"}) {
    const auto told = split_text(text);
    EXPECT_THAT(told.elements, IsEmpty()) << text;
    EXPECT_THAT(told.rejections, IsEmpty()) << text;
  }
}

TEST(archive_elements, a_byte_order_mark_is_skipped) {
  EXPECT_THAT(texts_of("\xEF\xBB\xBF[{\"a\":1}]"), ElementsAre("{\"a\":1}"));
}

TEST(archive_elements, a_file_that_is_no_array_is_rejected_whole) {
  for (const std::string_view text : {"{\"a\":[{\"b\":1}]}", "nul", "nullx", "7", "\"x\"",
                                      "\xEF\xBB", "\xEF\xBB[{}]", "\xFF\xFE[", "<!DOCTYPE html>"}) {
    const auto told = split_text(text);
    EXPECT_THAT(told.elements, IsEmpty()) << text;
    ASSERT_THAT(told.reasons(), ElementsAre("not_an_array")) << text;
  }
  EXPECT_THAT(split_text("{}").rejections[0].detail, HasSubstr("one object"));
  EXPECT_THAT(split_text("\xFF\xFE[").rejections[0].detail, HasSubstr("UTF-16"));
  const auto large = split_text("{" + std::string(100000, ' ') + "}");
  EXPECT_LE(large.rejections.at(0).excerpt.size(), 200U);
}

TEST(archive_elements, only_objects_are_elements) {
  const auto told = split_text(R"([1,{"a":1},"x,{}",null,{"b":2},[{"c":3}],{"d":4}])");
  EXPECT_THAT(told.texts(), ElementsAre(R"({"a":1})", R"({"b":2})", R"({"d":4})"));
  EXPECT_THAT(told.reasons(), Each("not_an_object"));
  std::vector<std::string> excerpts;
  for (const auto& item : told.rejections) excerpts.push_back(item.excerpt);
  EXPECT_THAT(excerpts, ElementsAre("1", "\"x,{}\"", "null", R"([{"c":3}])"));
  EXPECT_EQ(told.rejections[2].index, 3U);
  EXPECT_EQ(told.elements[2].index, 6U);
}

TEST(archive_elements, whole_values_beside_a_broken_element_are_elements_of_their_own) {
  for (const char* broken : {R"({"a":x})", R"({"a":"say "hi" now"})", R"("a":1,"b":2})",
                             R"({"a":1}})", R"({"a":[1,2,"b":3})", "oops"}) {
    const auto told =
        split_text("[" + std::string(broken) + ",\n 42, {} ,\n\"x\"\n,[1],{\"n\":1}]");
    EXPECT_THAT(told.texts(), ElementsAre("{}", R"({"n":1})")) << broken;
    ASSERT_EQ(told.rejections.size(), 4U) << broken;
    EXPECT_EQ(told.rejections[0].offset, 1U);
    EXPECT_EQ(told.rejections[1].excerpt, "42");
    EXPECT_EQ(told.rejections[1].offset, std::string_view(broken).size() + 4) << broken;
    EXPECT_EQ(told.rejections[1].line, 2U) << broken;
    EXPECT_EQ(told.rejections[2].excerpt, "\"x\"");
    EXPECT_EQ(told.rejections[2].line, 3U) << broken;
    EXPECT_EQ(told.elements[0].index, 2U) << broken;
    EXPECT_EQ(told.elements[1].index, 5U) << broken;
  }
  const auto last = split_text("[{\"a\":x},\n7]\n");
  EXPECT_THAT(last.reasons(), ElementsAre("invalid_json", "not_an_object"));
  EXPECT_EQ(last.rejections[1].line, 2U);
}

TEST(archive_elements, values_that_are_no_objects_and_cannot_be_stored_are_rejected) {
  EXPECT_THAT(reasons_of("[\"\xFF\",{\"a\":1}]"), ElementsAre("invalid_json"));
  EXPECT_THAT(reasons_of("[\"\\u0000\",{\"a\":1}]"), ElementsAre("not_an_object"));
}

TEST(archive_elements, a_broken_element_costs_itself_alone) {
  const std::string first = R"({"n":1,"t":"a"})";
  const std::string last = R"({"n":2,"t":"}],[{"})";
  const char* const broken[] = {
      R"({"a":tru})",              // bad literal
      R"({"a":01})",               // bad number
      R"({"a":"\q"})",             // bad escape
      "{\"a\":\"x\ny\"}",          // raw line end in a string
      R"({"a":1,})",               // trailing comma
      R"({"a" 1})",                // no colon
      R"({a:1})",                  // no quotes
      R"({"a":hello", "b":"c"})",  // opening quote lost
      R"({"a":"hello, "b":"c"})",  // closing quote lost
      R"({"a":"say "hi" now"})",   // quotes not escaped
      R"({"a":1,"b:2})",           // the string runs into the next element
      R"({"a":{"b":1)",            // both braces lost
      R"({"a":[{"b":1},{"c":2,"d":3]})",
      R"({"a":[1,2,"b":3})",  // bracket lost
      R"({"a":[1}])",         // closers swapped
      R"({"a":1}})",          // one brace too many
      R"({"a":1}"b":[{"c":1},{"d":2}]})",
      R"("a":1,"b":{"c":2}})",  // opening brace lost
      R"({"a":[1]],"b":2})",
  };
  for (const std::string middle : broken) {
    const auto told = split_text("[" + first + "," + middle + "," + last + "]");
    EXPECT_THAT(told.texts(), ElementsAre(first, last)) << middle;
    ASSERT_EQ(told.rejections.size(), 1U) << middle;
    EXPECT_EQ(told.rejections[0].index, 1U);
    EXPECT_EQ(told.rejections[0].offset, 17U);
    EXPECT_THAT(told.rejections[0].excerpt, testing::StartsWith(middle.substr(0, 4)));
  }
}

TEST(archive_elements, a_rejection_says_where) {
  const auto told = split_text("[\n  {\"a\":1},\n  {\"b\":x},\n  {\"c\":3},\n 5\n]");
  EXPECT_EQ(told.elements.size(), 2U);
  ASSERT_EQ(told.rejections.size(), 2U);
  EXPECT_EQ(told.rejections[0].line, 3U);
  EXPECT_EQ(told.rejections[0].offset, 15U);
  EXPECT_EQ(told.rejections[0].reason, "invalid_json");
  EXPECT_EQ(told.rejections[1].line, 5U);
  EXPECT_EQ(told.rejections[1].index, 3U);
}

TEST(archive_elements, missing_and_extra_commas_are_forgiven) {
  EXPECT_THAT(texts_of(R"([{"a":1} {"b":2},,{"c":3},])"),
              ElementsAre(R"({"a":1})", R"({"b":2})", R"({"c":3})"));
  EXPECT_THAT(reasons_of(R"([{"a":1} {"b":2},,{"c":3},])"), IsEmpty());
}

TEST(archive_elements, a_truncated_file_yields_what_is_whole) {
  for (const auto* text : {R"([{"a":1},{"b":)", R"([{"a":1},{"b":"x)", R"([{"a":1},)",
                           R"([{"a":1})", R"([{"a":1} )"}) {
    EXPECT_THAT(texts_of(text), ElementsAre(R"({"a":1})")) << text;
    EXPECT_THAT(reasons_of(text), ElementsAre("truncated")) << text;
  }
  EXPECT_THAT(reasons_of("["), ElementsAre("truncated"));
}

TEST(archive_elements, text_after_the_array_is_told_and_elements_in_it_still_count) {
  EXPECT_THAT(reasons_of("[{\"a\":1}] x"), ElementsAre("invalid_json"));
  EXPECT_THAT(texts_of(R"([{"a":1}],{"b":2}])"), ElementsAre(R"({"a":1})", R"({"b":2})"));
}

TEST(archive_elements, nul_surrogates_and_bad_utf8_are_made_storable) {
  const auto told = split_text(
      "[{\"a\":\"\\u0000\"},{\"b\":\"\\ud83d\"},{\"c\":\"\xFF\"},"
      "{\"d\":\"\\\\u0000\"},{\"e\":\"\\ud83d\\ude00\"}]");
  EXPECT_THAT(told.rejections, IsEmpty());
  EXPECT_THAT(told.texts(),
              ElementsAre("{\"a\":\"\\ufffd\"}", "{\"b\":\"\\ufffd\"}", "{\"c\":\"\uFFFD\"}",
                          "{\"d\":\"\\\\u0000\"}", "{\"e\":\"\\ud83d\\ude00\"}"));
  std::vector<bool> altered;
  for (const auto& item : told.elements) altered.push_back(item.altered);
  EXPECT_THAT(altered, ElementsAre(true, true, true, false, false));
  EXPECT_EQ(told.elements[2].value.at("c").as_string(), "\uFFFD");
}

TEST(archive_elements, numbers_and_keys_keep_their_text) {
  const auto told =
      split_text(R"([{"a":123456789012345678901234567890,"b":1.0,"a":2},{"n":1e4000}])");
  ASSERT_EQ(told.elements.size(), 1U);
  EXPECT_EQ(told.elements[0].text, R"({"a":123456789012345678901234567890,"b":1.0,"a":2})");
  EXPECT_EQ(told.elements[0].value.at("a").as_int64(), 2);
  EXPECT_THAT(told.reasons(), ElementsAre("number_out_of_range"));
}

TEST(archive_elements, too_deep_or_too_large_costs_the_element) {
  const auto deep = [](int depth) {
    return "{\"d\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  const element_limits limits{.max_element_bytes = 1000, .max_depth = 20};
  const auto told = split_text("[" + deep(19) + "," + deep(20) + "," + deep(1000000) +
                                   ",{\"l\":\"" + std::string(993, 'x') + "\"},{\"l\":\"" +
                                   std::string(992, 'x') + "\"},{\"z\":1}]",
                               100, limits);
  EXPECT_THAT(told.reasons(), ElementsAre("too_deep", "too_deep"));
  EXPECT_EQ(told.elements.size(), 1U);
}

TEST(archive_elements, the_splitter_can_be_used_for_many_files) {
  splitting told;
  element_splitter splitter(told.sink());
  for (const auto* text : {"[{\"a\":1},", "[{\"a\":1}]", "{}", "[{\"a\":1}]"}) {
    splitter.feed(text);
    splitter.finish();
  }
  EXPECT_EQ(told.elements.size(), 3U);
  EXPECT_THAT(told.reasons(), ElementsAre("truncated", "not_an_array"));
  EXPECT_EQ(told.elements.back().index, 0U);
  EXPECT_EQ(told.elements.back().offset, 1U);
}

TEST(archive_elements, failing_tells_once_and_keeps_whole_elements) {
  for (const auto* text : {"", "[", "[{\"a\":1},{\"b\"", "[{\"a\":1}", "[]", "nul", "{}"}) {
    splitting told;
    element_splitter splitter(told.sink());
    splitter.feed(text);
    splitter.fail("damaged", "bad CRC");
    EXPECT_THAT(told.reasons(), ElementsAre("damaged")) << text;
    EXPECT_EQ(told.elements.size(), std::string_view(text).starts_with("[{") ? 1U : 0U) << text;
  }
}

}  // namespace
}  // namespace crossdock::slack::test
