#include <boost/json/array.hpp>
#include <unistd.h>

#include "tests/unit/cli_fixture.hpp"

namespace crossdock::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const std::vector<std::vector<std::string>> all_commands{{"run"},
                                                         {"job", "list"},
                                                         {"job", "show"},
                                                         {"job", "failures"},
                                                         {"job", "retry"},
                                                         {"job", "pause"},
                                                         {"job", "cancel"},
                                                         {"job", "resume"},
                                                         {"workflow", "list"},
                                                         {"workflow", "show"},
                                                         {"workflow", "check"},
                                                         {"db", "migrate"},
                                                         {"db", "status"},
                                                         {"doctor"},
                                                         {"version"},
                                                         {"completion"}};

using cli_commands = cli_test;

TEST_F(cli_commands, have_help_with_examples) {
  for (auto arguments : all_commands) {
    arguments.emplace_back("--help");
    const auto result = run(arguments);
    EXPECT_EQ(result.status, 0) << arguments[0];
    EXPECT_THAT(result.out, AllOf(HasSubstr("Usage:"), HasSubstr("Examples:\n  "))) << arguments[0];
    EXPECT_THAT(result.err, IsEmpty());
  }
}

TEST_F(cli_commands, refuse_wrong_arguments_with_status_2) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{},
                                                    {"walk"},
                                                    {"run"},
                                                    {"job"},
                                                    {"job", "show"},
                                                    {"job", "show", "seven"},
                                                    {"job", "list", "--limit", "0"},
                                                    {"completion", "csh"},
                                                    {"doctor", "--log-level", "loud"},
                                                    {"run", "x", "--bogus"}}) {
    const auto result = run(arguments);
    EXPECT_EQ(result.status, 2) << result.err;
    EXPECT_THAT(result.err, HasSubstr("--help"));
    EXPECT_THAT(result.out, IsEmpty());
  }
}

TEST_F(cli_commands, say_version_and_libraries) {
  const auto result = run({"version"});
  EXPECT_EQ(result.status, 0);
  for (const char* part :
       {"crossdock ", "CAF", "0.17.", "Boost", "libpqxx", "libpq", "cpprestsdk", "libarchive"}) {
    EXPECT_THAT(result.out, HasSubstr(part));
  }
  EXPECT_THAT(run({"--version"}).out, StartsWith("crossdock "));
}

TEST_F(cli_commands, know_no_job_that_is_not_there) {
  for (const char* command : {"show", "failures", "retry", "pause", "cancel", "resume"}) {
    const auto result = run({"job", command, "77"});
    EXPECT_EQ(result.status, 2) << command;
    EXPECT_THAT(result.err, HasSubstr("there is no job 77"));
  }
}

TEST_F(cli_commands, list_no_jobs_in_a_new_database) {
  EXPECT_THAT(run({"job", "list"}).out, HasSubstr("no jobs yet"));
  EXPECT_EQ(run({"job", "list", "--json"}).out, "[]\n");
}

TEST_F(cli_commands, list_show_and_check_workflows) {
  const auto listed = json_list(run({"workflow", "list", "--json"}).out);
  ASSERT_FALSE(listed.empty());
  const std::string name(listed[0].at("name").as_string());
  EXPECT_THAT(run({"workflow", "list"}).out, AllOf(StartsWith("WORKFLOW"), HasSubstr(name)));

  const auto shown = run({"workflow", "show", name});
  EXPECT_EQ(shown.status, 0);
  EXPECT_THAT(shown.out, HasSubstr("workflow: " + name));
  const auto copy = scratch_.write("copy.yaml", shown.out);
  const auto checked = run({"workflow", "check", copy});
  EXPECT_EQ(checked.status, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("copy.yaml: good"));
}

TEST_F(cli_commands, point_at_errors_in_a_workflow) {
  const auto file = scratch_.write("wrong.yaml", std::string(trouble_yaml) + "limts: {}\n");
  const auto result = run({"workflow", "check", file, "--plugin", TROUBLE_PLUGIN});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.out, AllOf(HasSubstr(file + ":8:1: error: "), HasSubstr("limts"),
                                HasSubstr("did you mean \"limits\"?")));
}

TEST_F(cli_commands, suggest_the_workflow_that_was_meant) {
  const auto listed = json_list(run({"workflow", "list", "--json"}).out);
  std::string name(listed.at(0).at("name").as_string());
  const auto meant = name;
  name.pop_back();
  const auto result = run({"workflow", "show", name});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("did you mean \"" + meant + "\"?"));
}

