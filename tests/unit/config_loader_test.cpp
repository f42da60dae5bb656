#include <fstream>
#include <sstream>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/core/digest.hpp"
#include "config/workflow_loader.hpp"
#include "tests/unit/config_fakes.hpp"

namespace crossdock::config {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using variables = std::map<std::string, std::string>;

load_result load(std::string_view text, const variables& env = {},
                 const std::vector<std::string>& sets = {}) {
  static const auto plugins = fakes::catalogue();
  return load_workflow(text, "test.yaml", plugins, fixed_environment(env), sets);
}

workflow_spec loaded(std::string_view text, const variables& env = {},
                     const std::vector<std::string>& sets = {}) {
  auto result = load(text, env, sets);
  EXPECT_EQ(to_string(result.diagnostics), "");
  return result.spec.value_or(workflow_spec());
}

constexpr std::string_view minimal = R"(
workflow: minimal
source: {plugin: slack-export}
export:
  target: {plugin: mattermost-bundle}
  types:
    user:
)";

// The shape shown in the design, and its order of types.
constexpr std::string_view live = R"(
workflow: slack-to-mattermost
source:   {plugin: slack-export, max_total_bytes: 2GiB, max_ratio: 100}
stages:   [extracting, users, channels, messages]
export:
  target: {plugin: mattermost, url: ${MM_URL}, token: ${MM_TOKEN}, transport: auto, timeout_ms: 5s}
  types:
    user:         {workers: 5}
    reaction:     {workers: 5, after: [message, attachment]}
    custom_emoji: {workers: 2, after: [user]}
    channel:      {workers: 5, after: [user]}
    message:      {workers: 4, after: [channel, custom_emoji], lane: channel, lane_window: 8, batch: 50}
    attachment:   {workers: 5, after: [message]}
  barrier: {group: "${target.url}"}
retry:    {attempts: 7, initial: 250ms, max: 5m, jitter: none}
limits:   {failures: 5%, files: 100GiB}
)";
const variables live_env{{"MM_URL", "https://mm.example.com"}, {"MM_TOKEN", "s3cr3t"}};

std::vector<std::pair<std::string, int>> ranks(const workflow_spec& spec) {
  std::vector<std::pair<std::string, int>> all;
  for (const auto& type : spec.types) all.emplace_back(type.name, type.rank);
  return all;
}

std::vector<int> workers(const workflow_spec& spec) {
  std::vector<int> all;
  for (const auto& type : spec.types) all.push_back(type.workers);
  return all;
}

TEST(config_loader, fills_in_every_default) {
  const auto spec = loaded(minimal);
  EXPECT_EQ(spec.name, "minimal");
  EXPECT_EQ(spec.description, "");
  EXPECT_THAT(spec.stages, ElementsAre("extracting", "users", "channels", "messages"));
  EXPECT_EQ(json::serialize(spec.source.options), R"({"max_total_bytes":1000})");
  EXPECT_EQ(spec.target.options.at("team"), "slack");
  EXPECT_EQ(spec.target.options.at("max_bundle_bytes"), 104857600);
  EXPECT_FALSE(spec.target.options.contains("plugin"));
  EXPECT_EQ(spec.types,
            (std::vector<type_spec>{
                {.name = "user", .plural = "users", .after = {}, .lane = "", .lane_window = {}}}));
  EXPECT_EQ(spec.retry, retry_policy());
  EXPECT_EQ(spec.limits, limits_spec());
  EXPECT_EQ(spec.barrier_group, "") << "bundles are complete in themselves: each job is alone";
}

TEST(config_loader, resolves_the_design_example) {
  const auto spec = loaded(live, live_env);
  EXPECT_THAT(ranks(spec), ElementsAre(std::pair("user", 0), std::pair("custom_emoji", 1),
                                       std::pair("channel", 1), std::pair("message", 2),
                                       std::pair("attachment", 3), std::pair("reaction", 4)));
  const auto* message = spec.type("message");
  ASSERT_NE(message, nullptr);
  EXPECT_EQ(message->plural, "messages");
  EXPECT_EQ(message->lane, "channel");
  EXPECT_EQ(message->lane_window, 8);
  EXPECT_EQ(message->batch, 50);
  EXPECT_EQ(message->workers, 4);
  EXPECT_THAT(message->after, ElementsAre("channel", "custom_emoji"));
  EXPECT_EQ(spec.source.options.at("max_total_bytes"), std::int64_t{2} << 30);
  EXPECT_EQ(spec.target.options.at("timeout_ms"), 5000);
  EXPECT_EQ(spec.target.options.at("url"), "https://mm.example.com");
  EXPECT_EQ(spec.target.options.at("token"), "s3cr3t");
  EXPECT_EQ(spec.barrier_group, "https://mm.example.com");
  EXPECT_EQ(spec.retry.attempts, 7);
  EXPECT_EQ(spec.retry.initial, std::chrono::milliseconds(250));
  EXPECT_EQ(spec.retry.max, std::chrono::minutes(5));
  EXPECT_EQ(spec.retry.spread, jitter::none);
  EXPECT_EQ(spec.limits.failures, failure_limit::parse("5%"));
  EXPECT_EQ(spec.limits.files, std::int64_t{100} << 30);
}

