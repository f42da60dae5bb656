#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/workflows/text_names_double.hpp"
#include "workflows/slack_mattermost/text/message_text.hpp"
#include "workflows/slack_mattermost/text/mrkdwn.hpp"
#include "workflows/slack_mattermost/text/utf8.hpp"

namespace crossdock::test {
namespace {

namespace json = boost::json;

bool is_valid_utf8(std::string_view text) {
  for (std::size_t pos = 0; pos < text.size();) {
    const slack::code_point at = slack::decode_at(text, pos);
    if (!at.valid || at.value == 0) return false;
    pos += at.size;
  }
  return true;
}

std::string convert(std::string_view text) {
  slack::conversion_notes notes;
  return slack::mrkdwn_to_markdown(text, fixed_options(), notes);
}

/// Text made of the tokens that matter, so that short inputs already meet every rule.
std::string mrkdwn_of(const std::vector<int>& choices) {
  static const std::vector<std::string> tokens{"*",
                                               "_",
                                               "~",
                                               "`",
                                               "```",
                                               "\n",
                                               " ",
                                               "a",
                                               "ж",
                                               "<@U1>",
                                               "<#C1|>",
                                               "<!here>",
                                               "<",
                                               ">",
                                               "|",
                                               "&gt;",
                                               "&amp;",
                                               "&lt;",
                                               ":+1:",
                                               "::",
                                               "[x](y)",
                                               "https://x.y",
                                               "\\",
                                               "# ",
                                               "\xff",
                                               "\xe2\x82",
                                               std::string(1, '\0'),
                                               "<http://a|b>",
                                               "<!date^1^{ago}|>",
                                               "😀",
                                               "- ",
                                               "___"};
  std::string text;
  for (const int choice : choices) text += tokens[static_cast<unsigned>(choice) % tokens.size()];
  return text;
}

TEST(text_property, output_is_valid_utf8_for_any_bytes) {
  EXPECT_TRUE(
      rc::check([](const std::string& bytes) { RC_ASSERT(is_valid_utf8(convert(bytes))); }));
}

TEST(text_property, output_is_valid_utf8_for_any_tokens) {
  EXPECT_TRUE(rc::check([](const std::vector<int>& choices) {
    RC_ASSERT(is_valid_utf8(convert(mrkdwn_of(choices))));
  }));
}

TEST(text_property, conversion_is_deterministic) {
  EXPECT_TRUE(rc::check([](const std::vector<int>& choices) {
    const std::string text = mrkdwn_of(choices);
    RC_ASSERT(convert(text) == convert(text));
  }));
}

/// Any code without what would end the span.
std::string code_of(const std::vector<int>& choices) {
  std::string code;
  for (const char c : slack::clean_text(mrkdwn_of(choices))) {
    if (c != '`' && c != '\n') code += c;
  }
  return "x" + code;
}

TEST(text_property, code_spans_keep_their_characters) {
  EXPECT_TRUE(rc::check([](const std::vector<int>& choices) {
    const std::string code = code_of(choices);
    const std::string expected = "`" + slack::decode_entities(code) + "`";
    RC_ASSERT(convert("a `" + code + "` b") == "a " + expected + " b");
    RC_ASSERT(convert("*`" + code + "`*") == "**" + expected + "**");
  }));
}

TEST(text_property, code_blocks_keep_their_characters) {
  EXPECT_TRUE(rc::check([](const std::vector<int>& lines) {
    std::string code = code_of(lines) + "\n" + code_of({lines.rbegin(), lines.rend()});
    RC_ASSERT(convert("```" + code + "```") == "```\n" + slack::decode_entities(code) + "\n```");
  }));
}

TEST(text_property, words_are_never_touched) {
  EXPECT_TRUE(rc::check([](const std::vector<int>& choices) {
    static const std::vector<std::string> words{"snake_case",  "x",     "don't", "1.5",   "a-b",
                                                "foo_bar_baz", "слово", "100%",  "(see)", "a/b"};
    std::string text = "w";
    for (const int choice : choices) {
      text += " " + words[static_cast<unsigned>(choice) % words.size()];
    }
    RC_ASSERT(convert(text) == text);
  }));
}

json::value any_value(int seed, int depth);

json::object any_object(int seed, int depth) {
  static const std::vector<const char*> keys{
      "type",      "text",     "elements", "style",    "blocks",         "attachments", "indent",
      "fields",    "name",     "url",      "rows",     "user_id",        "unicode",     "skin_tone",
      "timestamp", "is_share", "color",    "ts",       "message_blocks", "files",       "actions",
      "comment",   "subtype",  "title",    "accessory"};
  json::object object;
  for (int i = 0; i < 6; ++i) {
    const auto pick = static_cast<unsigned>(seed * 7 + i * 13 + depth * 5);
    object[keys[pick % keys.size()]] = any_value(seed + i * 31 + 1, depth + 1);
  }
  return object;
}

json::value any_value(int seed, int depth) {
  static const std::vector<const char*> words{"rich_text",
                                              "rich_text_section",
                                              "rich_text_list",
                                              "text",
                                              "link",
                                              "emoji",
                                              "section",
                                              "table",
                                              "context",
                                              "actions",
                                              "user",
                                              "date",
                                              "*x* <@U1>",
                                              "",
                                              "me_message",
                                              "file_comment",
                                              "rich_text_preformatted",
                                              "rich_text_quote",
                                              "image",
                                              "video",
                                              "header",
                                              "1.5"};
  switch (static_cast<unsigned>(seed) % (depth > 4 ? 5U : 8U)) {
    case 0: return nullptr;
    case 1: return static_cast<unsigned>(seed) % 3 == 0;
    case 2: return seed * 1e18;
    case 3: return seed;
    case 4: return words[static_cast<unsigned>(seed / 8) % words.size()];
    case 5: return json::array{any_value(seed / 2, depth + 1), any_value(seed / 3 + 1, depth + 1)};
    case 6: return json::array{any_object(seed / 2, depth), any_object(seed / 3 + 1, depth)};
    default: return any_object(seed / 2, depth);
  }
}

TEST(text_property, odd_shapes_never_throw_and_give_valid_text) {
  EXPECT_TRUE(rc::check([](int seed) {
    json::object message = any_object(seed & 0xFFFFFF, 0);
    message["blocks"] = json::array{any_object((seed & 0xFFFF) + 3, 1)};
    const slack::rendered_text result = slack::render_message(message, fixed_options());
    RC_ASSERT(is_valid_utf8(result.markdown));
    RC_ASSERT(is_valid_utf8(json::serialize(result.attachments)));
  }));
}

}  // namespace
}  // namespace crossdock::test
