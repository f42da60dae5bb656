#include <fstream>

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include "tests/workflows/archive_test_support.hpp"

namespace crossdock::slack::test {
namespace {

constexpr std::size_t day_file_bytes = 200U << 20;
constexpr std::size_t allowed_growth_kib = 64U << 10;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

/// A line of /proc/self/status, in KiB.
std::size_t memory_kib(std::string_view field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::stoul(line.substr(field.size() + 1));
  }
  throw std::runtime_error("no such field in /proc/self/status");
}

std::string message(std::uint32_t number) {
  std::string text;
  for (std::uint32_t state = number, i = 0; i < 20; ++i) {
    state = state * 1664525 + 1013904223;
    text += std::to_string(state) + ' ';
  }
  return R"({"type":"message","user":"U1","ts":")" + std::to_string(number) +
         R"(.000100","text":")" + text +
         R"(","reactions":[{"name":"+1","users":["U1","U2"],"count":2}]})";
}

/// Writes an export with one day file of 200 MiB, never holding more than one message of it.
std::uint64_t write_large_export(const std::string& path) {
  struct ::archive* writer = ::archive_write_new();
  ::archive_write_set_format_zip(writer);
  ::archive_write_set_options(writer, "compression-level=1");
  EXPECT_EQ(::archive_write_open_filename(writer, path.c_str()), ARCHIVE_OK);
  struct ::archive_entry* entry = ::archive_entry_new();
  const auto begin = [&](const char* name) {
    ::archive_entry_clear(entry);
    ::archive_entry_set_pathname(entry, name);
    ::archive_entry_set_filetype(entry, AE_IFREG);
    EXPECT_EQ(::archive_write_header(writer, entry), ARCHIVE_OK);
  };
  const auto put = [&](std::string_view text) {
    EXPECT_EQ(::archive_write_data(writer, text.data(), text.size()),
              static_cast<la_ssize_t>(text.size()));
  };
  begin("users.json");
  put("[]");
  begin("general/2024-01-01.json");
  std::uint32_t count = 0;
  for (std::size_t bytes = 0; bytes < day_file_bytes;) {
    const auto text = (count == 0 ? "[" : ",\n") + message(count);
    put(text);
    bytes += text.size();
    ++count;
  }
  put("]");
  ::archive_entry_free(entry);
  EXPECT_EQ(::archive_write_close(writer), ARCHIVE_OK);
  ::archive_write_free(writer);
  return count;
}

TEST(archive_memory, one_huge_day_file_streams_in_bounded_memory) {
  const temporary_folder folder;
  const auto written = write_large_export(folder / "export.zip");
  std::ofstream("/proc/self/clear_refs") << "5";  // the peak starts anew
  const auto before = memory_kib("VmRSS:");

  const auto opened = open_archive(folder / "export.zip");
  std::uint64_t count = 0;
  std::uint64_t rejected = 0;
  std::uint64_t wrong = 0;
  const element_sink sink{[&](const element& item) {
                            wrong +=
                                item.index != count || item.value.at("text").as_string().empty();
                            ++count;
                          },
                          [&](const rejection&) { ++rejected; }};
  ASSERT_TRUE(read_all_elements(*opened, "general/2024-01-01.json", sink));

  EXPECT_EQ(count, written);
  EXPECT_EQ(rejected, 0U);
  EXPECT_EQ(wrong, 0U);
  const auto growth = memory_kib("VmHWM:") - before;
  RecordProperty("growth_kib", static_cast<int>(growth));
  if (!sanitized) {
    EXPECT_LT(growth, allowed_growth_kib);
  }
}

TEST(archive_memory, one_huge_element_costs_no_more_than_its_limit) {
  if (sanitized) GTEST_SKIP() << "sanitizers keep freed memory";
  std::ofstream("/proc/self/clear_refs") << "5";
  const auto before = memory_kib("VmRSS:");
  splitting told;
  element_splitter splitter(told.sink());
  splitter.feed(R"([{"a":1},{"text":")");
  const std::string piece(1 << 20, 'x');
  for (std::size_t bytes = 0; bytes < day_file_bytes; bytes += piece.size()) splitter.feed(piece);
  splitter.feed(R"("},{"b":2}])");
  splitter.finish();
  EXPECT_EQ(told.elements.size(), 2U);
  EXPECT_EQ(told.reasons(), std::vector<std::string>{"element_too_large"});
  EXPECT_LT(memory_kib("VmHWM:") - before, allowed_growth_kib);
}

}  // namespace
}  // namespace crossdock::slack::test
