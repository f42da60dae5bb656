#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workflows/archive_test_support.hpp"
#include "workflows/slack_mattermost/slack/blob_reader.hpp"

namespace crossdock::slack::test {
namespace {

using testing::ElementsAre;

/// What a blob reader told, one line per call.
std::vector<std::string> read_lines(const std::string& path, const std::vector<api::blob>& wanted) {
  std::vector<std::string> lines;
  api::blob_reader::sink sink;
  sink.begin = [&](const api::blob& item) { lines.push_back(item.key + ":"); };
  sink.data = [&](std::string_view piece) { lines.back() += piece; };
  sink.end = [&] { lines.back() += "."; };
  sink.failed = [&](const api::blob& item, std::string_view) { lines.push_back(item.key + "!"); };
  archive_blob_reader(open_archive(path)).read(wanted, sink);
  return lines;
}

TEST(archive_blob, blobs_come_in_the_archives_order_and_missing_ones_last) {
  const temporary_folder folder;
  write_zip(folder / "export.zip", {{"users.json", "[]"},
                                    {"__uploads/F2/b.txt", "two"},
                                    {"__uploads/F1/a.txt", "one"},
                                    {"__uploads/F3/c.txt", "three"}});
  EXPECT_THAT(read_lines(folder / "export.zip", {{.key = "F1", .path = "__uploads/F1/a.txt"},
                                                 {.key = "F9", .path = "__uploads/F9/x.txt"},
                                                 {.key = "F2", .path = "__uploads/F2/b.txt"}}),
              ElementsAre("F2:two.", "F1:one.", "F9!"));
  EXPECT_THAT(read_lines(folder / "export.zip", {}), testing::IsEmpty());
}

TEST(archive_blob, two_blobs_of_one_path_are_both_served) {
  const temporary_folder folder;
  write_folder(folder / "export", {{"users.json", "[]"}, {"__uploads/F1/a.txt", "one"}});
  EXPECT_THAT(read_lines(folder / "export", {{.key = "F1", .path = "__uploads/F1/a.txt"},
                                             {.key = "F7", .path = "__uploads/F1/a.txt"}}),
              ElementsAre("F1:one.", "F7:one."));
}

TEST(archive_blob, a_damaged_blob_fails_and_the_next_is_served) {
  const temporary_folder folder;
  write_file(folder / "export.zip",
             zip_bytes({{.name = "users.json", .data = "[]"},
                        {.name = "__uploads/F1/a", .data = "one", .declared_crc = 5},
                        {.name = "__uploads/F2/b", .data = "two"}}));
  const auto lines = read_lines(folder / "export.zip", {{.key = "F1", .path = "__uploads/F1/a"},
                                                        {.key = "F2", .path = "__uploads/F2/b"}});
  EXPECT_THAT(lines, ElementsAre("F1:one", "F1!", "F2:two."));
}

TEST(archive_blob, login_pages_in_place_of_files_are_recognised) {
  for (const std::string_view page :
       {"<!DOCTYPE html><html>", "<!doctype HTML>", "\n  <html lang=en>", "<HTML>", "<head>",
        "\xEF\xBB\xBF<!doctype html>"}) {
    EXPECT_TRUE(looks_like_html(page, "image/png", "a.png")) << page;
    EXPECT_TRUE(looks_like_html(page, "", "")) << page;
    EXPECT_FALSE(looks_like_html(page, "text/html; charset=utf-8", "a")) << page;
    EXPECT_FALSE(looks_like_html(page, "", "Page.HTM")) << page;
  }
  for (const std::string_view data :
       {"\x89PNG\r\n", "", "  ", "plain text <html>", "<svg>", "<?xml"}) {
    EXPECT_FALSE(looks_like_html(data, "image/png", "a.png")) << data;
  }
}

}  // namespace
}  // namespace crossdock::slack::test
