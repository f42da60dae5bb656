#include "tests/workflows/text_cases.hpp"

#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workflows/text_names_double.hpp"
#include "workflows/slack_mattermost/text/message_text.hpp"
#include "workflows/slack_mattermost/text/mrkdwn.hpp"

/// The cases are data: text_cases/*.json. A case has a name, an input, the expected Markdown, and
/// optionally the expected attachments (default none) and notes as "reason:item" (default none).
/// Inputs of mrkdwn.json are text, those of rich_text.json the elements of a rich_text block, those
/// of blocks.json the blocks, those of messages.json whole messages.
namespace crossdock::test {
namespace {

namespace json = boost::json;

struct text_case {
  std::string file;
  json::object data;

  std::string name() const { return std::string(data.at("name").as_string()); }
};

std::vector<text_case> load_cases() {
  std::vector<text_case> cases;
  for (const auto& file : text_cases::embedded_files()) {
    const json::value content = json::parse(json::string_view(file.text.data(), file.text.size()));
    for (const json::value& entry : content.as_array()) {
      cases.push_back({std::string(file.path.substr(0, file.path.find('.'))), entry.as_object()});
    }
  }
  return cases;
}

slack::rendered_text render(const text_case& from) {
  const json::value& input = from.data.at("input");
  if (from.file == "mrkdwn") {
    slack::conversion_notes notes;
    const auto text = input.as_string();
    slack::rendered_text result;
    result.markdown = slack::mrkdwn_to_markdown({text.data(), text.size()}, fixed_options(), notes);
    result.notes = notes.take();
    return result;
  }
  json::object message;
  if (from.file == "messages") {
    message = input.as_object();
  } else if (from.file == "blocks") {
    message["blocks"] = input;
  } else {
    message["blocks"] = json::array{json::object{{"type", "rich_text"}, {"elements", input}}};
  }
  return slack::render_message(message, fixed_options());
}

std::vector<std::string> expected_notes(const text_case& from) {
  std::vector<std::string> notes;
  if (const json::value* listed = from.data.if_contains("notes")) {
    for (const json::value& note : listed->as_array()) notes.emplace_back(note.as_string());
  }
  return notes;
}

class text_cases_test : public testing::TestWithParam<text_case> {};

TEST_P(text_cases_test, gives_the_expected_markdown) {
  const slack::rendered_text result = render(GetParam());
  EXPECT_EQ(result.markdown, std::string(GetParam().data.at("expect").as_string()));
  const json::value* attachments = GetParam().data.if_contains("attachments");
  EXPECT_EQ(json::serialize(result.attachments),
            attachments == nullptr ? "[]" : json::serialize(*attachments));
  std::vector<std::string> notes;
  for (const slack::text_note& note : result.notes) notes.push_back(note.reason + ":" + note.item);
  EXPECT_THAT(notes, testing::ElementsAreArray(expected_notes(GetParam())));
}

std::string test_name(const testing::TestParamInfo<text_case>& info) {
  std::string name = info.param.file + "_" + info.param.name();
  for (char& c : name) {
    if (c == ' ' || c == '-') c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(data, text_cases_test, testing::ValuesIn(load_cases()), test_name);

}  // namespace
}  // namespace crossdock::test
