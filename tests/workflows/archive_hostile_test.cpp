#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/workflows/archive_test_support.hpp"

namespace crossdock::slack::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const zip_record users{.name = "users.json", .data = "[]"};

class archive_hostile : public testing::Test {
 protected:
  std::string error_of(const std::vector<zip_record>& records, const archive_limits& limits = {}) {
    write_file(folder_ / "export.zip", zip_bytes(records));
    return opening_error(folder_ / "export.zip", limits);
  }

  temporary_folder folder_;
};

TEST_F(archive_hostile, names_that_lead_out_are_refused_and_named) {
  for (const auto* name : {"../evil.json", "a/../../evil.json", "/etc/evil.json", "C:/evil.json",
                           "a/b\\evil.json", "a/..\\..\\evil.json"}) {
    EXPECT_THAT(error_of({users, {.name = name}}), AllOf(HasSubstr(name), HasSubstr("refused")));
  }
}

TEST_F(archive_hostile, names_with_windows_separators_are_judged_like_others) {
  EXPECT_THAT(error_of({users, {.name = "..\\evil.json"}}), HasSubstr("leads out of the archive"));
  EXPECT_THAT(error_of({users, {.name = "a\\1.json"}, {.name = "a/1.json"}}),
              HasSubstr("another member of this name"));
}

TEST_F(archive_hostile, a_member_may_not_appear_twice) {
  EXPECT_THAT(error_of({users, {.name = "a/1.json"}, {.name = "a/1.json"}}),
              AllOf(HasSubstr("a/1.json"), HasSubstr("another member of this name")));
  EXPECT_THAT(error_of({users, {.name = "a//1.json"}, {.name = "./a/1.json"}}),
              HasSubstr("another member of this name"));
  // A name ends at NUL for most programs.
  EXPECT_THAT(error_of({users, {.name = std::string("users.json\0.png", 15)}}),
              HasSubstr("another member of this name"));
}

TEST_F(archive_hostile, links_and_devices_are_refused) {
  EXPECT_THAT(error_of({users, {.name = "link", .data = "/etc/passwd", .mode = 0120777}}),
              AllOf(HasSubstr("\"link\""), HasSubstr("never followed")));
  EXPECT_THAT(error_of({users, {.name = "disk", .mode = 0060644}}),
              HasSubstr("neither a file nor a folder"));
}

TEST_F(archive_hostile, encrypted_members_are_refused) {
  EXPECT_THAT(
      error_of({users, {.name = "a/1.json", .data = "xxxxxxxxxxxxxxxx", .flags = encrypted_flag}}),
      AllOf(HasSubstr("a/1.json"), HasSubstr("encrypted")));
}

TEST_F(archive_hostile, only_ordinary_compression_is_accepted) {
  constexpr int lzma = 14;
  constexpr int ppmd = 98;
  constexpr int unknown = 77;
  for (const int method : {lzma, ppmd, unknown}) {
    EXPECT_THAT(error_of({users, {.name = "a/1.json", .data = "xxxx", .method = method}}),
                AllOf(HasSubstr("a/1.json"), HasSubstr("deflate")));
  }
}

TEST_F(archive_hostile, every_limit_names_itself_and_the_member) {
  const std::vector<zip_record> records = {
      users, {.name = "a/b/c/big.json", .data = std::string(1000, 'x')}};
  const auto expect = [&](const archive_limits& limits, const char* name) {
    EXPECT_THAT(error_of(records, limits), AllOf(HasSubstr("a/b/c/big.json"), HasSubstr(name)));
  };
  EXPECT_EQ(error_of(records), "");
  expect({.max_member_bytes = 999}, "max_member_bytes = 999");
  expect({.max_total_bytes = 1001}, "max_total_bytes = 1001");
  expect({.max_members = 1}, "max_members = 1");
  expect({.max_path_bytes = 13}, "max_path_bytes = 13");
  expect({.max_depth = 3}, "max_depth = 3");
  EXPECT_EQ(error_of(records, {.max_member_bytes = 1000,
                               .max_total_bytes = 1002,
                               .max_members = 2,
                               .max_path_bytes = 14,
                               .max_depth = 4}),
            "");
}

TEST_F(archive_hostile, a_bomb_is_refused_by_what_it_declares) {
  const zip_record bomb{.name = "a/bomb.json", .data = std::string(8 << 20, ' '), .deflated = true};
  EXPECT_THAT(error_of({users, bomb}, {.ratio_floor_bytes = 1 << 20}),
              AllOf(HasSubstr("a/bomb.json"), HasSubstr("max_ratio = 200")));
  EXPECT_EQ(error_of({users, bomb}, {.ratio_floor_bytes = 16 << 20}), "");
  EXPECT_EQ(error_of({users, bomb}, {.max_ratio = 2000, .ratio_floor_bytes = 1 << 20}), "");
}