TEST(config_loader, groups_jobs_by_server_when_no_group_is_given) {
  std::string text(live);
  text.erase(text.find("  barrier"), text.find("retry:") - text.find("  barrier"));
  EXPECT_EQ(loaded(text, live_env).barrier_group, "https://mm.example.com");
}

TEST(config_loader, digest_is_sha256_of_the_bytes) {
  EXPECT_EQ(loaded(minimal).digest, sha256_hex(minimal));
  const auto commented = std::string(minimal) + "# comment\n";
  EXPECT_NE(loaded(commented).digest, loaded(minimal).digest);
  EXPECT_EQ(loaded(minimal, {}, {"target.team=x1"}).digest, sha256_hex(minimal))
      << "overrides show in the pinned config, not in the digest";
}

TEST(config_loader, takes_text_options_as_written) {
  std::string text(minimal);
  text.replace(text.find("bundle}"), 7, "bundle, server_version: 11.10, team: 007}");
  const auto spec = loaded(text);
  EXPECT_EQ(spec.target.options.at("server_version"), "11.10");
  EXPECT_EQ(spec.target.options.at("team"), "007");
}

TEST(config_loader, whole_references_may_be_numbers_and_booleans) {
  std::string text(minimal);
  text.replace(text.find("{plugin: slack-export}"), 22,
               "{plugin: slack-export, max_members: \"${N}\", max_total_bytes: \"${B:-3MiB}\", "
               "emoji: \"${N}\"}");
  text.replace(text.find("bundle}"), 7,
               "bundle, verbose: \"${V}\", team: \"${source.max_members}-${V}\"}");
  const auto spec = loaded(text, {{"N", "12"}, {"V", "true"}});
  EXPECT_EQ(spec.source.options.at("max_members"), 12);
  EXPECT_EQ(spec.source.options.at("max_total_bytes"), 3 << 20);
  EXPECT_EQ(spec.source.options.at("emoji"), "12");
  EXPECT_EQ(spec.target.options.at("verbose"), true);
  EXPECT_EQ(spec.target.options.at("team"), "12-true");
}

TEST(config_loader, references_see_defaults_and_escapes) {
  const auto text = std::string(minimal) +
                    "description: \"${target.team} of $${HOME}, ${target.server_version}\"\n";
  EXPECT_EQ(loaded(text).description, "slack of ${HOME}, 11.6");
}

TEST(config_loader, set_beats_environment_beats_file_beats_default) {
  std::string text(minimal);
  const auto team = [&](const variables& env, const std::vector<std::string>& sets) {
    return loaded(text, env, sets).target.options.at("team");
  };
  EXPECT_EQ(team({}, {}), "slack");
  text.replace(text.find("bundle}"), 7, "bundle, team: file}");
  EXPECT_EQ(team({}, {}), "file");
  EXPECT_EQ(team({{"MM_TEAM", "environment"}}, {}), "environment");
  EXPECT_EQ(team({{"MM_TEAM", "environment"}}, {"target.team=set"}), "set");
  EXPECT_EQ(team({}, {"target.team=first", "target.team=last"}), "last");
}

TEST(config_loader, sets_are_yaml_scalars_at_dotted_keys) {
  const auto spec =
      loaded(minimal, {{"HERE", "there"}},
             {"export.types.user.workers=2", "source.max_total_bytes=2GiB", "retry.initial=1s",
              "target.team='12'", "target.server_version=a: [b", "limits.failures=10",
              "description=${HERE}", "export.target.verbose=true"});
  EXPECT_EQ(spec.types.at(0).workers, 2);
  EXPECT_EQ(spec.source.options.at("max_total_bytes"), std::int64_t{2} << 30);
  EXPECT_EQ(spec.retry.initial, std::chrono::seconds(1));
  EXPECT_EQ(spec.target.options.at("team"), "12");
  EXPECT_EQ(spec.target.options.at("server_version"), "a: [b");
  EXPECT_EQ(spec.limits.failures, failure_limit::parse("10"));
  EXPECT_EQ(spec.description, "there");
  EXPECT_EQ(spec.target.options.at("verbose"), true);
}

TEST(config_loader, takes_the_workers_of_the_original_variables) {
  const auto all = [&](const variables& env, const std::vector<std::string>& sets = {}) {
    auto variables = live_env;
    variables.insert(env.begin(), env.end());
    return workers(loaded(live, variables, sets));
  };
  // user, custom_emoji, channel, message, attachment, reaction
  EXPECT_THAT(all({}), ElementsAre(5, 2, 5, 4, 5, 5));
  EXPECT_THAT(all({{"EXPORT_WORKERS", "9"}}), ElementsAre(9, 9, 9, 9, 9, 9));
  EXPECT_THAT(all({{"EXPORT_WORKERS", "9"},
                   {"ATTACHMENT_WORKERS", "3"},
                   {"EXPORT_CHANNEL_CONCURRENCY", "7"}}),
              ElementsAre(9, 9, 9, 7, 3, 9));
  EXPECT_THAT(all({{"ATTACHMENT_WORKERS", "3"}}), ElementsAre(5, 2, 5, 4, 3, 5));
  EXPECT_THAT(all({{"EXPORT_WORKERS", "9"}}, {"export.types.user.workers=1"}),
              ElementsAre(1, 9, 9, 9, 9, 9));
}

