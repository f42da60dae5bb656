#include <string>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "observability/escape.hpp"

namespace crossdock::logging {
namespace {

std::string escaped(std::string_view text, escape_style style = escape_style::text) {
  std::string result;
  append_escaped(result, text, style);
  return result;
}

std::string quoted(std::string_view text, escape_style style) {
  std::string result;
  append_quoted(result, text, style);
  return result;
}

rc::Gen<std::string> any_bytes() {
  return rc::gen::container<std::string>(
      rc::gen::map(rc::gen::element(0, 9, 10, 13, 27, 34, 65, 92, 0x7f, 0x80, 0x9b, 0xa9, 0xc2,
                                    0xc3, 0xe2, 0xed, 0xf0, 0xff),
                   [](int byte) { return static_cast<char>(byte); }));
}

RC_GTEST_PROP(escaping, leaves_no_control_character, ()) {
  const auto bytes = *any_bytes();
  for (const auto style : {escape_style::text, escape_style::json}) {
    const auto text = escaped(bytes, style);
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      RC_ASSERT(c >= 0x20 && c != 0x7f);
      // C1 controls are U+0080 to U+009F: the lead byte C2 and one below A0.
      if (c == 0xc2) RC_ASSERT(static_cast<unsigned char>(text.at(i + 1)) >= 0xa0);
    }
  }
}

RC_GTEST_PROP(escaping, of_any_bytes_is_a_json_string, ()) {
  boost::system::error_code error;
  boost::json::parse(quoted(*any_bytes(), escape_style::json), error);
  RC_ASSERT(!error);
}

RC_GTEST_PROP(escaping, for_json_keeps_valid_text, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127));
  const auto parsed = boost::json::parse(quoted(text, escape_style::json));
  RC_ASSERT(std::string(parsed.as_string()) == text);
}

TEST(escaping, shows_what_was_there) {
  EXPECT_EQ(escaped("a\nb\r\t"), "a\\nb\\r\\t");
  EXPECT_EQ(escaped("\x1b[31mred"), "\\x1b[31mred");
  EXPECT_EQ(escaped("\xc2\x9b"), "\\u009b");
  EXPECT_EQ(escaped("line\xe2\x80\xa8separator"), "line\\u2028separator");
  EXPECT_EQ(escaped("\xe2\x80\xaegnp.exe"), "\\u202egnp.exe");
  EXPECT_EQ(escaped(std::string_view("\0", 1)), "\\x00");
}

TEST(escaping, keeps_readable_text) {
  const std::string text = "Grüße, 漢字, 👍🏽 \"quoted\" C:\\path";
  EXPECT_EQ(escaped(text), text);
}

TEST(escaping, replaces_what_is_not_utf8) {
  EXPECT_EQ(escaped("\xff"), "\\xff");
  EXPECT_EQ(escaped("\xc3("), "\\xc3(");                           // cut short
  EXPECT_EQ(escaped("\xc0\xaf"), "\\xc0\\xaf");                    // overlong
  EXPECT_EQ(escaped("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // a surrogate
  EXPECT_EQ(escaped("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // beyond U+10FFFF
  EXPECT_EQ(escaped("\xe2\x82"), "\\xe2\\x82");
  EXPECT_EQ(escaped("\xff", escape_style::json), "\\ufffd");
}

TEST(escaping, protects_quotes) {
  EXPECT_EQ(quoted(R"(a"b\c)", escape_style::text), R"("a\"b\\c")");
  EXPECT_EQ(quoted("\x01", escape_style::json), R"("\u0001")");
}

}  // namespace
}  // namespace crossdock::logging
