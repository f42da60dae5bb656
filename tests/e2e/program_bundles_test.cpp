#include "tests/e2e/program_bundles.hpp"

#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/program_checks.hpp"

namespace crossdock::testing {
namespace {

using ::testing::IsEmpty;

constexpr std::int64_t small_bundle = 256 << 10;

/// One run of a generated export into small bundles, read by somebody who knows the server's rules
/// and the export, and nothing of the program.
class program_bundles : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    one_ = new one_run;
    const auto ran = one_->place.run(
        program_place::bundle_run(one_->source.zip, one_->output,
                                  {"--set", "source.emoji=" + one_->source.emoji, "--set",
                                   "target.max_bundle_bytes=" + std::to_string(small_bundle)}));
    ASSERT_EQ(ran.status, 0) << tail(ran.err);
    one_->answer = answer_of(ran);
    one_->read = read_bundles({one_->output}, small_bundle);
  }
  static void TearDownTestSuite() { delete std::exchange(one_, nullptr); }

  struct one_run {
    scratch_directory files;
    generated_export source{files, 6000};
    conversation_facts facts = facts_of_export(source.zip);
    program_place place;
    std::string output = place / "out";
    boost::json::object answer;
    bundles_read read;
  };
  static one_run* one_;
};
program_bundles::one_run* program_bundles::one_ = nullptr;

TEST_F(program_bundles, are_taken_by_the_rules_of_the_server) {
  EXPECT_GT(one_->read.zips.size(), 10U);
  EXPECT_THAT(one_->read.problems, IsEmpty());
}

TEST_F(program_bundles, hold_every_message_once_below_its_root_and_every_file) {
  EXPECT_THAT(differences(one_->facts, one_->read.facts), IsEmpty());
}

TEST_F(program_bundles, hold_as_much_as_the_generator_wrote) {
  const auto& written = one_->source.totals;
  const auto& totals = one_->read.totals;
  EXPECT_EQ(totals.messages, written.messages + written.missing_roots + one_->facts.broadcasts);
  EXPECT_EQ(totals.repeated_roots, 0);
  EXPECT_EQ(totals.replies, written.thread_links);
  EXPECT_EQ(totals.reactions, written.reactions);
  EXPECT_EQ(totals.attachments, written.upload_files);
  EXPECT_EQ(totals.emoji, written.custom_emoji);
  EXPECT_EQ(totals.conversations, written.channels);
  EXPECT_EQ(totals.users, written.users + written.unlisted_bots + written.unlisted_users + 1);
}

TEST_F(program_bundles, are_counted_by_the_job) {
  expect_counters_are_the_tables(one_->place, one_->answer);
  expect_generated_totals(one_->answer, one_->source);
  expect_tidy(one_->output);
}

TEST_F(program_bundles, are_named_in_the_answer_and_the_report) {
  const auto outputs = one_->answer.at("outputs").as_object();
  std::vector<std::string> told;
  for (const auto& bundle : outputs.at("bundles").as_array()) {
    const std::filesystem::path zip =
        one_->output + '/' + std::string(bundle.at("file").as_string());
    told.push_back(zip);
    EXPECT_EQ(bundle.at("bytes").as_int64(), std::filesystem::file_size(zip));
  }
  EXPECT_EQ(told, std::vector<std::string>(one_->read.zips.begin(), one_->read.zips.end()));
  EXPECT_EQ(read_output(one_->output).report.at("outputs"), outputs);
}

}  // namespace
}  // namespace crossdock::testing
