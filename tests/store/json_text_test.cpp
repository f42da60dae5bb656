#include "actors/store/json_text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossdock::store {

namespace {

std::string stored(std::string_view json) {
  std::string buffer;
  return std::string(storable_json(json, buffer));
}

}  // namespace

TEST(json_text, leaves_alone_what_jsonb_takes) {
  for (const char* text :
       {R"({"a":"b"})", R"("\u0001\u00e9\uffff")", R"("\ud83d\ude00 \uD83D\uDE00")",
        R"("a\\u0000")", R"("\\\\ud83d")", R"("\"\/\b\n\t")", ""}) {
    std::string buffer;
    const std::string_view in = text;
    EXPECT_EQ(storable_json(in, buffer).data(), in.data()) << text;
  }
}

TEST(json_text, replaces_nul_and_lone_surrogates) {
  EXPECT_EQ(stored(R"("a\u0000b")"), R"("a\ufffdb")");
  EXPECT_EQ(stored(R"("\\\u0000")"), R"("\\\ufffd")");
  EXPECT_EQ(stored(R"("\ud83d")"), R"("\ufffd")");
  EXPECT_EQ(stored(R"("\ude00\ud83d")"), R"("\ufffd\ufffd")");
  EXPECT_EQ(stored(R"("\ud83d\ud83d\ude00")"), R"("\ufffd\ud83d\ude00")");
  EXPECT_EQ(stored(R"("\uD83Dx\uDE00")"), R"("\ufffdx\ufffd")");
  EXPECT_EQ(stored(R"("\ud83d\n")"), R"("\ufffd\n")");
  EXPECT_EQ(stored(R"({"k\u0000":"\u0000\u0000"})"), R"({"k\ufffd":"\ufffd\ufffd"})");
}

TEST(json_text, leaves_broken_escapes_to_the_parser) {
  for (const char* text : {R"("\u00)", R"("\u00g0")", "\\", R"("\ud83d\u00)"}) {
    EXPECT_NO_THROW(stored(text)) << text;
  }
  EXPECT_EQ(stored(R"("\u00g0")"), R"("\u00g0")");
}

RC_GTEST_PROP(json_text, is_stable, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "\\", "\\u0000", "\\ud83d", "\\ude00", "u0000", "x", "\\u0041", "\\n"));
  std::string text;
  for (const auto& piece : pieces) text += piece;
  const auto once = stored(text);
  RC_ASSERT(stored(once) == once);
  RC_ASSERT(once.size() == text.size());
}

TEST(json_text, storable_text_is_utf8_without_nul) {
  using namespace std::string_literals;
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(storable_text("plain ü 😀 \t\n"), "plain ü 😀 \t\n");
  EXPECT_EQ(storable_text("a\0b"s), "a" + bad + "b");
  EXPECT_EQ(storable_text("\xff"), bad);
  EXPECT_EQ(storable_text("\xc3"), bad);
  EXPECT_EQ(storable_text("\xc0\xaf"), bad + bad);
  EXPECT_EQ(storable_text("\xed\xa0\x80"), bad + bad + bad);
  EXPECT_EQ(storable_text("\xf4\x90\x80\x80"), bad + bad + bad + bad);
  EXPECT_EQ(storable_text("\xe2\x82"), bad + bad);
}

}  // namespace crossdock::store
