#include <algorithm>
#include <ctime>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <gtest/gtest.h>

#include "tests/workflows/text_names_double.hpp"
#include "workflows/slack_mattermost/text/message_text.hpp"
#include "workflows/slack_mattermost/text/mrkdwn.hpp"
#include "workflows/slack_mattermost/text/split.hpp"

/// Inputs made to make a converter slow: converted and split in linear time.
namespace crossdock::test {
namespace {

namespace json = boost::json;

/// Processor time, so that a loaded machine does not matter. Release builds take a tenth of it,
/// quadratic work misses it by far. Unoptimised builds, perhaps with sanitizers, get less to do.
#ifdef NDEBUG
constexpr std::size_t input_bytes = 1'000'000;
constexpr double allowed_seconds = 1.0;
#else
constexpr std::size_t input_bytes = 100'000;
constexpr double allowed_seconds = 3.0;
#endif

class stopwatch {
 public:
  double seconds() const { return static_cast<double>(std::clock() - begin_) / CLOCKS_PER_SEC; }

 private:
  std::clock_t begin_ = std::clock();
};

std::string repeated(std::string_view unit, std::size_t bytes = input_bytes) {
  std::string text;
  text.reserve(bytes + unit.size());
  while (text.size() < bytes) text += unit;
  return text;
}

class hostile_mrkdwn : public testing::TestWithParam<std::string> {};

TEST_P(hostile_mrkdwn, is_converted_and_split_in_linear_time) {
  const std::string text = repeated(GetParam());
  slack::conversion_notes notes;
  const stopwatch watch;
  const std::string markdown = slack::mrkdwn_to_markdown(text, fixed_options(), notes);
  const auto pieces = slack::split_message(markdown);
  EXPECT_LT(watch.seconds(), allowed_seconds);
  EXPECT_FALSE(markdown.empty());
  EXPECT_LE(notes.all().size(), slack::conversion_notes::limit);
  for (const std::string& piece : pieces) {
    EXPECT_LE(slack::count_runes(piece), slack::longest_post);
  }
}

INSTANTIATE_TEST_SUITE_P(
    megabytes, hostile_mrkdwn,
    testing::Values("*", "_", "~", "`", "<", ">", "&gt;", "&amp;", ":", "[", "]", "](", "\\", "#",
                    "*a ", "*a* ", " *a", "*_~", "**a", "_a_", "`a", "``` ", "```a", "```\n",
                    "````\n", "\n```x\n", "~~~\n", "<a", "<@U1", "<@U1>", "<@U9>", "<http://a|",
                    "<http://a|b>", ":a", ":a:", ":x1:y", "http://", "http://&amp;", "http://&lt;",
                    "http://a)", "&gt; a\n", "&gt;&gt;&gt; ", "\n", " ", "- \n", "\xff", "\xcc\x81",
                    "👋🏽", "<!date^1^{", "<!date^1^{x}|>", "---\n", "a\u2003", "> ```\n"));

json::object section(json::array elements) {
  return {{"type", "rich_text_section"}, {"elements", std::move(elements)}};
}

slack::rendered_text render_rich_text(json::array elements) {
  const json::object message{
      {"blocks",
       json::array{json::object{{"type", "rich_text"}, {"elements", std::move(elements)}}}}};
  return slack::render_message(message, fixed_options());
}

TEST(hostile_blocks, styles_that_change_with_every_character) {
  json::array elements;
  for (int i = 0; i < 50'000; ++i) {
    elements.emplace_back(json::object{
        {"type", "text"},
        {"text", "a"},
        {"style",
         json::object{{"bold", i % 2 == 0}, {"italic", i % 3 == 0}, {"strike", i % 5 == 0}}}});
  }
  const stopwatch watch;
  const auto result = render_rich_text({section(std::move(elements))});
  EXPECT_LT(watch.seconds(), allowed_seconds);
  EXPECT_EQ(static_cast<int>(std::count(result.markdown.begin(), result.markdown.end(), 'a')),
            50'000);
}

TEST(hostile_blocks, lists_that_nest_without_end) {
  json::array lists;
  for (int i = 0; i < 20'000; ++i) {
    lists.emplace_back(json::object{
        {"type", "rich_text_list"},
        {"style", "bullet"},
        {"indent", i},
        {"elements", json::array{section({json::object{{"type", "text"}, {"text", "x"}}})}}});
  }
  const stopwatch watch;
  const auto result = render_rich_text(std::move(lists));
  EXPECT_LT(watch.seconds(), allowed_seconds);
  EXPECT_EQ(static_cast<int>(std::count(result.markdown.begin(), result.markdown.end(), 'x')),
            20'000);
  ASSERT_EQ(result.notes.size(), 1U);
  EXPECT_EQ(result.notes[0].reason, slack::reason::too_deep);
}

TEST(hostile_blocks, containers_that_nest_without_end) {
  json::object nested = section({json::object{{"type", "text"}, {"text", "deep"}}});
  for (int i = 0; i < 2'000; ++i) {
    nested = json::object{{"type", "box"}, {"elements", json::array{std::move(nested)}}};
  }
  const auto result = render_rich_text({section({std::move(nested)})});
  EXPECT_EQ(result.markdown, "");
  ASSERT_EQ(result.notes.size(), 1U);
  EXPECT_EQ(result.notes[0].reason, slack::reason::too_deep);
}

}  // namespace
}  // namespace crossdock::test
