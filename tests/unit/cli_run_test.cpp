#include <chrono>
#include <thread>

#include <signal.h>

#include "tests/unit/cli_fixture.hpp"

namespace crossdock::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class cli_run : public cli_test {
 protected:
  /// Waits until the run has delivered something.
  void wait_for_delivery() const {
    const auto file = std::filesystem::path(output()) / "things.txt";
    for (int i = 0; i < 600 && !std::filesystem::exists(file); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ASSERT_TRUE(std::filesystem::exists(file));
  }

  /// Every thing once, in order.
  void expect_delivered(int count) const {
    std::string expected;
    for (int i = 0; i < count; ++i) expected += "thing:" + std::to_string(i) + "\n";
    EXPECT_EQ(crossdock::testing::read_file(std::filesystem::path(output()) / "things.txt"),
              expected);
  }
};

TEST_F(cli_run, runs_a_plugin_from_a_shared_object) {
  const auto source = scratch_.write("names.txt", "Ada\n");
  const std::string workflow = CROSSDOCK_SOURCE_DIR "/tests/plugins/hello/hello.yaml";
  const auto result = run({"run", workflow, "--plugin", HELLO_PLUGIN, "--source", source,
                           "--output", output(), "--set", "source.count=2"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(crossdock::testing::read_file(output() + "/greetings.txt"),
            "hello Ada, number 1\nhello Ada, number 2\n");
  EXPECT_THAT(result.out, AllOf(HasSubstr("job 1: done"), HasSubstr("greetings      2"),
                                HasSubstr("report  " + output() + "/report.md")));
  EXPECT_THAT(result.err, AllOf(HasSubstr("greet: done"), HasSubstr("greeting: 2/2, done"),
                                HasSubstr("finishing: done")));
}

TEST_F(cli_run, leaves_alone_what_the_workflow_does_not_export) {
  const auto workflow = scratch_.write("people.yaml", R"(
workflow: people
source: {plugin: slack-export}
stages: [extracting, users, channels, messages, ready_export]
export:
  target: {plugin: mattermost-bundle}
  types: {user: {workers: 1}, channel: {workers: 1, after: [user]}}
)");
  const auto result =
      run({"run", workflow, "--source", CROSSDOCK_SOURCE_DIR "/tests/samples/slack-export",
           "--output", output(), "--json"});
  EXPECT_THAT(result.err,
              HasSubstr("\"message\" is read from the source, but not among the types"));
  const auto meta = json(result.out).at("meta").as_object();
  EXPECT_EQ(meta.at("users_exported"), 25);
  EXPECT_EQ(meta.at("channels_exported"), 17);
  EXPECT_FALSE(meta.contains("messages_processed"));
}

TEST_F(cli_run, answers_programs_with_one_object) {
  const auto result = run(trouble({"--json"}));
  EXPECT_EQ(result.status, 0) << result.err;
  const auto answer = json(result.out);
  EXPECT_EQ(answer.at("job_id"), 1);
  EXPECT_EQ(answer.at("workflow"), "trouble");
  EXPECT_EQ(answer.at("state"), "done");
  EXPECT_EQ(answer.at("meta").at("things_exported"), 10);
  EXPECT_EQ(answer.at("outputs").at("file"), "things.txt");
  EXPECT_EQ(text_of(answer.at("report")), output() + "/report.json");
  EXPECT_TRUE(answer.at("error").is_null());
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 1);
}

TEST_F(cli_run, answers_with_an_object_when_nothing_could_begin) {
  const auto result = run({"run", "no-such-workflow", "--json"});
  EXPECT_EQ(result.status, 2);
  const auto answer = json(result.out);
  EXPECT_TRUE(answer.at("job_id").is_null());
  EXPECT_THAT(std::string(answer.at("error").as_string()), HasSubstr("no-such-workflow"));
  EXPECT_TRUE(json(run({"run", "--json"}).out).contains("error"));
}

TEST_F(cli_run, tells_rejected_elements_by_status_3) {
  const auto result = run(trouble({"--set", "source.rejected=2"}));
  EXPECT_EQ(result.status, 3) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("done with failures"), HasSubstr("could not be read")));
}

TEST_F(cli_run, tells_failures_by_status_3_and_retries_them) {
  const auto result = run(trouble({"--set", "target.failures=2"}));
  EXPECT_EQ(result.status, 3) << result.err;
  EXPECT_THAT(result.out, HasSubstr("crossdock job failures 1"));

  const auto failures = run({"job", "failures", "1", "--json"});
  const auto list = json_list(failures.out);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].at("external_id"), "thing:0");
  EXPECT_EQ(list[0].at("error_code"), "too.small");
  EXPECT_THAT(run({"job", "failures", "1"}).out, HasSubstr("does not take things this small"));
  EXPECT_THAT(run({"job", "failures", "1", "--type", "other"}).out, HasSubstr("nothing failed"));

  const auto resumed = run({"job", "resume", "1", "--plugin", TROUBLE_PLUGIN});
  EXPECT_EQ(resumed.status, 2);
  EXPECT_THAT(resumed.err, HasSubstr("crossdock job retry"));
  EXPECT_THAT(run({"job", "retry", "1"}).out, HasSubstr("2 failed entities"));
  const auto without_plugin = run({"job", "resume", "1"});
  EXPECT_EQ(without_plugin.status, 2);
  EXPECT_THAT(without_plugin.err, AllOf(HasSubstr("trouble-source"), HasSubstr("--plugin")));
  EXPECT_THAT(run({"job", "list"}).out, HasSubstr("queued"));
  EXPECT_EQ(run({"job", "resume", "1", "--plugin", TROUBLE_PLUGIN}).status, 3);
}

