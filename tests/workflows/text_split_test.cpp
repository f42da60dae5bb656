#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "workflows/slack_mattermost/text/split.hpp"
#include "workflows/slack_mattermost/text/utf8.hpp"

namespace crossdock::test {
namespace {

using pieces = std::vector<std::string>;
using slack::count_runes;
using slack::split_message;

std::string joined(const pieces& parts) {
  return std::accumulate(parts.begin(), parts.end(), std::string());
}

TEST(text_split, counts_runes_like_go) {
  EXPECT_EQ(count_runes(""), 0U);
  EXPECT_EQ(count_runes("añ€😀"), 4U);
  EXPECT_EQ(count_runes("\xff\xfe"), 2U);
  EXPECT_EQ(count_runes("\xe2\x82"), 2U);
}

TEST(text_split, short_text_is_one_piece) {
  EXPECT_EQ(split_message("abc", 3), pieces{"abc"});
  EXPECT_EQ(split_message("", 3), pieces{});
}

TEST(text_split, the_default_is_mattermosts_limit) {
  EXPECT_EQ(split_message(std::string(16383, 'a')).size(), 1U);
  const pieces parts = split_message(std::string(16384, 'a'));
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].size(), 16383U);
}

TEST(text_split, prefers_paragraphs) {
  EXPECT_EQ(split_message("aaaa bb\n\ncc. d\nee f", 14), (pieces{"aaaa bb\n\n", "cc. d\nee f"}));
}

TEST(text_split, then_lines) {
  EXPECT_EQ(split_message("aaaa bbb\ncc. dd ee", 14), (pieces{"aaaa bbb\n", "cc. dd ee"}));
}

TEST(text_split, then_sentences) {
  EXPECT_EQ(split_message("aaaa bbb. cc dd ee", 14), (pieces{"aaaa bbb. ", "cc dd ee"}));
}

TEST(text_split, then_words) {
  EXPECT_EQ(split_message("aaaa bbbb cc dd", 14), (pieces{"aaaa bbbb cc ", "dd"}));
}

TEST(text_split, a_long_word_moves_to_the_next_piece_before_it_is_torn) {
  EXPECT_EQ(split_message("ab " + std::string(10, 'x'), 10), (pieces{"ab ", std::string(10, 'x')}));
  EXPECT_EQ(split_message(std::string(12, 'x'), 10), (pieces{std::string(10, 'x'), "xx"}));
}

TEST(text_split, keeps_what_readers_see_as_one_character) {
  const std::string combining = "e\xcc\x81";
  EXPECT_EQ(split_message("aaa" + combining, 4), (pieces{"aaa", combining}));
  const std::string family = "👨‍👩‍👧";
  EXPECT_EQ(split_message("a" + family, 5), (pieces{"a", family}));
  const std::string toned = "👋🏽";
  EXPECT_EQ(split_message("aa" + toned, 3), (pieces{"aa", toned}));
  const std::string flags = "🇩🇪🇫🇷";
  EXPECT_EQ(split_message(flags, 3), (pieces{"🇩🇪", "🇫🇷"}));
  EXPECT_EQ(split_message("a❤️b", 2), (pieces{"a", "❤️", "b"}));
}

TEST(text_split, a_character_longer_than_the_limit_is_torn_between_runes) {
  const pieces parts = split_message("👨‍👩‍👧", 2);
  EXPECT_EQ(joined(parts), "👨‍👩‍👧");
  for (const std::string& part : parts) EXPECT_LE(count_runes(part), 2U);
}

TEST(text_split, moves_a_code_block_that_fits_into_the_next_piece) {
  const std::string code = "```sql\nselect 1;\nselect 2;\n```\n";
  EXPECT_EQ(split_message("intro text\n" + code + "end", 40),
            (pieces{"intro text\n", code + "end"}));
}

TEST(text_split, closes_and_reopens_a_code_block_that_must_be_cut) {
  EXPECT_EQ(split_message("```sql\nselect 1;\nselect 2;\nselect 3;\n```\nend", 32),
            (pieces{"```sql\nselect 1;\nselect 2;\n```", "```sql\nselect 3;\n```\nend"}));
}

TEST(text_split, closes_a_code_block_in_the_middle_of_a_long_line) {
  const pieces parts = split_message("~~~~\n" + std::string(40, 'x') + "\n~~~~", 30);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0], "~~~~\n" + std::string(20, 'x') + "\n~~~~");
  EXPECT_EQ(parts[1], "~~~~\n" + std::string(20, 'x') + "\n~~~~");
}

TEST(text_split, reopens_a_code_block_inside_its_quote) {
  EXPECT_EQ(split_message("> ```\n> aaaaaaaa\n> bbbbbbbb\n> ```", 26),
            (pieces{"> ```\n> aaaaaaaa\n> ```", "> ```\n> bbbbbbbb\n> ```"}));
}

std::string text_of(const std::vector<int>& choices, const std::vector<std::string>& alphabet) {
  std::string text;
  for (const int choice : choices) {
    text += alphabet[static_cast<unsigned>(choice) % alphabet.size()];
  }
  return text;
}

TEST(text_split, loses_nothing_and_respects_the_limit) {
  const std::vector<std::string> alphabet{
      "a",    "bc", " ", "\n",        "\n\n",
      ". ",   "ж",  "😀", "e\xcc\x81", "\xf0\x9f\x91\x8b\xf0\x9f\x8f\xbd",
      "\xff", "`"};
  const bool held = rc::check([&](const std::vector<int>& choices) {
    // Without lines of three backticks there is no code block, and the pieces are the text.
    std::string text = text_of(choices, alphabet);
    for (std::size_t at; (at = text.find("```")) != std::string::npos;) text.erase(at, 1);
    const std::size_t limit = *rc::gen::inRange<std::size_t>(1, 40);
    const pieces parts = split_message(text, limit);
    RC_ASSERT(joined(parts) == text);
    for (const std::string& part : parts) {
      RC_ASSERT(!part.empty());
      RC_ASSERT(count_runes(part) <= limit);
    }
  });
  EXPECT_TRUE(held);
}

/// Whether the Markdown ends inside of a fenced block, by the plainest reading.
bool ends_in_code(const std::string& markdown) {
  bool open = false;
  for (std::size_t begin = 0; begin <= markdown.size();) {
    const std::size_t end = std::min(markdown.find('\n', begin), markdown.size());
    if (markdown.compare(begin, 3, "```") == 0) {
      const bool bare = markdown.substr(begin, end - begin) == "```";
      if (!open || bare) open = !open;
    }
    begin = end + 1;
  }
  return open;
}

TEST(text_split, every_piece_closes_the_code_it_opens) {
  const std::vector<std::string> alphabet{"a ", "bcd", "\n", "\n```\n", "\n```sql\n", "xyz\n"};
  const bool held = rc::check([&](const std::vector<int>& choices) {
    std::string text = text_of(choices, alphabet) + "\n";
    if (ends_in_code(text)) text += "```\n";
    const std::size_t limit = *rc::gen::inRange<std::size_t>(32, 64);
    std::string letters;
    for (const std::string& part : split_message(text, limit)) {
      RC_ASSERT(count_runes(part) <= limit);
      RC_ASSERT(!ends_in_code(part));
      letters += part;
    }
    const auto without_fences = [](std::string from) {
      for (const std::string_view noise : {"```sql", "`", "\n"}) {
        for (std::size_t at; (at = from.find(noise)) != std::string::npos;) {
          from.erase(at, noise.size());
        }
      }
      return from;
    };
    RC_ASSERT(without_fences(letters) == without_fences(text));
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace crossdock::test
