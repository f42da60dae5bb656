#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/workflows/mattermost_bundle_fixture.hpp"
#include "workflows/slack_mattermost/mattermost/parts.hpp"

namespace crossdock::mattermost {
namespace {

using namespace testing_tools;
using ::testing::HasSubstr;

part_record record(int number) {
  part_record item;
  item.kind = number % 2 == 0 ? segment::post : segment::direct_post;
  item.continuation = number % 3 == 0;
  item.line = "{\"n\":" + std::to_string(number) + "}";
  for (int i = 0; i < number % 4; ++i) {
    const auto key = "F" + std::to_string(number) + "-" + std::to_string(i);
    item.files.push_back({key, "files/" + key + "/ä.png", number * 100 + i});
  }
  return item;
}

void expect_equal(const part_record& got, const part_record& want) {
  EXPECT_EQ(got.kind, want.kind);
  EXPECT_EQ(got.continuation, want.continuation);
  EXPECT_EQ(got.line, want.line);
  ASSERT_EQ(got.files.size(), want.files.size());
  for (std::size_t i = 0; i < got.files.size(); ++i) {
    EXPECT_EQ(got.files[i].key, want.files[i].key);
    EXPECT_EQ(got.files[i].path, want.files[i].path);
    EXPECT_EQ(got.files[i].size, want.files[i].size);
  }
}

int count_records(const fs::path& path) {
  part_reader reader(path);
  part_record item;
  int count = 0;
  while (reader.next(item)) expect_equal(item, record(count++));
  return count;
}

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const part_error& error) {
    return error.what();
  }
  return "no error";
}

TEST(parts, records_come_back_as_they_were_written) {
  temporary_directory dir;
  std::string cursor;
  fs::path path;
  for (int delivery = 0; delivery < 5; ++delivery) {
    part_writer writer(dir.path(), "message", "C1", cursor);
    path = writer.path();
    for (int i = 0; i < 4; ++i) writer.append(record(delivery * 4 + i));
    cursor = writer.sync();
  }
  EXPECT_EQ(path, dir.path() / "message" / "C1.part");
  EXPECT_EQ(cursor, std::to_string(fs::file_size(path)));
  EXPECT_EQ(count_records(path), 20);
}

TEST(parts, a_reader_can_start_at_any_record) {
  temporary_directory dir;
  part_writer writer(dir.path(), "message", "C1", "");
  for (int i = 0; i < 6; ++i) writer.append(record(i));
  writer.sync();
  part_reader first(writer.path());
  part_record item;
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(first.next(item));
  part_reader second(writer.path(), first.offset());
  ASSERT_TRUE(second.next(item));
  expect_equal(item, record(4));
}

TEST(parts, large_records_pass) {
  temporary_directory dir;
  part_record big;
  big.line = std::string(40 << 20, 'x');
  part_writer writer(dir.path(), "message", "C1", "");
  writer.append(big);
  writer.append(record(1));
  writer.sync();
  part_reader reader(writer.path());
  part_record item;
  ASSERT_TRUE(reader.next(item));
  EXPECT_EQ(item.line, big.line);
  ASSERT_TRUE(reader.next(item));
  expect_equal(item, record(1));
  EXPECT_FALSE(reader.next(item));
}

/// A crash leaves any number of bytes behind the settled ones; a copy gone wrong leaves fewer.
TEST(parts, recovers_from_every_length_a_crash_can_leave) {
  temporary_directory dir;
  std::string settled;
  fs::path path;
  {
    part_writer writer(dir.path(), "message", "C1", "");
    path = writer.path();
    for (int i = 0; i < 3; ++i) writer.append(record(i));
    settled = writer.sync();
    for (int i = 3; i < 6; ++i) writer.append(record(i + 100));
    writer.sync();
  }
  const auto full = read_file(path);
  const auto committed = std::stoul(settled);
  for (std::size_t length = 0; length <= full.size(); ++length) {
    write_file(path, full.substr(0, length));
    if (length < committed) {
      const auto error = error_of([&] { part_writer(dir.path(), "message", "C1", settled); });
      ASSERT_THAT(error, HasSubstr(path.string()));
      ASSERT_THAT(error, HasSubstr(settled));
      continue;
    }
    std::string cursor;
    {
      part_writer writer(dir.path(), "message", "C1", settled);
      for (int i = 3; i < 5; ++i) writer.append(record(i));
      cursor = writer.sync();
    }
    ASSERT_EQ(count_records(path), 5) << "after a crash at byte " << length;
    ASSERT_EQ(cursor, std::to_string(fs::file_size(path)));
  }
}

TEST(parts, opening_alone_removes_the_remains) {
  temporary_directory dir;
  std::string settled;
  {
    part_writer writer(dir.path(), "message", "C1", "");
    writer.append(record(0));
    settled = writer.sync();
    writer.append(record(1));
    writer.sync();
  }
  const auto path = part_writer(dir.path(), "message", "C1", settled).path();
  EXPECT_EQ(count_records(path), 1);
}