TEST_F(cli_run, tells_an_unreadable_source_by_status_1) {
  const auto result = run(trouble({"--set", "source.unreadable=1", "--json"}));
  EXPECT_EQ(result.status, 1);
  const auto answer = json(result.out);
  EXPECT_EQ(answer.at("state"), "failed");
  EXPECT_EQ(answer.at("error"), "the source is unreadable: a test wants it so");
  EXPECT_TRUE(answer.at("report").is_null());
}

TEST_F(cli_run, tells_a_reached_limit_by_status_4) {
  const auto result = run(trouble(
      {"--set", "target.failures=8", "--set", "source.count=2000", "--set", "target.wait_ms=5"}));
  EXPECT_EQ(result.status, 4) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("paused"), HasSubstr("limits.failures is 3"),
                                HasSubstr("crossdock job resume 1")));
}

TEST_F(cli_run, gives_the_job_back_on_ctrl_c_and_goes_on_with_the_same_command) {
  const std::vector<std::string> slow{"--set", "source.count=150", "--set", "target.wait_ms=20"};
  auto first = start(trouble(slow));
  wait_for_delivery();
  first->send(SIGINT);
  const auto stopped = first->wait();
  EXPECT_EQ(stopped.status, 130) << stopped.err;
  EXPECT_THAT(stopped.out, HasSubstr("job 1: queued"));

  const auto other = run(trouble({"--set", "source.count=151"}));
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.err, AllOf(HasSubstr("source.options.count"), HasSubstr("--new")));

  const auto second = run(trouble(slow));
  EXPECT_EQ(second.status, 0) << second.err;
  EXPECT_THAT(second.err, HasSubstr("going on with job 1"));
  expect_delivered(150);
}

TEST_F(cli_run, drains_on_sigterm_with_status_0) {
  auto running = start(trouble({"--set", "source.count=150", "--set", "target.wait_ms=20"}));
  wait_for_delivery();
  running->send(SIGTERM);
  const auto result = running->wait();
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("job 1: queued"));
}

TEST_F(cli_run, stops_at_once_on_the_second_signal) {
  auto running = start(trouble({"--set", "source.count=5", "--set", "target.wait_ms=5000"}));
  std::this_thread::sleep_for(std::chrono::seconds(1));
  running->send(SIGTERM);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  running->send(SIGTERM);
  EXPECT_EQ(running->wait().status, 128 + SIGTERM);
}

TEST_F(cli_run, goes_on_after_a_kill) {
  const std::vector<std::string> slow{"--set", "source.count=150", "--set", "target.wait_ms=20"};
  auto first = start(trouble(slow));
  wait_for_delivery();
  first->send(SIGKILL);
  EXPECT_EQ(first->wait().status, 128 + SIGKILL);
  const auto second = run(trouble(slow));
  EXPECT_EQ(second.status, 0) << second.err;
  EXPECT_THAT(second.err, Not(HasSubstr("waiting for its lease to end")));
  EXPECT_THAT(second.out, HasSubstr("job 1: done"));
}

TEST_F(cli_run, does_not_mix_two_contents_of_a_source) {
  const std::vector<std::string> slow{"--set", "source.count=150", "--set", "target.wait_ms=20"};
  const auto command = trouble(slow);
  auto first = start(command);
  wait_for_delivery();
  first->send(SIGKILL);
  first->wait();
  scratch_.write("source.txt", "anything else");
  const auto second = run(command);
  EXPECT_EQ(second.status, 2);
  EXPECT_THAT(second.err, AllOf(HasSubstr("content of the source"), HasSubstr("--new")));
  const auto resumed = run({"job", "resume", "1", "--plugin", TROUBLE_PLUGIN});
  EXPECT_EQ(resumed.status, 2);
  EXPECT_THAT(resumed.err, HasSubstr("another content of"));
  scratch_.write("source.txt", "anything");
  EXPECT_EQ(run(command).status, 0);
}

TEST_F(cli_run, cancels_a_job_whose_process_was_killed) {
  const std::vector<std::string> slow{"--set", "source.count=150", "--set", "target.wait_ms=20"};
  auto first = start(trouble(slow));
  wait_for_delivery();
  first->send(SIGKILL);
  first->wait();
  const auto result = run({"job", "cancel", "1"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("job 1 is canceled"));
}

TEST_F(cli_run, looks_at_the_output_before_it_reads_the_source) {
  const auto blocked = scratch_.write("blocked", "a file");
  auto command = trouble({});
  *std::find(command.begin(), command.end(), output()) = blocked + "/out";
  const auto result = run(command);
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("--output " + blocked + "/out cannot be written to"));
}

