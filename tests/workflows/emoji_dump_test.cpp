#include "workflows/slack_mattermost/slack/emoji_dump.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workflows/archive_test_support.hpp"

namespace crossdock::slack {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace test;

/// What a run says whose option source.emoji has that value.
std::string refusal_of(const std::string& emoji) {
  const temporary_folder folder;
  write_file(folder / "export.zip", zip_bytes({{.name = "channels.json", .data = "[]"}}));
  source_options options;
  options.emoji = emoji;
  try {
    find_emoji(*open_archive(folder / "export.zip"), options);
  } catch (const api::source_error& error) {
    return error.what();
  }
  return "no error";
}

TEST(emoji_dump, that_leads_nowhere_is_refused_with_the_options_name) {
  EXPECT_THAT(refusal_of("/nope"),
              AllOf(HasSubstr("source.emoji = /nope: "), HasSubstr("No such file or directory")));
}

TEST(emoji_dump, that_is_no_index_is_refused_with_the_options_name) {
  const temporary_folder folder;
  write_file(folder / "emoji.json", "[1]");
  const std::string file = folder / "emoji.json";
  EXPECT_THAT(refusal_of(file),
              AllOf(HasSubstr("source.emoji = " + file + ": "), HasSubstr("not an emoji index")));
}

}  // namespace
}  // namespace crossdock::slack
