#include "actors/report.hpp"

#include <filesystem>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observability/redaction.hpp"
#include "tests/store/database.hpp"
#include "tests/tools/process.hpp"

namespace crossdock {
namespace {

namespace json = boost::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using kind = api::finding::kind;
constexpr std::chrono::milliseconds long_ttl{600'000};

/// A job with three users and two messages: one user fails, one message is left out.
class report_test : public ::testing::Test {
 protected:
  store::job_row make_job(const std::string& output_name, std::vector<api::finding> findings) {
    store::new_job job;
    job.workflow = "sample";
    job.workflow_digest = std::string(64, 'a');
    job.config = "{}";
    job.source = "/source";
    job.output = (scratch_.path() / output_name).string();
    job.barrier_group = output_name;
    job.types = {{"user", "users", 0}, {"message", "messages", 1}};
    const auto id = db_.create_job(job).id;
    const auto row = db_.take_job(id, "node", long_ttl).value();
    const store::job_lease lease{id, row.epoch};
    store::stage_batch batch;
    for (const char* user : {"U1", "U2", "U3"}) {
      batch.entities.push_back({"user", user, "lane", 0, 0, "{}", "{}"});
    }
    for (const char* message : {"C:1", "C:2"}) {
      batch.entities.push_back({"message", message, "lane", 1, 1, "{}", "{}"});
    }
    batch.findings = std::move(findings);
    db_.commit_stage(lease, batch);
    db_.enter_exporting(lease);
    deliver(row, "user",
            {"U2", api::outcome_kind::failed, "permanent", "name.taken",
             "the name is taken, says hunter-two"});
    deliver(row, "message", {"C:2", api::outcome_kind::skipped, "", "", "no text | no files"});
    auto finished = db_.find_job(id).value();
    finished.outputs = R"({"files": ["a.zip", "b.zip"], "bytes": 12})";
    return finished;
  }

  struct special {
    std::string external_id;
    api::outcome_kind kind;
    std::string error_class;
    std::string code;
    std::string message;
  };
  void deliver(const store::job_row& job, const std::string& type, const special& one) {
    db_.advance_barrier(job.barrier_group, job.id);
    const auto claim = db_.claim({job.id, type, "worker", long_ttl, 1000});
    ASSERT_TRUE(claim.claimed) << type;
    store::settle_request settle;
    settle.lease = claim.claimed->lease;
    for (const auto& entity : claim.claimed->work.entities) {
      api::outcome outcome;
      outcome.id = entity.id;
      outcome.target_id = entity.external_id == one.external_id ? "" : "t";
      if (entity.external_id == one.external_id) {
        outcome.kind = one.kind;
        outcome.error_class = one.error_class;
        outcome.error_code = one.code;
        outcome.message = one.message;
      }
      settle.outcomes.push_back(outcome);
    }
    db_.settle(settle);
    db_.advance_barrier(job.barrier_group, job.id);
  }

  std::string markdown(const store::job_row& job) {
    return crossdock::testing::read_file(job.output + "/report.md");
  }
  json::object machine(const store::job_row& job) {
    return json::parse(crossdock::testing::read_file(job.output + "/report.json")).as_object();
  }

  crossdock::testing::scratch_directory scratch_;
  crossdock::testing::test_database database_;
  store::session db_ = database_.connect();
};

const std::vector<api::finding> sample_findings{
    {kind::changed, "user", "U1", {}, "name_changed", "\"Ada\" became \"ada\""},
    {kind::changed, "user", "U3", {}, "name_changed", "\"Eve\" became \"eve\""},
    {kind::rejected, "message", {}, "general/2024.json#7", "invalid_json", "syntax error"},
    {kind::left_out, {}, "canvas.html", {}, "canvas", "it has no counterpart"},
    {kind::note, {}, {}, {}, "remark", "all is well"}};

TEST_F(report_test, counts_per_type) {
  const auto job = make_job("out", sample_findings);
  write_report(db_, job);
  const auto report = machine(job);
  EXPECT_EQ(report.at("workflow"), "sample");
  EXPECT_EQ(report.at("state"), "done_with_failures");
  EXPECT_EQ(report.at("types").at(0),
            json::parse(R"({"type": "user", "plural": "users", "total": 3, "processed": 3,
                            "created": 3, "existing": 0, "rejected": 0, "exported": 2,
                            "failed": 1, "skipped": 0})"));
  EXPECT_EQ(report.at("types").at(1).at("rejected"), 1);
  EXPECT_EQ(report.at("types").at(1).at("skipped"), 1);
  EXPECT_EQ(report.at("totals"), json::parse(R"({"messages": 2, "users": 3})"));
  EXPECT_EQ(report.at("outputs").at("bytes"), 12);
  EXPECT_EQ(report.at("run").at("job"), job.id);
  EXPECT_EQ(report.at("run").at("source"), "/source");
}

TEST_F(report_test, groups_findings_by_kind_and_reason) {
  const auto job = make_job("out", sample_findings);
  write_report(db_, job);
  const auto findings = machine(job).at("findings").as_array();
  ASSERT_EQ(findings.size(), 4U);
  EXPECT_EQ(findings[0], json::parse(R"({"kind": "changed", "type": "user",
      "reason": "name_changed", "count": 2, "items": [
        {"item": "U1", "place": "", "detail": "\"Ada\" became \"ada\""},
        {"item": "U3", "place": "", "detail": "\"Eve\" became \"eve\""}]})"));
  EXPECT_EQ(findings[3].at("kind"), "rejected");
  EXPECT_EQ(findings[3].at("items").at(0).at("place"), "general/2024.json#7");
}

TEST_F(report_test, tells_failures_and_omissions_with_reasons) {
  const auto job = make_job("out", {});
  write_report(db_, job);
  const auto report = machine(job);
  const auto& failures = report.at("failures");
  EXPECT_EQ(failures.at("items").as_array().size(), 1U);
  EXPECT_EQ(failures.at("items").at(0).at("item"), "U2");
  EXPECT_EQ(failures.at("items").at(0).at("code"), "name.taken");
  EXPECT_EQ(failures.at("reasons"), json::parse(R"([{"type": "user", "reason": "name.taken",
      "class": "permanent", "count": 1}])"));
  EXPECT_EQ(report.at("skipped").at("reasons").at(0).at("reason"), "no text | no files");
}

TEST_F(report_test, reads_well) {
  const auto job = make_job("out", sample_findings);
  write_report(db_, job);
  const auto text = markdown(job);
  EXPECT_THAT(text, AllOf(HasSubstr("# sample: done with failures"),
                          HasSubstr("| user | 3 | 3 | 2 | 0 | 1 | 0 |"),
                          HasSubstr("| message | 2 | 2 | 1 | 1 | 0 | 1 |"),
                          HasSubstr("### user: name changed (2)"), HasSubstr("general/2024.json#7"),
                          HasSubstr("a.zip")));
  EXPECT_THAT(text, AllOf(HasSubstr("### user: name.taken (1)"),
                          HasSubstr("crossdock job retry " + std::to_string(job.id)),
                          HasSubstr("no text \\| no files")));
}

TEST_F(report_test, cuts_long_lists_for_people_only) {
  std::vector<api::finding> many;
  for (int i = 100; i < 300; ++i) {
    many.push_back({kind::changed, "user", "U" + std::to_string(i), {}, "name_changed", "d"});
  }
  const auto job = make_job("out", many);
  write_report(db_, job);
  EXPECT_EQ(machine(job).at("findings").at(0).at("items").as_array().size(), 200U);
  EXPECT_THAT(markdown(job), AllOf(HasSubstr("(200)"), HasSubstr("U149"), Not(HasSubstr("U150")),
                                   HasSubstr("… and 150 more"), HasSubstr("report.json")));
}

TEST_F(report_test, is_the_same_for_the_same_data) {
  const auto one = make_job("one", sample_findings);
  const auto two = make_job("two", sample_findings);
  write_report(db_, one);
  write_report(db_, two);
  auto first = crossdock::testing::read_file(one.output + "/report.json");
  auto second = crossdock::testing::read_file(two.output + "/report.json");
  first.erase(first.find("\"run\""));
  second.erase(second.find("\"run\""));
  EXPECT_EQ(first, second);
}

TEST_F(report_test, shows_no_secret) {
  register_secret("hunter-two");
  const auto job = make_job("out", {});
  write_report(db_, job);
  EXPECT_THAT(markdown(job), Not(HasSubstr("hunter-two")));
  EXPECT_THAT(json::serialize(machine(job)),
              AllOf(Not(HasSubstr("hunter-two")), HasSubstr("[secret]")));
}

TEST_F(report_test, survives_hostile_text) {
  const auto job = make_job("out", {{kind::changed,
                                     "user",
                                     "a|b\nc`<img>",
                                     {},
                                     "odd\"reason",
                                     std::string(2000, 'x') + "\xf0\x9f\x9a\x80"}});
  write_report(db_, job);
  EXPECT_EQ(machine(job).at("findings").at(0).at("items").at(0).at("item"), "a|b\nc`<img>");
  EXPECT_THAT(markdown(job), HasSubstr("| a\\|b c\\`\\<img\\> | x"));
}

TEST_F(report_test, replaces_an_older_report_whole) {
  const auto job = make_job("out", {});
  write_report(db_, job);
  write_report(db_, job);
  std::set<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(job.output)) {
    names.insert(file.path().filename().string());
  }
  EXPECT_THAT(names, ::testing::ElementsAre("report.json", "report.md"));
}

TEST_F(report_test, says_where_it_cannot_be_written) {
  auto job = make_job("out", {});
  job.output = scratch_.write("a-file", "");
  try {
    write_report(db_, job);
    FAIL() << "no error";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr(job.output));
  }
}

TEST_F(report_test, needs_an_output_directory) {
  auto job = make_job("out", {});
  job.output.clear();
  write_report(db_, job);
  EXPECT_TRUE(std::filesystem::is_empty(scratch_.path()));
}

}  // namespace
}  // namespace crossdock
