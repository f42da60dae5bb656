#include <set>

#include "tests/unit/cli_fixture.hpp"

namespace crossdock::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using boost::json::object;
using boost::json::value;

/// `run --plan`, and that the run it announces keeps its word.
class cli_plan : public cli_test {
 protected:
  static constexpr const char* sample = CROSSDOCK_SOURCE_DIR "/tests/samples/slack-export";
  /// A server that is not there: whoever asks for it fails.
  static constexpr const char* no_database = "postgresql://nobody@127.0.0.1:1/none";

  process_result plan(const std::string& source, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{
        "run",      "slack-to-mattermost-bundle", "--source", source, "--plan", "--database",
        no_database};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }

  /// A generated export with broken references, lost reactions and files.
  std::string generated() {
    const auto zip = (scratch_.path() / "generated.zip").string();
    auto made = process({GENERATE_SLACK_EXPORT, zip, "--messages", "3000", "--users", "40",
                         "--missing-roots", "25", "--ts-collisions", "10", "--upload-bytes",
                         "200000", "--upload-size", "4000"},
                        {}, scratch_)
                    .wait();
    EXPECT_EQ(made.status, 0) << made.err;
    return zip;
  }

  /// The plan's status and numbers are those of the run.
  void expect_kept(const std::string& source) {
    const auto planned = plan(source, {"--json"});
    const auto done = run(
        {"run", "slack-to-mattermost-bundle", "--source", source, "--output", output(), "--json"});
    EXPECT_EQ(planned.status, done.status) << planned.err << done.err;
    const auto promised = json(planned.out);
    const auto answer = json(done.out);
    expect_same_counters(promised, answer.at("meta").as_object());
    const auto report =
        json(crossdock::testing::read_file(std::filesystem::path(output()) / "report.json"));
    expect_same_findings(promised, report);
    expect_same_files(promised, report);
  }

 private:
  static void expect_same_counters(const object& promised, const object& meta) {
    const auto& counters = promised.at("counters").as_object();
    EXPECT_GT(counters.at("messages_processed").as_int64(), 100);
    for (const auto& [key, count] : counters) {
      EXPECT_EQ(count, meta.contains(key) ? meta.at(key) : value()) << key;
    }
    for (const auto& [key, count] : meta) {
      const std::string_view name = key;
      const bool imported = name.ends_with("_processed") || name.ends_with("_repeated") ||
                            name.ends_with("_rejected") || name.ends_with("_created");
      EXPECT_TRUE(!imported || count == 0 || counters.contains(key)) << key;
    }
    for (const auto& type : promised.at("types").as_array()) {
      EXPECT_EQ(type.at("entities"), meta.at("totals").at(text_of(type.at("plural"))));
    }
  }

  static std::string key_of(const value& group) {
    return text_of(group.at("kind")) + '/' + text_of(group.at("type")) + '/' +
           text_of(group.at("reason"));
  }

  /// The plan's findings are the report's, but for those that only the target has.
  static void expect_same_findings(const object& promised, const object& report) {
    std::map<std::string, value> reported;
    for (const auto& group : report.at("findings").as_array()) reported[key_of(group)] = group;
    for (const auto& group : promised.at("findings").as_array()) {
      const auto key = key_of(group);
      ASSERT_TRUE(reported.contains(key)) << key;
      EXPECT_EQ(group.at("count"), reported[key].at("count")) << key;
      const auto& items = reported[key].at("items").as_array();
      EXPECT_EQ(std::count(items.begin(), items.end(), group.at("example")), 1) << key;
    }
    for (const auto& [key, group] : reported) {
      const bool from_source = key.starts_with("rejected/") || key.starts_with("left_out//");
      if (!from_source) continue;
      const auto& groups = promised.at("findings").as_array();
      EXPECT_TRUE(std::any_of(groups.begin(), groups.end(), [&key = key](const auto& one) {
        return key_of(one) == key;
      })) << key;
    }
  }

  /// Files whose bytes proved to be a web page, which a plan does not look into.
  static std::int64_t web_pages(const object& report) {
    const auto& items = report.at("skipped").at("items").as_array();
    return std::count_if(items.begin(), items.end(), [](const auto& item) {
      const auto message = std::string(item.at("message").as_string());
      return message.find("a web page lies in the archive") != message.npos;
    });
  }

  /// Attachments without bytes are skipped in the export.
  static void expect_same_files(const object& promised, const object& report) {
    for (const auto& type : promised.at("types").as_array()) {
      if (!type.as_object().contains("files")) continue;
      for (const auto& done : report.at("types").as_array()) {
        if (done.at("type") != type.at("type")) continue;
        const auto pages = web_pages(report);
        EXPECT_EQ(type.at("files").at("with_bytes").as_int64() - pages, done.at("exported"));
        EXPECT_EQ(type.at("files").at("without_bytes").as_int64() + pages, done.at("skipped"));
      }
    }
  }
};

TEST_F(cli_plan, the_sample_keeps_the_word_of_its_plan) {
  expect_kept(sample);
}

TEST_F(cli_plan, a_generated_export_keeps_the_word_of_its_plan) {
  expect_kept(generated());
}

TEST_F(cli_plan, tells_people_what_would_be_moved_and_lost) {
  const auto result = plan(sample);
  EXPECT_EQ(result.status, 3) << result.err;  // the sample has broken elements
  EXPECT_THAT(
      result.out,
      AllOf(HasSubstr("would run slack-to-mattermost-bundle"), HasSubstr("slack:T0PHAROS"),
            HasSubstr("user → custom_emoji, channel → message → attachment → reaction"),
            HasSubstr("channels            17         0         0         0"),
            HasSubstr("attachments: 18 with their bytes in the source (1.1 KiB), 6 without"),
            HasSubstr("weather-station/2024-03-07.json"),
            HasSubstr("shows only when it is written"), HasSubstr("nothing was written")));
}

TEST_F(cli_plan, needs_neither_database_nor_output_and_writes_nothing) {
  const auto state = scratch_.path() / "state";
  const auto result = plan(sample);
  EXPECT_THAT(result.err, Not(HasSubstr("database")));
  EXPECT_FALSE(std::filesystem::exists(state));
  EXPECT_FALSE(std::filesystem::exists(output()));
}

TEST_F(cli_plan, ends_with_status_0_when_all_can_be_read_and_3_when_not) {
  EXPECT_EQ(run(trouble({"--plan"})).status, 0);
  const auto rejecting = run(trouble({"--plan", "--set", "source.rejected=2"}));
  EXPECT_EQ(rejecting.status, 3);
  EXPECT_THAT(rejecting.out, HasSubstr("list.txt#0"));
}

TEST_F(cli_plan, tells_an_unreadable_source_by_status_1) {
  const auto result = run(trouble({"--plan", "--json", "--set", "source.unreadable=1"}));
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(json(result.out).at("error"), "the source is unreadable: a test wants it so");
}

}  // namespace
}  // namespace crossdock::cli
