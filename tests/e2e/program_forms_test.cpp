// The same export in another form, and a later export of the same workspace.

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/core/job_counters.hpp"
#include "tests/e2e/program_bundles.hpp"
#include "tests/e2e/program_checks.hpp"
#include "tests/e2e/program_zip.hpp"
#include "tests/workflows/archive_test_support.hpp"

namespace crossdock::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t large_bundle = 100 << 20;

class program_forms : public ::testing::Test {
 protected:
  boost::json::object run(const std::string& source, const std::string& output,
                          std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--set", "source.emoji=" + source_.emoji});
    const auto ran = place_.run(program_place::bundle_run(source, place_ / output, more));
    EXPECT_EQ(ran.status, 0) << tail(ran.err);
    return answer_of(ran);
  }

  scratch_directory files_;
  generated_export source_{files_, 1500};
  program_place place_;
};

TEST_F(program_forms, a_folder_gives_the_same_bytes_as_its_zip) {
  const std::string folder = files_.path() / "unpacked";
  slack::test::write_folder(folder, read_zip(source_.zip));
  run(source_.zip, "of-zip");
  run(folder, "of-folder");
  expect_same(read_output(place_ / "of-folder"), read_output(place_ / "of-zip"));
}

/// The first half of the month, then all of it, then all of it again, into one scope.
class program_scope : public program_forms {
 protected:
  static std::int64_t count(const boost::json::object& answer, const std::string& key) {
    return counter(answer.at("meta").as_object(), key);
  }
  static bool is_later(const std::string& member) {
    const auto slash = member.find('/');
    return slash != member.npos && !member.starts_with("__uploads/") &&
           member.substr(slash + 1) >= "2024-01-16";
  }

  std::string first_half() {
    auto members = read_zip(source_.zip);
    std::erase_if(members, [](const auto& item) { return is_later(item.first); });
    const std::string zip = files_.path() / "first-half.zip";
    slack::test::write_zip(zip, members);
    return zip;
  }

  boost::json::object run_in_scope(const std::string& source, const std::string& output) {
    return run(source, output, {"--scope", "acme"});
  }
};

TEST_F(program_scope, a_newer_export_adds_what_is_new_and_nothing_twice) {
  const auto half = first_half();
  const auto first = run_in_scope(half, "first");
  const auto second = run_in_scope(source_.zip, "second");
  const auto third = run_in_scope(source_.zip, "third");

  const auto& written = source_.totals;
  const auto expect_all = [&](const std::string& key, std::int64_t whole) {
    EXPECT_GT(count(first, key + "_created"), 0) << key;
    EXPECT_EQ(count(first, key + "_created") + count(second, key + "_created"), whole) << key;
    EXPECT_EQ(count(third, key + "_created"), 0) << key;
    EXPECT_EQ(count(third, key + "_exported") + count(third, key + "_skipped"), 0) << key;
  };
  expect_all("messages", written.messages + written.missing_roots);
  expect_all("reactions", written.reactions);
  expect_all("attachments", written.attachments);
  expect_all("channels", written.channels);
  for (const char* key : {"reactions", "attachments", "channels"}) {
    const auto existing = std::string(key) + "_existing";
    EXPECT_EQ(count(second, existing), count(first, std::string(key) + "_created")) << key;
    EXPECT_EQ(count(third, existing),
              count(second, existing) + count(second, std::string(key) + "_created"))
        << key;
  }
  EXPECT_EQ(count(third, "messages_existing"), written.messages);

  const auto apart = read_bundles({place_ / "first", place_ / "second"}, large_bundle);
  EXPECT_THAT(apart.problems, IsEmpty());
  EXPECT_THAT(differences(facts_of_export(source_.zip), apart.facts), IsEmpty());
  EXPECT_EQ(apart.totals.reactions, written.reactions);
  EXPECT_EQ(apart.totals.attachments, written.upload_files);
  EXPECT_GT(apart.totals.repeated_roots, 0);

  const auto nothing = read_bundles({place_ / "third"}, large_bundle);
  EXPECT_EQ(nothing.totals.messages + nothing.totals.users + nothing.totals.emoji, 0);
}

TEST_F(program_scope, without_a_scope_every_run_is_complete) {
  run(source_.zip, "first");
  run(source_.zip, "second", {"--new"});
  expect_same(read_output(place_ / "second"), read_output(place_ / "first"));
}

}  // namespace
}  // namespace crossdock::testing