TEST(config_loader, takes_the_options_of_the_original_variables) {
  const auto text = R"(
workflow: bare
source: {plugin: slack-export}
export: {target: {plugin: mattermost}, types: {user: {}}}
)";
  const auto spec = loaded(text, {{"MM_URL", "http://mm"},
                                  {"MM_TOKEN", "t"},
                                  {"MM_TEAM", "team"},
                                  {"MM_MAX_KEEPALIVE", "21"},
                                  {"MM_MAX_CONNECTIONS", "101"},
                                  {"SLACK_BOT_TOKEN", "xoxb"}});
  EXPECT_EQ(spec.target.options.at("url"), "http://mm");
  EXPECT_EQ(spec.target.options.at("token"), "t");
  EXPECT_EQ(spec.target.options.at("team"), "team");
  EXPECT_EQ(spec.target.options.at("max_keepalive"), 21);
  EXPECT_EQ(spec.target.options.at("max_connections"), 101);
  EXPECT_EQ(spec.source.options.at("bot_token"), "xoxb");
  // The bundle has no url: the variable is not for it.
  EXPECT_FALSE(loaded(minimal, {{"MM_URL", "http://mm"}}).target.options.contains("url"));
}

TEST(config_loader, loads_the_built_in_workflow_file) {
  std::ifstream in(CROSSDOCK_SOURCE_DIR
                   "/workflows/slack_mattermost/slack-to-mattermost-bundle.yaml");
  std::ostringstream text;
  text << in.rdbuf();
  const auto spec = loaded(text.str());
  EXPECT_EQ(spec.name, "slack-to-mattermost-bundle");
  EXPECT_THAT(spec.stages,
              ElementsAre("extracting", "users", "channels", "messages", "ready_export"));
  EXPECT_THAT(ranks(spec), ElementsAre(std::pair("user", 0), std::pair("custom_emoji", 1),
                                       std::pair("channel", 1), std::pair("message", 2),
                                       std::pair("attachment", 3), std::pair("reaction", 4)));
  EXPECT_EQ(spec.target.options.at("team"), "slack");
  EXPECT_EQ(spec.target.options.at("server_version"), "11.6");
  EXPECT_EQ(loaded(text.str(), {{"MM_TEAM", "acme"}}).target.options.at("team"), "acme");
}

TEST(config_loader, loads_the_example_of_the_reference) {
  std::ifstream in(CROSSDOCK_SOURCE_DIR "/docs/configuration.md");
  std::ostringstream page;
  page << in.rdbuf();
  const auto text = page.str();
  const auto start = text.find("workflow: our-slack");
  ASSERT_NE(start, text.npos);
  const auto spec = loaded(text.substr(start, text.find("```", start) - start));
  EXPECT_EQ(spec.source.options.at("emoji"), "emoji");
  EXPECT_EQ(spec.target.options.at("max_bundle_bytes"), std::int64_t{1} << 30);
}

TEST(config_spec, survives_the_way_through_json) {
  const auto spec = loaded(live, live_env);
  const auto text = resolved_json(spec);
  const auto restored = spec_from_json(text, fixed_environment(live_env), "job 1");
  ASSERT_TRUE(restored.spec) << to_string(restored.diagnostics);
  EXPECT_EQ(*restored.spec, spec);
  EXPECT_EQ(resolved_json(*restored.spec), text);
}

TEST(config_spec, json_has_a_stable_order) {
  auto spec = loaded(minimal);
  spec.source.options = json::parse(R"({"b": {"z": 1, "a": 2}, "a": []})").as_object();
  auto other = spec;
  other.source.options = json::parse(R"({"a": [], "b": {"a": 2, "z": 1}})").as_object();
  EXPECT_EQ(resolved_json(spec), resolved_json(other));
  EXPECT_TRUE(
      resolved_json(spec).starts_with(R"({"workflow":"minimal","description":"","digest":")"));
}

TEST(config_spec, refuses_json_that_is_not_its_own) {
  for (const auto* text : {"", "[]", "{}", R"({"workflow": 5})"}) {
    const auto result = spec_from_json(text, fixed_environment(), "job 7");
    EXPECT_FALSE(result.spec);
    ASSERT_EQ(result.diagnostics.size(), 1u);
    EXPECT_TRUE(to_string(result.diagnostics[0])
                    .starts_with("job 7: error: the pinned configuration cannot be read"));
  }
}

}  // namespace
}  // namespace crossdock::config