TEST(parts, damage_is_found_at_every_byte) {
  temporary_directory dir;
  fs::path path;
  {
    part_writer writer(dir.path(), "message", "C1", "");
    path = writer.path();
    writer.append(record(3));
    writer.append(record(7));
    writer.sync();
  }
  const auto whole = read_file(path);
  const auto read_all = [&path] {
    part_reader reader(path);
    part_record item;
    int count = 0;
    while (reader.next(item)) ++count;
    return count;
  };
  const auto first_end = [&path] {
    part_reader reader(path);
    part_record item;
    reader.next(item);
    return static_cast<std::size_t>(reader.offset());
  }();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto broken = whole;
    broken[at] = static_cast<char>(broken[at] ^ 0x55);
    write_file(path, broken);
    EXPECT_THAT(error_of(read_all), HasSubstr(path.string())) << at;
  }
  for (std::size_t length = 1; length < whole.size(); ++length) {
    write_file(path, whole.substr(0, length));
    if (length == first_end) {
      EXPECT_EQ(read_all(), 1);
    } else {
      EXPECT_THAT(error_of(read_all), HasSubstr("at byte")) << length;
    }
  }
}

TEST(parts, errors_name_the_file_and_the_reason) {
  temporary_directory dir;
  EXPECT_THAT(error_of([&] { part_writer(dir.path(), "message", "C1", "12"); }),
              HasSubstr("No such file"));
  EXPECT_THAT(error_of([&] { part_writer(dir.path(), "message", "C1", "twelve"); }),
              HasSubstr("twelve"));
  EXPECT_THAT(error_of([&] { part_reader(dir / "none.part"); }), HasSubstr("No such file"));
  write_file(dir / "plain", "");
  EXPECT_THAT(error_of([&] { part_writer(dir / "plain", "message", "C1", ""); }),
              HasSubstr("Not a directory"));
  EXPECT_FALSE(fs::exists(dir / "message/C1.part"));
}

TEST(parts, one_writer_at_a_time) {
  temporary_directory dir;
  part_writer first(dir.path(), "message", "C1", "");
  EXPECT_THAT(error_of([&] { part_writer(dir.path(), "message", "C1", ""); }),
              HasSubstr("cannot lock"));
  part_writer other(dir.path(), "message", "C2", "");
  EXPECT_EQ(other.sync(), "0");
}

TEST(parts, refuses_paths_that_leave_the_bundle) {
  temporary_directory dir;
  part_writer writer(dir.path(), "message", "C1", "");
  part_record item;
  item.files = {{"F1", "../x", 1}};
  EXPECT_THROW(writer.append(item), std::invalid_argument);
  item.files = {{"F1", "x", -1}};
  EXPECT_THROW(writer.append(item), std::invalid_argument);
  EXPECT_EQ(writer.sync(), "0");
}

TEST(parts, lanes_are_hostile) {
  EXPECT_EQ(encode_lane("C0123-x_y"), "C0123-x_y");
  EXPECT_EQ(encode_lane("../../etc"), "%2E%2E%2F%2E%2E%2Fetc");
  EXPECT_EQ(encode_lane(""), "~");
  EXPECT_EQ(encode_lane("~"), "%7E");
  EXPECT_EQ(encode_lane(std::string_view("\0", 1)), "%00");
  const std::string longest(1000, 'x');
  EXPECT_LE(encode_lane(longest).size(), 200u);
  EXPECT_NE(encode_lane(longest), encode_lane(longest + "y"));
  temporary_directory dir;
  part_writer writer(dir.path(), "../up", "../../x", "");
  EXPECT_EQ(writer.path().parent_path().parent_path(), dir.path());
}

RC_GTEST_PROP(parts_properties, lane_names_are_injective_and_safe,
              (const std::string& left, const std::string& right)) {
  const auto name = encode_lane(left);
  RC_ASSERT((name == encode_lane(right)) == (left == right));
  RC_ASSERT(name.find('/') == std::string::npos);
  RC_ASSERT(name.find('.') == std::string::npos);
  RC_ASSERT(!name.empty());
}

TEST(parts, are_listed_in_order) {
  temporary_directory dir;
  EXPECT_TRUE(list_parts(dir / "none").empty());
  for (const auto* lane : {"C2", "C10", "C1"}) part_writer(dir.path(), "message", lane, "");
  part_writer(dir.path(), "channel", "z", "");
  write_file(dir / "message/note.txt", "no part");
  std::vector<std::string> names;
  for (const auto& path : list_parts(dir.path())) {
    names.push_back(path.lexically_relative(dir.path()).string());
  }
  EXPECT_EQ(names, (std::vector<std::string>{"channel/z.part", "message/C1.part",
                                             "message/C10.part", "message/C2.part"}));
}

}  // namespace
}  // namespace crossdock::mattermost
