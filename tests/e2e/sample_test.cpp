#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "actors/core/job_counters.hpp"
#include "tests/e2e/pipeline.hpp"

namespace crossdock {

namespace json = boost::json;
namespace fs = std::filesystem;

namespace {

const fs::path samples = fs::path(CROSSDOCK_SOURCE_DIR) / "tests" / "samples";

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::map<std::string, std::string> read_bundles(const fs::path& directory) {
  std::map<std::string, std::string> bundles;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == ".zip") {
      bundles[entry.path().filename()] = read_file(entry.path());
    }
  }
  return bundles;
}

class sample_test : public ::testing::Test {
 protected:
  job_ended run(const fs::path& output, store::job_id& id) {
    auto db = database_.connect();
    id = testing::create_bundle_job(db, samples / "slack-export", output);
    return testing::run_job(database_, id);
  }

  json::object meta_of(store::job_id id) {
    return json::parse(database_.connect().find_job(id)->meta).as_object();
  }

  testing::test_database database_;
  testing::scratch_directory scratch_;
};

TEST_F(sample_test, every_count_is_what_another_road_says) {
  store::job_id id = 0;
  const auto ended = run(scratch_.path(), id);
  EXPECT_EQ(ended.error, "");
  EXPECT_EQ(ended.state, job_state::done_with_failures);  // the sample has four broken elements
  const auto expected = json::parse(read_file(samples / "slack-export.expected.json")).as_object();
  const auto meta = meta_of(id);
  for (const char* type : {"channels", "reactions", "attachments", "custom_emoji"}) {
    EXPECT_EQ(counter(meta, std::string(type) + "_processed"), expected.at(type).as_int64())
        << type;
  }
  // Messages that name nobody share one author more.
  EXPECT_EQ(counter(meta, "users_processed"), expected.at("users").as_int64() + 1);
  EXPECT_EQ(expected.at("messages_without_author").as_int64(), 1);
  EXPECT_EQ(counter(meta, "messages_processed"),
            expected.at("messages").as_int64() + expected.at("placeholders").as_int64());
  EXPECT_EQ(counter(meta, "thread_links"), expected.at("thread_links").as_int64());
  EXPECT_EQ(counter(meta, "messages_rejected"), expected.at("elements_rejected").as_int64());
  EXPECT_EQ(counter(meta, "json_files_processed"), counter(meta, "json_files_total"));
  const auto exported = export_counts(meta);
  EXPECT_EQ(exported.settled(), exported.total);
  EXPECT_EQ(exported.failed, 0);
  EXPECT_TRUE(fs::exists(scratch_.path() / "report.json"));
  EXPECT_TRUE(fs::exists(scratch_.path() / "report.md"));
}

TEST_F(sample_test, replies_keep_a_root_although_theirs_is_rejected) {
  // Read as JSON its number is nothing but 0; the database has no such number.
  const auto source = scratch_.path() / "source";
  fs::create_directories(source / "general");
  std::ofstream(source / "users.json") << R"([{"id":"U1","name":"ada"}])";
  std::ofstream(source / "channels.json") << R"([{"id":"C1","name":"general","members":["U1"]}])";
  std::ofstream(source / "general" / "2024-01-01.json") << R"([
    {"type":"message","user":"U1","text":"root","ts":"1704067200.000100",
     "thread_ts":"1704067200.000100","reply_count":2,"odd":1e-20000},
    {"type":"message","user":"U1","text":"one","ts":"1704067201.000100",
     "thread_ts":"1704067200.000100"},
    {"type":"message","user":"U1","text":"two","ts":"1704067202.000100",
     "thread_ts":"1704067200.000100"}])";
  auto db = database_.connect();
  const auto id = testing::create_bundle_job(db, source, scratch_.path() / "out");
  const auto ended = testing::run_job(database_, id);
  EXPECT_EQ(ended.state, job_state::done_with_failures) << ended.error;
  const auto meta = meta_of(id);
  EXPECT_EQ(counter(meta, "messages_rejected"), 1);
  EXPECT_EQ(counter(meta, "placeholder_roots"), 1);
  EXPECT_EQ(counter(meta, "messages_exported"), 3);
}

TEST_F(sample_test, the_same_export_gives_the_same_bytes) {
  store::job_id id = 0;
  run(scratch_.path() / "first", id);
  run(scratch_.path() / "second", id);
  const auto first = read_bundles(scratch_.path() / "first");
  EXPECT_FALSE(first.empty());
  EXPECT_TRUE(first == read_bundles(scratch_.path() / "second"));
}

}  // namespace

}  // namespace crossdock
