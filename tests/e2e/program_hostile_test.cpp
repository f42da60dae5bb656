// Archives that want harm or are broken, through the whole program: a clear word and the right exit
// status, and nothing but the output directory is touched.

#include <filesystem>
#include <set>
#include <utility>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/program_bundles.hpp"
#include "tests/e2e/program_checks.hpp"
#include "tests/workflows/archive_test_support.hpp"

namespace crossdock::testing {
namespace {

namespace fs = std::filesystem;
using slack::test::zip_bytes;
using slack::test::zip_record;
using ::testing::AllOf;
using ::testing::HasSubstr;

const zip_record users{
    .name = "users.json",
    .data = R"([{"id":"U1","name":"ada","profile":{"email":"ada@example.org"}}])"};
const zip_record channels{.name = "channels.json",
                          .data = R"([{"id":"C1","name":"general","members":["U1"]}])"};

std::string message(int second) {
  return R"({"type":"message","user":"U1","text":"hello","ts":"17040672)" +
         std::to_string(10 + second) + R"(.000100"})";
}

class program_hostile : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = new program_place;
    ASSERT_EQ(place_->run({"db", "migrate"}).status, 0);
  }
  static void TearDownTestSuite() { delete std::exchange(place_, nullptr); }

  process_result run(const std::string& bytes) {
    const auto source = files_.write("in/export.zip", bytes);
    return place_->run(program_place::bundle_run(source, output_, {"--new"}));
  }
  process_result run(const std::vector<zip_record>& records) { return run(zip_bytes(records)); }

  /// The run fails and says so; no bundle stands, nothing lies outside of the output directory.
  void expect_refused(const process_result& ran, const std::vector<std::string>& words) {
    EXPECT_EQ(ran.status, 1) << tail(ran.err);
    const auto answer = answer_of(ran);
    EXPECT_EQ(answer.at("state"), "failed");
    EXPECT_TRUE(answer.at("report").is_null());
    const std::string error(answer.at("error").as_string());
    EXPECT_THAT(error, HasSubstr("export.zip"));
    for (const auto& word : words) EXPECT_THAT(error, HasSubstr(word));
    EXPECT_TRUE(!fs::exists(output_) || bundles_in(output_).empty());
    expect_nothing_outside();
  }

  void expect_nothing_outside() {
    std::set<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(files_.path())) {
      const auto path = entry.path().lexically_relative(files_.path()).string();
      if (!path.starts_with("out")) found.insert(path);
    }
    EXPECT_EQ(found, (std::set<std::string>{"in", "in/export.zip"}));
  }

  scratch_directory files_;
  const bool made_ = fs::create_directory(files_.path() / "in");
  std::string output_ = files_.path() / "out";
  static program_place* place_;
};
program_place* program_hostile::place_ = nullptr;

TEST_F(program_hostile, names_that_lead_out_are_refused) {
  const std::string absolute = files_.path() / "evil.json";
  for (const auto& name :
       {std::string("../evil.json"), std::string("general/../../evil.json"), absolute}) {
    SCOPED_TRACE(name);
    expect_refused(run({users, channels, {.name = name, .data = "[]"}}), {name, "refused"});
  }
}

TEST_F(program_hostile, a_name_may_not_stand_twice) {
  const zip_record day{.name = "general/2024-01-01.json", .data = "[" + message(1) + "]"};
  expect_refused(run({users, channels, day, day}), {day.name, "another member of this name"});
}

TEST_F(program_hostile, a_bomb_is_refused) {
  expect_refused(run({users,
                      channels,
                      {.name = "general/2024-01-01.json",
                       .data = std::string(20 << 20, ' '),
                       .deflated = true}}),
                 {"general/2024-01-01.json", "max_ratio = 200"});
}

TEST_F(program_hostile, what_is_no_zip_says_so) {
  expect_refused(run("this is a text"), {"is not a zip archive"});
  expect_refused(run(""), {"empty (0 bytes)"});
  const auto whole = zip_bytes({users, channels});
  expect_refused(run(whole.substr(0, whole.size() - 30)), {"cut off"});
  expect_refused(run({{.name = "holiday.txt", .data = "sea"}}), {"channels.json"});
}

/// A broken element or day file costs itself alone.
class program_broken : public program_hostile {
 protected:
  /// The run goes on, and the report names file and position of what it could not read.
  void expect_rejected(const std::string& day, const std::string& place, int messages) {
    const auto ran = run({users,
                          channels,
                          {.name = "general/2024-01-01.json", .data = day},
                          {.name = "general/2024-01-02.json", .data = "[" + message(50) + "]"}});
    EXPECT_EQ(ran.status, 3) << tail(ran.err);
    const auto answer = answer_of(ran);
    EXPECT_EQ(answer.at("state"), "done_with_failures");
    EXPECT_EQ(answer.at("meta").at("messages_rejected"), 1);
    const auto output = read_output(output_);
    EXPECT_THAT(output.report_text, HasSubstr(place));
    std::vector<std::string> places;
    for (const auto& group : output.report.at("findings").as_array()) {
      if (group.at("kind") != "rejected") continue;
      for (const auto& item : group.at("items").as_array()) {
        places.emplace_back(item.at("place").as_string());
      }
    }
    EXPECT_THAT(places, ::testing::ElementsAre(HasSubstr(place)));
    const auto read = read_bundles({output_}, 100 << 20);
    EXPECT_THAT(read.problems, ::testing::IsEmpty());
    EXPECT_EQ(read.totals.messages, messages);
    expect_nothing_outside();
  }
};

TEST_F(program_broken, element_in_the_middle) {
  expect_rejected("[" + message(1) + R"(,{"type":"message","user":},)" + message(2) + "]",
                  "general/2024-01-01.json:1#1", 3);
}

TEST_F(program_broken, element_that_is_no_object) {
  expect_rejected("[" + message(1) + ",42," + message(2) + "]", "general/2024-01-01.json:1#1", 3);
}

TEST_F(program_broken, file_that_ends_too_early) {
  expect_rejected("[" + message(1) + "," + message(2).substr(0, 30), "general/2024-01-01.json:1#1",
                  2);
}

TEST_F(program_broken, member_whose_bytes_are_damaged) {
  const auto day = "[" + message(1) + "," + message(2) + "]";
  const auto ran =
      run({users, channels, {.name = "general/2024-01-01.json", .data = day, .declared_crc = 1}});
  EXPECT_EQ(ran.status, 3) << tail(ran.err);
  EXPECT_EQ(answer_of(ran).at("state"), "done_with_failures");
  const auto output = read_output(output_);
  std::vector<boost::json::object> rejected;
  for (const auto& group : output.report.at("findings").as_array()) {
    if (group.at("kind") != "rejected") continue;
    EXPECT_EQ(group.at("reason"), "damaged");
    for (const auto& item : group.at("items").as_array()) rejected.push_back(item.as_object());
  }
  ASSERT_EQ(rejected.size(), 1U);
  EXPECT_EQ(rejected[0].at("place"), "general/2024-01-01.json:1#2");
  EXPECT_THAT(std::string(rejected[0].at("detail").as_string()),
              AllOf(HasSubstr("are lost, and nothing tells how many"),
                    HasSubstr("(byte " + std::to_string(day.size()) + ")")));
  EXPECT_THAT(output.report_text, HasSubstr("general/2024-01-01.json:1#2"));
}

TEST_F(program_broken, file_that_is_no_list) {
  expect_rejected("so long", "general/2024-01-01.json:1#0", 1);
}

}  // namespace
}  // namespace crossdock::testing
