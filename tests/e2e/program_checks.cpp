#include "tests/e2e/program_checks.hpp"

#include <set>
#include <stdexcept>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "actors/core/job_counters.hpp"
#include "tests/e2e/program_bundles.hpp"
#include "tests/store/database.hpp"

namespace crossdock::testing {

namespace json = boost::json;
namespace fs = std::filesystem;

namespace {

std::set<std::string> names_in(const fs::path& directory) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) {
    names.insert(entry.path().filename());
  }
  return names;
}

}  // namespace

run_output read_output(const fs::path& directory) {
  run_output output;
  for (const auto& zip : bundles_in(directory)) output.bundles[zip.filename()] = read_file(zip);
  output.report = json::parse(read_file(directory / "report.json")).as_object();
  output.report.erase("run");
  output.report_text = read_file(directory / "report.md");
  return output;
}

void expect_same(const run_output& actual, const run_output& expected) {
  EXPECT_EQ(actual.bundles.size(), expected.bundles.size());
  for (const auto& [name, bytes] : expected.bundles) {
    const auto found = actual.bundles.find(name);
    ASSERT_TRUE(found != actual.bundles.end()) << name << " is missing";
    EXPECT_TRUE(found->second == bytes) << name << " has other bytes";
  }
  EXPECT_EQ(actual.report, expected.report);
  EXPECT_EQ(actual.report_text, expected.report_text);
}

void expect_tidy(const fs::path& output) {
  for (const auto& name : names_in(output)) {
    EXPECT_TRUE(name.ends_with(".zip") || name == "report.json" || name == "report.md" ||
                name == ".crossdock")
        << name << " is left in the output directory";
  }
  for (const auto& job : fs::directory_iterator(output / ".crossdock")) {
    EXPECT_EQ(names_in(job), std::set<std::string>{"outputs.json"}) << job.path();
  }
}

json::object answer_of(const process_result& run) {
  return json::parse(run.out).as_object();
}

void expect_counters_are_the_tables(const program_place& place, const json::object& answer) {
  const auto server = place.hold_server();
  store::session db(server->url(), "test");
  const auto& meta = answer.at("meta").as_object();
  const auto id = answer.at("job_id").as_int64();
  const auto job = " WHERE job_id = " + std::to_string(id);
  const auto row = db.find_job(id);
  if (!row) throw std::runtime_error("the job is gone");
  for (const auto& type : row->types) {
    const auto count = [&](const std::string& status) {
      return query_number(db, "SELECT count(*) FROM crossdock.entity_view" + job + " AND type = '" +
                                  type.type + "' AND status = '" + status + "'");
    };
    const auto told = export_counts(meta, type.plural);
    EXPECT_EQ(told.exported, count("success")) << type.plural;
    EXPECT_EQ(told.skipped, count("skipped")) << type.plural;
    EXPECT_EQ(told.failed, count("failed")) << type.plural;
    EXPECT_EQ(count("pending"), 0) << type.plural;
    EXPECT_EQ(told.total, told.settled()) << type.plural;
    EXPECT_EQ(counter(meta, type.plural + "_created"), told.total) << type.plural;
  }
  EXPECT_EQ(counter(meta, "json_files_processed"), counter(meta, "json_files_total"));
  for (const char* waiting :
       {"crossdock.ledger_delta", "crossdock.barrier_member", "crossdock.lane"}) {
    const auto open = std::string(waiting) == "crossdock.lane" ? " AND NOT drained" : "";
    EXPECT_EQ(query_number(db, std::string("SELECT count(*) FROM ") + waiting + job + open), 0)
        << waiting;
  }
  EXPECT_EQ(json::parse(row->meta), json::value(meta));
}

void expect_generated_totals(const json::object& answer, const generated_export& source) {
  const auto& meta = answer.at("meta").as_object();
  const auto& totals = source.totals;
  const auto expect = [&meta](const char* key, std::int64_t value) {
    EXPECT_EQ(counter(meta, key), value) << key;
  };
  // The author of the placeholders for missing roots is Slack's own bot, whom no list has.
  expect("users_processed", totals.users + totals.unlisted_bots + totals.unlisted_users + 1);
  expect("custom_emoji_processed", totals.custom_emoji);
  expect("channels_processed", totals.channels);
  expect("messages_processed", totals.messages + totals.missing_roots);
  expect("reactions_processed", totals.reactions);
  expect("attachments_processed", totals.attachments);
  expect("thread_links", totals.thread_links);
  expect("placeholder_roots", totals.missing_roots);
  expect("edited_messages", totals.edited);
  expect("messages_exported", totals.messages + totals.missing_roots);
  expect("reactions_exported", totals.reactions);
  expect("attachments_exported", totals.upload_files);
  expect("attachments_skipped", totals.attachments - totals.upload_files);
  expect("json_files_processed", totals.day_files + 6);  // the lists, users and integration logs
}

}  // namespace crossdock::testing