TEST_F(cli_run, leaves_a_job_to_the_process_that_works_on_it) {
  const std::vector<std::string> slow{"--set", "source.count=150", "--set", "target.wait_ms=100"};
  auto first = start(trouble(slow));
  wait_for_delivery();
  const auto second = run(trouble(slow));
  EXPECT_EQ(second.status, 2);
  EXPECT_THAT(second.err, HasSubstr("being worked on by another process"));
  first->send(SIGINT);
  EXPECT_EQ(first->wait().status, 130);
}

TEST_F(cli_run, keeps_an_output_to_one_process) {
  const std::vector<std::string> slow{"--set", "source.count=150", "--set", "target.wait_ms=100"};
  auto first = start(trouble(slow));
  wait_for_delivery();
  const auto second = run(trouble({"--new"}));
  EXPECT_EQ(second.status, 2);
  EXPECT_THAT(second.err, AllOf(HasSubstr("--output " + output()), HasSubstr(", job 1"),
                                HasSubstr("process " + std::to_string(first->id()))));
  EXPECT_EQ(json_list(run({"job", "list", "--json"}).out).size(), 1U) << "no job was made";
  first->send(SIGINT);
  EXPECT_EQ(first->wait().status, 130);
  EXPECT_FALSE(std::filesystem::exists(output() + "/.crossdock")) << "nothing is left of the lock";
}

TEST_F(cli_run, does_not_replace_what_a_scope_has_written_by_what_is_new) {
  EXPECT_EQ(run(trouble({"--scope", "acme"})).status, 0);
  const auto again = run(trouble({"--scope", "acme"}));
  EXPECT_EQ(again.status, 2);
  EXPECT_THAT(again.err,
              AllOf(HasSubstr("job 1"), HasSubstr("acme"), HasSubstr("choose another --output")));
  EXPECT_EQ(run(trouble()).status, 0) << "without a scope a run is complete";
  std::filesystem::remove_all(output());
  const auto after = run(trouble({"--scope", "acme"}));
  EXPECT_EQ(after.status, 0) << after.err;
}

TEST_F(cli_run, goes_on_with_the_unfinished_job_of_a_scope) {
  EXPECT_EQ(run(trouble({"--scope", "acme", "--set", "source.unreadable=1"})).status, 1);
  const auto again = run(trouble({"--scope", "acme", "--set", "source.unreadable=1"}));
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.err, HasSubstr("going on with job 1"));
}

TEST_F(cli_run, starts_over_when_told) {
  EXPECT_EQ(run(trouble({"--set", "source.unreadable=1"})).status, 1);
  const auto result = run(trouble({"--new"}));
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("job 2: done"));
}

TEST_F(cli_run, pauses_and_cancels_jobs_from_outside) {
  auto running = start(trouble({"--set", "source.count=1000", "--set", "target.wait_ms=20"}));
  wait_for_delivery();
  EXPECT_THAT(run({"job", "pause", "1"}).out, HasSubstr("asked to pause"));
  EXPECT_EQ(running->wait().status, 4);
  EXPECT_THAT(run({"job", "show", "1"}).out, HasSubstr("paused"));
  EXPECT_THAT(run({"job", "cancel", "1"}).out, HasSubstr("is canceled"));
  EXPECT_EQ(run({"job", "resume", "1", "--plugin", TROUBLE_PLUGIN}).status, 2);
}

TEST_F(cli_run, plans_without_doing) {
  const auto result = run(trouble({"--plan"}));
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("would run trouble"), HasSubstr("(things)"),
                                HasSubstr("count = 10"), HasSubstr("types   thing")));
  EXPECT_FALSE(std::filesystem::exists(output()));
  const auto plan = json(run(trouble({"--plan", "--json"})).out);
  EXPECT_EQ(plan.at("identity"), "things");
  EXPECT_THAT(run({"job", "list"}).out, HasSubstr("no jobs yet"));
}

TEST_F(cli_run, asks_for_what_is_missing) {
  auto arguments = trouble();
  arguments.resize(arguments.size() - 2);
  EXPECT_THAT(run(arguments).err, HasSubstr("--output DIR"));
  arguments.resize(arguments.size() - 2);
  EXPECT_THAT(run(arguments).err, HasSubstr("--source PATH"));
  EXPECT_EQ(run(arguments).status, 2);
  arguments.insert(arguments.end(), {"--source", "/no/such/file", "--output", output()});
  EXPECT_THAT(run(arguments).err, HasSubstr("/no/such/file"));
  EXPECT_THAT(run({"run", workflow_, "--source", source_, "--output", output()}).err,
              HasSubstr("trouble-source"));
}

TEST_F(cli_run, writes_logs_for_programs_when_told) {
  const auto result = run(trouble({"--log-format", "json"}));
  EXPECT_EQ(result.status, 0);
  std::istringstream lines(result.err);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_TRUE(json(line).contains("message")) << line;
  }
  EXPECT_GT(count, 2);
}

}  // namespace
}  // namespace crossdock::cli