/// Opens an archive whose second member declares 10 bytes and holds 8 MiB, and reads it.
TEST_F(archive_hostile, a_bomb_that_lies_about_its_size_gives_no_more_than_it_declares) {
  EXPECT_EQ(error_of({users,
                      {.name = "a/bomb.json",
                       .data = std::string(8 << 20, ' '),
                       .deflated = true,
                       .declared_size = 10}}),
            "");
  const auto opened = open_archive(folder_ / "export.zip");
  std::size_t bytes = 0;
  std::string failure;
  archive::sink sink;
  sink.begin = sink.end = [](const member&) {};
  sink.data = [&](std::string_view piece) { bytes += piece.size(); };
  sink.failed = [&](const member& item, std::string_view) { failure = item.path; };
  opened->read([](const member& item) { return item.path == "a/bomb.json"; }, sink);
  EXPECT_EQ(failure, "a/bomb.json");
  EXPECT_LE(bytes, 10U);
}

TEST_F(archive_hostile, the_ratio_of_one_member_is_checked_while_it_is_read) {
  // Incompressible company hides the bomb from a look at the whole archive.
  std::string noise(1 << 20, '\0');
  std::uint32_t state = 1;
  for (auto& c : noise) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  const archive_limits limits{.ratio_floor_bytes = 1 << 20};
  EXPECT_EQ(error_of({users,
                      {.name = "__uploads/F1/noise", .data = noise},
                      {.name = "a/bomb.json", .data = std::string(8 << 20, ' '), .deflated = true}},
                     limits),
            "");
  const auto opened = open_archive(folder_ / "export.zip", limits);
  try {
    contents_of(*opened);
    FAIL() << "the bomb was read";
  } catch (const archive_error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("a/bomb.json"), HasSubstr("max_ratio")));
  }
}

TEST_F(archive_hostile, what_is_no_zip_says_so) {
  write_file(folder_ / "empty.zip", "");
  write_file(folder_ / "text.zip", "this is a text");
  write_zip(folder_ / "good.zip", {{"users.json", "[]"}, {"a/1.json", std::string(5000, 'x')}});
  const auto good = read_file(folder_ / "good.zip");
  write_file(folder_ / "cut.zip", good.substr(0, good.size() - 60));
  ::mkfifo((folder_ / "pipe").c_str(), 0600);
  EXPECT_THAT(opening_error(folder_ / "empty.zip"), HasSubstr("empty (0 bytes)"));
  EXPECT_THAT(opening_error(folder_ / "text.zip"), HasSubstr("is not a zip archive"));
  EXPECT_THAT(opening_error(folder_ / "cut.zip"), HasSubstr("cut off"));
  EXPECT_THAT(opening_error(folder_ / "missing.zip"), HasSubstr("No such file"));
  EXPECT_THAT(opening_error(folder_ / "pipe"), HasSubstr("neither a file nor a folder"));
}

TEST_F(archive_hostile, every_truncation_is_an_error_or_damage_but_never_a_crash) {
  const auto whole =
      zip_bytes({users, {.name = "a/1.json", .data = std::string(300, 'x'), .deflated = true}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write_file(folder_ / "export.zip", std::string_view(whole).substr(0, size));
    EXPECT_NE(opening_error(folder_ / "export.zip"), "") << size;
  }
}

TEST_F(archive_hostile, a_folder_with_a_link_is_refused) {
  write_folder(folder_ / "export", {{"users.json", "[]"}, {"general/1.json", "[]"}});
  write_file(folder_ / "secret.json", "secret");
  std::filesystem::create_symlink(folder_ / "secret.json", folder_ / "export/general/2.json");
  EXPECT_THAT(opening_error(folder_ / "export"),
              AllOf(HasSubstr("general/2.json"), HasSubstr("never followed")));
  std::filesystem::remove(folder_ / "export/general/2.json");
  std::filesystem::create_directory_symlink("/", folder_ / "export/general/root");
  EXPECT_THAT(opening_error(folder_ / "export"), HasSubstr("general/root"));
}

TEST_F(archive_hostile, a_folder_obeys_the_limits) {
  write_folder(folder_ / "export", {{"users.json", "[]"}, {"general/1.json", "0123456789"}});
  const auto error = [&](const archive_limits& limits) {
    return opening_error(folder_ / "export", limits);
  };
  EXPECT_EQ(error({}), "");
  EXPECT_THAT(error({.max_member_bytes = 9}), HasSubstr("general/1.json"));
  EXPECT_THAT(error({.max_total_bytes = 11}), HasSubstr("max_total_bytes"));
  EXPECT_THAT(error({.max_members = 2}), HasSubstr("max_members"));
  EXPECT_THAT(error({.max_depth = 1}), HasSubstr("max_depth"));
}

TEST_F(archive_hostile, a_file_that_became_a_link_after_opening_is_not_followed) {
  write_folder(folder_ / "export", {{"users.json", "[]"}, {"general/1.json", "harmless"}});
  write_file(folder_ / "secret.json", "secret");
  const auto opened = open_archive(folder_ / "export");
  std::filesystem::remove(folder_ / "export/general/1.json");
  std::filesystem::create_symlink(folder_ / "secret.json", folder_ / "export/general/1.json");
  EXPECT_THROW(contents_of(*opened), archive_error);
}

}  // namespace
}  // namespace crossdock::slack::test
