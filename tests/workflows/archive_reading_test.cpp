#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workflows/archive_test_support.hpp"

namespace crossdock::slack::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

named_texts small_export() {
  return {{"users.json", "[]"},
          {"general/2024-01-02.json", R"([{"ts":"1.2"}])"},
          {"channels.json", R"([{"id":"C1"}])"},
          {"general/2024-01-01.json", "[]"},
          {"general.json", "x"},
          {"__uploads/F1/é.bin", std::string("\0\1\2", 3)},
          {"general-2/2024-01-01.json", ""}};
}

std::vector<std::string> paths_of(const archive& from) {
  std::vector<std::string> paths;
  for (const auto& item : members_of(from)) paths.push_back(item.path);
  return paths;
}

TEST(archive_reading, zip_and_folder_hold_the_same) {
  const temporary_folder folder;
  write_zip(folder / "export.zip", small_export());
  write_folder(folder / "export", small_export());
  const auto zip = open_archive(folder / "export.zip");
  const auto tree = open_archive(folder / "export");
  EXPECT_EQ(contents_of(*zip), contents_of(*tree));
  EXPECT_EQ(contents_of(*zip).size(), small_export().size());
  EXPECT_EQ(zip->total_bytes(), tree->total_bytes());
  auto in_zip = members_of(*zip);
  const auto in_tree = members_of(*tree);
  std::ranges::sort(in_zip, {}, &member::path);
  ASSERT_EQ(in_zip.size(), in_tree.size());
  for (std::size_t i = 0; i < in_zip.size(); ++i) {
    EXPECT_EQ(in_zip[i].path, in_tree[i].path);
    EXPECT_EQ(in_zip[i].size, in_tree[i].size);
    EXPECT_EQ(in_zip[i].kind, in_tree[i].kind);
  }
}

TEST(archive_reading, a_zip_keeps_its_order_and_a_folder_has_the_byte_order_of_paths) {
  const temporary_folder folder;
  write_zip(folder / "export.zip", small_export());
  write_folder(folder / "export", small_export());
  std::vector<std::string> stored;
  for (const auto& [name, text] : small_export()) stored.push_back(name);
  EXPECT_EQ(paths_of(*open_archive(folder / "export.zip")), stored);
  std::ranges::sort(stored);
  EXPECT_EQ(paths_of(*open_archive(folder / "export")), stored);
}

TEST(archive_reading, reads_only_what_is_wanted_and_stops_when_it_has_enough) {
  const temporary_folder folder;
  write_zip(folder / "export.zip", small_export());
  const auto opened = open_archive(folder / "export.zip");
  std::vector<std::string> offered;
  std::vector<std::string> read;
  archive::sink sink;
  sink.begin = [&](const member& item) { read.push_back(item.path); };
  sink.data = [](std::string_view) {};
  sink.end = [](const member&) {};
  sink.enough = [&] { return read.size() == 2; };
  opened->read(
      [&](const member& item) {
        offered.push_back(item.path);
        return item.kind == member_kind::top_level_list;
      },
      sink);
  EXPECT_THAT(read, ElementsAre("users.json", "channels.json"));
  EXPECT_THAT(offered, ElementsAre("users.json", "general/2024-01-02.json", "channels.json"));
}

TEST(archive_reading, the_root_may_be_nested) {
  const temporary_folder folder;
  write_zip(folder / "export.zip", {{"My export/channels.json", "[]"},
                                    {"My export/general/2024-01-01.json", "[]"},
                                    {"My export/teams/x/users.json", "[]"},
                                    {"__MACOSX/users.json", "x"},
                                    {"readme.txt", "x"}});
  const auto opened = open_archive(folder / "export.zip");
  EXPECT_EQ(opened->root(), "My export/");
  const auto members = members_of(*opened);
  ASSERT_EQ(members.size(), 5U);
  EXPECT_EQ(members[0].path, "channels.json");
  EXPECT_EQ(members[0].raw_path, "My export/channels.json");
  EXPECT_EQ(members[1].kind, member_kind::day_file);
  EXPECT_EQ(members[2].kind, member_kind::grid);
  EXPECT_EQ(members[3].kind, member_kind::junk);
  EXPECT_EQ(members[4].kind, member_kind::outside_root);
  EXPECT_EQ(members[4].path, "readme.txt");
}

TEST(archive_reading, an_archive_without_an_export_is_refused) {
  const temporary_folder folder;
  write_zip(folder / "other.zip", {{"a.txt", "x"}});
  write_zip(folder / "two.zip", {{"a/users.json", "[]"}, {"b/users.json", "[]"}});
  write_zip(folder / "folders.zip", {{"a/", ""}});
  EXPECT_THAT(opening_error(folder / "other.zip"), HasSubstr("no Slack export"));
  EXPECT_THAT(opening_error(folder / "two.zip"), HasSubstr("\"a/\" \"b/\""));
  EXPECT_THAT(opening_error(folder / "folders.zip"), HasSubstr("no files"));
}

