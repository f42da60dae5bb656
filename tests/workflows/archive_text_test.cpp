#include <gtest/gtest.h>

#include "workflows/slack_mattermost/slack/json_elements_text.hpp"

namespace crossdock::slack {
namespace {

struct text_case {
  std::string_view given;
  std::string_view expected;
};

TEST(archive_text, what_jsonb_refuses_is_replaced) {
  const text_case cases[] = {
      {R"("a\u0000b")", R"("a\ufffdb")"},
      {R"("\ud83d")", R"("\ufffd")"},
      {R"("\uDE00x")", R"("\ufffdx")"},
      {R"("\ud83d\ud83d\ude00")", R"("\ufffd\ud83d\ude00")"},
      {R"("\ude00\ud83d")", R"("\ufffd\ufffd")"},
      {R"("\ud83dx\ude00")", R"("\ufffdx\ufffd")"},
      {"\"a\xFF\"", "\"a\xEF\xBF\xBD\""},
      {"\"\xED\xA0\x80\"", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"\"\xC0\xAF\"", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {std::string_view("\"\0\"", 3), "\"\xEF\xBF\xBD\""},
      {"\"\xE2\x82", "\"\xEF\xBF\xBD\xEF\xBF\xBD"},
      {R"(\)"
       "\xFF",
       R"(\)"
       "\xEF\xBF\xBD"},
  };
  for (const auto& item : cases) {
    const auto result = make_storable(item.given);
    ASSERT_TRUE(result) << item.given;
    EXPECT_EQ(*result, item.expected);
    EXPECT_FALSE(make_storable(*result)) << "a second time changes nothing";
  }
}

TEST(archive_text, what_is_storable_is_left_alone) {
  for (const std::string_view text :
       {R"("\\u0000")", R"("\\\\ud83d")", R"("\ud83d\ude00")", R"("\u00e9 é 😀 \n \" \\")", "", "\\",
        R"("\u00")", R"("\u12)"}) {
    EXPECT_FALSE(make_storable(text)) << text;
  }
}

TEST(archive_text, numbers_beyond_reason_are_found) {
  const auto digits = std::string(1001, '7');
  for (const auto& text : {std::string(R"({"a":1e1000})"), std::string(R"({"a": -1.5E-4000 })"),
                           std::string(R"({"a":[1,2e+100000]})"), "{\"a\":" + digits + "}",
                           "{\"a\":0." + digits + "}"}) {
    EXPECT_TRUE(has_excessive_number(text)) << text;
  }
}

TEST(archive_text, ordinary_numbers_and_look_alikes_in_strings_are_not) {
  const auto digits = std::string(1001, '7');
  for (const auto& text :
       {std::string(R"({"a":1e999,"b":-1.5E-300,"c":1e0000012,"d":1608358820.210600})"),
        std::string(R"({"a":"1e1000","b":"x\"1e1000"})"), "{\"a\":\"" + digits + "\"}",
        "{\"a\":" + digits.substr(1) + "}", std::string(R"({"id":"3e12345f-1e99999"})")}) {
    EXPECT_FALSE(has_excessive_number(text)) << text;
  }
}

TEST(archive_text, printable_text_is_short_and_valid) {
  EXPECT_EQ(printable("a\n\r\tb\x01\x7F\x1F\xFFé"), "a\\n\\r\\tb\\u0001\\u007f\\u001f\uFFFDé");
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\u0000");
  EXPECT_EQ(printable("aéé", 4), "aé");
  EXPECT_EQ(printable("a\nb", 2), "a");  // an escape is not cut
  EXPECT_EQ(printable(std::string(500, 'x')).size(), 200U);
}

}  // namespace
}  // namespace crossdock::slack
