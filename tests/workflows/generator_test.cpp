#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tools/slack_export/options.hpp"
#include "tests/workflows/generator_recount.hpp"

namespace crossdock::tools {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

class scratch_folder {
 public:
  scratch_folder() {
    auto pattern = (fs::temp_directory_path() / "generator-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp: " + pattern);
    path_ = pattern;
  }
  ~scratch_folder() {
    std::error_code ignored;  // a folder left behind in /tmp fails no test
    fs::remove_all(path_, ignored);
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string text(const export_totals& totals) {
  return json::serialize(to_json(totals));
}

export_options small() {
  export_options options;
  options.users = 40;
  options.channels = 20;
  options.messages = 3000;
  options.days = 30;
  return options;
}

struct program_result {
  int exit_code = -1;
  std::string out;
};

program_result run_program(const std::string& arguments) {
  const auto command = std::string(GENERATE_SLACK_EXPORT) + " " + arguments + " 2>/dev/null";
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("popen: " + command);
  program_result result;
  std::array<char, 4096> block{};
  while (const auto got = fread(block.data(), 1, block.size(), pipe)) {
    result.out.append(block.data(), got);
  }
  const int status = pclose(pipe);
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  return result;
}

TEST(slack_export_generator, same_options_give_the_same_bytes) {
  const scratch_folder folder;
  auto options = small();
  options.upload_bytes = 200'000;
  options.upload_size = 5000;
  options.big_day_file = 100'000;
  options.ts_collisions = 20;
  generate_export(options, folder.file("a.zip"));
  generate_export(options, folder.file("b.zip"));
  EXPECT_EQ(bytes_of(folder.file("a.zip")), bytes_of(folder.file("b.zip")));

  options.seed = 2;
  generate_export(options, folder.file("c.zip"));
  EXPECT_NE(bytes_of(folder.file("a.zip")), bytes_of(folder.file("c.zip")));
}

struct totals_case {
  const char* name;
  void (*change)(export_options&);
};

class totals_test : public testing::TestWithParam<std::tuple<totals_case, int>> {};

TEST_P(totals_test, are_what_the_archive_holds) {
  const scratch_folder folder;
  auto options = small();
  options.seed = static_cast<std::uint64_t>(std::get<1>(GetParam()));
  std::get<0>(GetParam()).change(options);
  const auto totals = generate_export(options, folder.file("export.zip"));
  EXPECT_EQ(text(totals), text(recount(folder.file("export.zip"))));
  EXPECT_EQ(totals.users, options.users);
  if (options.big_day_file == 0) {
    EXPECT_EQ(totals.messages, options.messages);
    EXPECT_EQ(totals.channels, options.channels);
  } else {
    EXPECT_GT(totals.messages, options.messages);
    EXPECT_EQ(totals.channels, options.channels + 1);
  }
}

INSTANTIATE_TEST_SUITE_P(
    seeds_and_options, totals_test,
    testing::Combine(
        testing::Values(totals_case{"plain", [](export_options&) {}},
                        totals_case{"old_roots",
                                    [](export_options& o) { o.thread_root_fields = false; }},
                        totals_case{"collisions", [](export_options& o) { o.ts_collisions = 100; }},
                        totals_case{"floats", [](export_options& o) { o.float_messages = 77; }},
                        totals_case{"orphans", [](export_options& o) { o.missing_roots = 33; }},
                        totals_case{"uploads",
                                    [](export_options& o) {
                                      o.upload_bytes = 500'000;
                                      o.upload_size = 20'000;
                                      o.compression = 0;
                                    }},
                        totals_case{"big_day",
                                    [](export_options& o) {
                                      o.big_day_file = 3'000'000;
                                      o.ts_collisions = 50;
                                    }},
                        totals_case{"one_of_each",
                                    [](export_options& o) { o.users = o.channels = o.days = 1; }},
                        totals_case{"nothing_said", [](export_options& o) { o.messages = 0; }}),
        testing::Values(1, 2, 3)),
    [](const auto& test) {
      return std::string(std::get<0>(test.param).name) + "_" +
             std::to_string(std::get<1>(test.param));
    });

TEST(slack_export_generator, places_all_special_messages_it_is_asked_for) {
  const scratch_folder folder;
  auto options = small();
  options.ts_collisions = 60;
  options.float_messages = 50;
  options.missing_roots = 40;
  const auto totals = generate_export(options, folder.file("export.zip"));
  EXPECT_EQ(totals.ts_collisions, 60);
  EXPECT_EQ(totals.float_messages, 50);
  EXPECT_EQ(totals.missing_roots, 40);
}

TEST(slack_export_generator, has_a_realistic_mix) {
  const scratch_folder folder;
  const auto totals = generate_export({}, folder.file("export.zip"));
  const auto share = [&](std::int64_t count) { return double(count) / double(totals.messages); };
  EXPECT_NEAR(share(totals.thread_links), 0.18, 0.04);
  EXPECT_NEAR(share(totals.reactions), 0.60, 0.1);
  EXPECT_NEAR(share(totals.attachments), 0.06, 0.015);
  EXPECT_NEAR(share(totals.edited), 0.06, 0.015);
  EXPECT_GT(totals.ms_collisions, 0);
  EXPECT_EQ(totals.custom_emoji, 4);
  EXPECT_GT(totals.unlisted_bots, 0);
  EXPECT_GT(totals.unlisted_users, 0);
}

TEST(slack_export_generator, big_day_file_reaches_its_size) {
  const scratch_folder folder;
  auto options = small();
  const auto without = generate_export(options, folder.file("a.zip"));
  options.big_day_file = 5'000'000;
  const auto with = generate_export(options, folder.file("b.zip"));
  EXPECT_EQ(with.day_files, without.day_files + 1);
  EXPECT_GE(with.json_bytes - without.json_bytes, 5'000'000);
  EXPECT_LT(with.json_bytes - without.json_bytes, 7'000'000);
}

TEST(slack_export_generator, uploads_stop_at_their_total) {
  const scratch_folder folder;
  auto options = small();
  options.upload_bytes = 100'000;
  options.upload_size = 10'000;
  const auto totals = generate_export(options, folder.file("export.zip"));
  EXPECT_GE(totals.upload_bytes, 100'000);
  EXPECT_LT(totals.upload_bytes, 115'001);  // the last file may go over by its own size
}

TEST(slack_export_generator, refuses_what_cannot_be) {
  const scratch_folder folder;
  const auto refused = [&](void (*change)(export_options&)) {
    auto options = small();
    change(options);
    EXPECT_THROW(generate_export(options, folder.file("x.zip")), std::invalid_argument);
  };
  refused([](export_options& o) { o.users = 0; });
  refused([](export_options& o) { o.channels = 0; });
  refused([](export_options& o) { o.days = 0; });
  refused([](export_options& o) { o.messages = -1; });
  refused([](export_options& o) { o.compression = 10; });
  refused([](export_options& o) {
    o.channels = o.days = 1;
    o.messages = 20'000'000'000;  // more than there are places for in a day
  });
  EXPECT_THROW(generate_export(small(), folder.file("no/such/folder.zip")), std::runtime_error);
}

TEST(generate_slack_export, prints_the_totals_of_the_file_it_writes) {
  const scratch_folder folder;
  const auto path = folder.file("export.zip");
  const auto result =
      run_program(path + " --users 30 --channels 9 --messages 777 --days 11 --seed 5");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(json::parse(result.out), json::value(to_json(recount(path))));

  export_options same;
  same.users = 30;
  same.channels = 9;
  same.messages = 777;
  same.days = 11;
  same.seed = 5;
  generate_export(same, folder.file("library.zip"));
  EXPECT_EQ(bytes_of(path), bytes_of(folder.file("library.zip")));
}

TEST(generate_slack_export, tells_bad_options_from_files_it_cannot_write) {
  const scratch_folder folder;
  EXPECT_EQ(run_program(folder.file("x.zip") + " --users 0").exit_code, 2);
  EXPECT_EQ(run_program(folder.file("no/such/x.zip")).exit_code, 1);
}

}  // namespace
}  // namespace crossdock::tools