TEST(archive_reading, an_emoji_dump_has_its_root_at_the_top) {
  const temporary_folder folder;
  write_folder(folder / "dump", {{"index.json", "{}"}, {"emojis/party.gif", "GIF"}});
  EXPECT_THAT(opening_error(folder / "dump"), HasSubstr("no Slack export"));
  const auto members = members_of(*open_archive(folder / "dump", {}, root_rule::top));
  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[0].kind, member_kind::emoji_image);
  EXPECT_EQ(members[1].kind, member_kind::emoji_index);
}

TEST(archive_reading, names_are_utf8_with_and_without_the_flag) {
  const temporary_folder folder;
  for (const auto flags : {std::uint16_t{0}, utf8_flag}) {
    write_file(folder / "export.zip",
               zip_bytes({{.name = "users.json", .data = "[]"},
                          {.name = "джулия-по-русски/1.json", .data = "a", .flags = flags},
                          {.name = "español/1.json", .data = "b", .flags = flags}}));
    EXPECT_THAT(paths_of(*open_archive(folder / "export.zip")),
                ElementsAre("users.json", "джулия-по-русски/1.json", "español/1.json"));
  }
}

TEST(archive_reading, a_name_that_is_not_utf8_is_told_and_never_read) {
  const temporary_folder folder;
  for (const auto flags : {std::uint16_t{0}, utf8_flag}) {
    write_file(folder / "export.zip",
               zip_bytes({{.name = "bad\xFF/1.json", .data = "a", .flags = flags},
                          {.name = "bad\xFE/1.json", .data = "b", .flags = flags},
                          {.name = "users.json", .data = "[]"}}));
    const auto opened = open_archive(folder / "export.zip");
    const auto members = members_of(*opened);
    ASSERT_EQ(members.size(), 3U);
    EXPECT_EQ(members[0].kind, member_kind::invalid_name);
    EXPECT_EQ(members[1].kind, member_kind::invalid_name);
    EXPECT_EQ(contents_of(*opened), (std::map<std::string, std::string>{{"users.json", "[]"}}));
  }
}

TEST(archive_reading, a_damaged_member_costs_itself_alone) {
  const temporary_folder folder;
  std::string text;
  for (int i = 0; i < 2000; ++i) text += std::to_string(i * 7919);
  auto bytes = zip_bytes({{.name = "users.json", .data = "[]"},
                          {.name = "a/1.json", .data = text, .deflated = true},
                          {.name = "a/2.json", .data = "right", .declared_crc = 1},
                          {.name = "a/3.json", .data = text, .deflated = true}});
  const auto start = bytes.find("a/1.json") + 100;
  bytes.replace(start, 200, 200, '\xFF');
  write_file(folder / "export.zip", bytes);
  const auto contents = contents_of(*open_archive(folder / "export.zip"));
  EXPECT_EQ(contents.at("users.json"), "[]");
  EXPECT_EQ(contents.at("a/1.json"), "damaged");
  EXPECT_EQ(contents.at("a/2.json"), "damaged");
  EXPECT_EQ(contents.at("a/3.json"), text);
}

TEST(archive_reading, without_a_handler_a_damaged_member_is_an_error) {
  const temporary_folder folder;
  write_file(folder / "export.zip",
             zip_bytes({{.name = "users.json", .data = "[]", .declared_crc = 1}}));
  const auto opened = open_archive(folder / "export.zip");
  archive::sink sink;
  sink.begin = sink.end = [](const member&) {};
  sink.data = [](std::string_view) {};
  EXPECT_THROW(opened->read([](const member&) { return true; }, sink), archive_error);
}

TEST(archive_reading, the_lists_elements_are_streamed) {
  const temporary_folder folder;
  write_zip(folder / "export.zip", {{"users.json", R"([{"id":"U1"},7,{"id":"U2"}])"}});
  const auto opened = open_archive(folder / "export.zip");
  splitting told;
  EXPECT_TRUE(read_all_elements(*opened, "users.json", told.sink()));
  EXPECT_THAT(told.texts(), ElementsAre(R"({"id":"U1"})", R"({"id":"U2"})"));
  EXPECT_THAT(told.reasons(), ElementsAre("not_an_object"));
  EXPECT_FALSE(read_all_elements(*opened, "groups.json", told.sink()));
}

TEST(archive_reading, elements_before_the_damage_stay) {
  const temporary_folder folder;
  write_file(
      folder / "export.zip",
      zip_bytes(
          {{.name = "users.json", .data = R"([{"id":"U1"},{"id":"U2"}])", .declared_crc = 1}}));
  splitting told;
  EXPECT_TRUE(read_all_elements(*open_archive(folder / "export.zip"), "users.json", told.sink()));
  EXPECT_EQ(told.elements.size(), 2U);
  EXPECT_THAT(told.reasons(), ElementsAre("damaged"));
}

}  // namespace
}  // namespace crossdock::slack::test