TEST_F(cli_commands, migrate_and_describe_the_database) {
  const crossdock::testing::test_database fresh(crossdock::testing::test_database::content::empty);
  const auto before = run({"db", "status", "--database", fresh.url()});
  EXPECT_EQ(before.status, 1);
  EXPECT_THAT(before.out, HasSubstr("no"));
  const auto migrated = run({"db", "migrate", "--database", fresh.url()});
  EXPECT_EQ(migrated.status, 0) << migrated.err;
  EXPECT_THAT(migrated.out, HasSubstr("migrations applied"));
  EXPECT_THAT(run({"db", "migrate", "--database", fresh.url()}).out, HasSubstr("current"));
  const auto after = run({"db", "status", "--json", "--database", fresh.url()});
  EXPECT_EQ(after.status, 0);
  for (const auto& one : json_list(after.out)) {
    EXPECT_TRUE(one.at("applied").as_bool());
  }
}

TEST_F(cli_commands, do_not_touch_a_schema_of_another_release) {
  auto db = database_.connect();
  crossdock::testing::query(db,
                            "INSERT INTO crossdock.schema_migration (version, name, digest) "
                            "VALUES (999, 'tomorrow', repeat('0', 64))");
  const auto result = run({"job", "list"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("crossdock db status"));
}

TEST_F(cli_commands, examine_the_machine) {
  const auto result = run({"doctor", "--json", "--output", output()});
  EXPECT_EQ(result.status, 0) << result.out;
  std::vector<std::string> checks;
  for (const auto& one : json_list(result.out)) {
    checks.emplace_back(one.at("check").as_string());
    EXPECT_NE(one.at("result"), "fail") << one.at("text");
  }
  EXPECT_THAT(checks, ::testing::ElementsAre("plugins", "state", "output", "database", "schema"));
}

TEST_F(cli_commands, warn_of_types_that_lead_nowhere_or_come_from_nowhere) {
  const auto file = scratch_.write("half.yaml", R"(workflow: half
source: {plugin: slack-export}
stages: [extracting, users, channels]
export:
  target: {plugin: mattermost-bundle}
  types:
    user: {}
    channel: {after: [user]}
    message: {after: [channel]}
)");
  const auto result = run({"workflow", "check", file});
  EXPECT_EQ(result.status, 0) << result.err;
  const auto text = result.out + result.err;
  EXPECT_THAT(text, HasSubstr(file + ":9:5: warning: no stage of this workflow yields the type "
                                     "\"message\": it comes from messages"));
  EXPECT_THAT(text, HasSubstr(file + ":6:3: warning: the type \"custom_emoji\" is read from the "
                                     "source, but not among the types that are exported"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("\"reaction\"")));
  const auto whole = run({"workflow", "check", "slack-to-mattermost-bundle"});
  EXPECT_THAT(whole.out + whole.err, ::testing::Not(HasSubstr("warning")));
}

TEST_F(cli_commands, find_an_output_that_cannot_be_written_to) {
  const auto file = scratch_.write("a-file", "");
  const auto below = run({"doctor", "--output", file + "/out"});
  EXPECT_EQ(below.status, 1);
  EXPECT_THAT(below.out,
              AllOf(HasSubstr("fail    output"), HasSubstr(file + " is not a directory")));
  if (::geteuid() == 0) GTEST_SKIP() << "no folder is closed to root";
  std::filesystem::create_directory(output());
  std::filesystem::permissions(output(), std::filesystem::perms::owner_read);
  const auto closed = run({"doctor", "--output", output()});
  EXPECT_EQ(closed.status, 1);
  EXPECT_THAT(closed.out, AllOf(HasSubstr("fail    output"), HasSubstr("Permission denied")));
}

TEST_F(cli_commands, find_what_is_wrong_with_the_machine) {
  const auto result = run({"doctor", "--database", "postgresql://nobody:hunter2@localhost:1/none",
                           "--plugin", "/etc/hostname"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, AllOf(HasSubstr("fail    plugins"), HasSubstr("fail    database")));
  EXPECT_THAT(result.out + result.err, ::testing::Not(HasSubstr("hunter2")));
}

TEST_F(cli_commands, read_settings_from_a_file) {
  const auto file = scratch_.write("settings.yaml", "databse: {}\n");
  const auto result = run({"job", "list", "--config", file});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr(file + ":1:1"), HasSubstr("did you mean \"database\"?")));
}

}  // namespace
}  // namespace crossdock::cli
