// Output directories and databases that are not as they should be.

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/e2e/program_bundles.hpp"
#include "tests/e2e/program_checks.hpp"

namespace crossdock::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* sample = CROSSDOCK_SOURCE_DIR "/tests/samples/slack-export";
constexpr int sample_status = 3;  // it has broken elements

class program_trouble : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = new program_place;
    const auto ran = place_->run(program_place::bundle_run(sample, *place_ / "reference"));
    ASSERT_EQ(ran.status, sample_status) << tail(ran.err);
  }
  static void TearDownTestSuite() { delete std::exchange(place_, nullptr); }

  process_result run(const std::string& output, const std::vector<std::string>& more = {}) {
    return place_->run(program_place::bundle_run(sample, output, more));
  }
  static std::string error_of(const process_result& ran) {
    return std::string(answer_of(ran).at("error").as_string());
  }
  static run_output reference() { return read_output(*place_ / "reference"); }

  scratch_directory files_;
  std::string output_ = files_.path() / "out";
  static program_place* place_;
};
program_place* program_trouble::place_ = nullptr;

TEST_F(program_trouble, output_that_cannot_be_made_is_named) {
  const auto file = files_.write("file", "not a folder");
  for (const auto& output : {file, file + "/below"}) {
    const auto ran = run(output);
    EXPECT_EQ(ran.status, 2) << tail(ran.err);
    EXPECT_THAT(error_of(ran), AllOf(HasSubstr(output), HasSubstr("is not a directory")));
  }
  EXPECT_EQ(read_file(file), "not a folder");
}

TEST_F(program_trouble, output_that_is_closed_is_named_and_the_job_goes_on_once_it_is_open) {
  if (::geteuid() == 0) GTEST_SKIP() << "no folder is closed to root";
  fs::create_directory(output_);
  fs::permissions(output_, fs::perms::owner_read | fs::perms::owner_exec);
  const auto ran = run(output_);
  EXPECT_EQ(ran.status, 2) << tail(ran.err);
  EXPECT_THAT(error_of(ran), AllOf(HasSubstr(output_), HasSubstr("Permission denied")));
  fs::permissions(output_, fs::perms::owner_all);
  EXPECT_EQ(run(output_).status, sample_status);
  expect_same(read_output(output_), reference());
}

TEST_F(program_trouble, a_bundle_of_somebody_else_is_not_replaced) {
  fs::create_directory(output_);
  std::ofstream(fs::path(output_) / "bundle-001.zip") << "mine";
  const auto ran = run(output_);
  EXPECT_EQ(ran.status, 1) << tail(ran.err);
  EXPECT_THAT(error_of(ran), AllOf(HasSubstr("bundle-001.zip"), HasSubstr("--output")));
  EXPECT_EQ(read_file(output_ + "/bundle-001.zip"), "mine");
}

/// As with a full disk, the first large file cannot be finished.
TEST_F(program_trouble, a_disk_that_takes_no_more_is_named_and_the_job_goes_on_once_it_does) {
  // Its own server would suffer as well, so it runs already.
  const auto server = place_->hold_server();
  const std::string limited = "trap '' XFSZ; ulimit -f 8; exec \"$@\"";
  std::vector<std::string> command{"/bin/bash", "-c", limited, "sh", CROSSDOCK_PROGRAM};
  for (auto& argument : program_place::bundle_run(sample, output_, {"--log-level", "warn"})) {
    command.push_back(argument);
  }
  const auto ran = process(command, place_->environment(), files_).wait();
  EXPECT_EQ(ran.status, 1) << tail(ran.err);
  EXPECT_THAT(error_of(ran), AllOf(HasSubstr(output_), HasSubstr("File too large")));
  EXPECT_TRUE(bundles_in(output_).empty());
  EXPECT_EQ(run(output_).status, sample_status);
  expect_same(read_output(output_), reference());
  expect_tidy(output_);
}

TEST_F(program_trouble, what_else_lies_in_the_output_stays) {
  fs::create_directories(output_ + "/photos");
  files_.write("out/photos/sea.jpg", "waves");
  files_.write("out/notes.zip", "not ours");
  EXPECT_EQ(run(output_).status, sample_status);
  EXPECT_EQ(read_file(output_ + "/photos/sea.jpg"), "waves");
  EXPECT_EQ(read_file(output_ + "/notes.zip"), "not ours");
  fs::remove(output_ + "/notes.zip");
  expect_same(read_output(output_), reference());
}

TEST_F(program_trouble, bundles_of_an_earlier_run_are_replaced_as_a_whole) {
  EXPECT_EQ(run(output_, {"--set", "target.max_bundle_bytes=64KiB"}).status, sample_status);
  files_.write("out/bundle-002.zip", "of an earlier run with more bundles");
  EXPECT_EQ(run(output_, {"--new"}).status, sample_status);
  expect_same(read_output(output_), reference());
}

TEST_F(program_trouble, something_in_a_bundles_way_is_named) {
  fs::create_directories(output_ + "/bundle-001.zip/full");
  const auto ran = run(output_);
  EXPECT_EQ(ran.status, 1) << tail(ran.err);
  EXPECT_THAT(error_of(ran), AllOf(HasSubstr(output_ + "/bundle-001.zip"), HasSubstr("directory")));
  fs::remove_all(output_ + "/bundle-001.zip");
  EXPECT_EQ(run(output_).status, sample_status);
  expect_same(read_output(output_), reference());
}

TEST_F(program_trouble, a_database_that_is_not_there_is_named) {
  const auto ran = run(output_, {"--database", "host=" + files_.path().string() + " dbname=none"});
  EXPECT_EQ(ran.status, 1) << tail(ran.err);
  EXPECT_THAT(error_of(ran), HasSubstr(files_.path().string()));
  EXPECT_FALSE(fs::exists(output_));
}

TEST_F(program_trouble, a_folder_where_no_private_database_can_live_is_named) {
  const program_place other;
  const auto file = files_.write("state", "not a folder");
  auto environment = other.environment();
  environment["XDG_STATE_HOME"] = file;
  auto command = program_place::bundle_run(sample, output_);
  command.insert(command.begin(), CROSSDOCK_PROGRAM);
  const auto ran = process(command, environment, files_).wait();
  EXPECT_EQ(ran.status, 1) << tail(ran.err);
  EXPECT_THAT(error_of(ran), HasSubstr(file));
  EXPECT_FALSE(fs::exists(output_));
}

}  // namespace
}  // namespace crossdock::testing
