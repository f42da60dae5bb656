#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/workflow_loader.hpp"
#include "tests/unit/config_fakes.hpp"

namespace crossdock::config {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view text = R"(
workflow: secrets
source:
  plugin: slack-export
  bot_token: ${file:secrets/bot}
  emoji: ${FOLDER}/${EMOJI_KEY}
export:
  target:
    plugin: mattermost
    url: https://${USER_NAME}:${LOGIN}@mm.example.com
    token: ${ORDINARY}
    team: ${target.token}
    headers: ["${HEADER}"]
  types: {user: {}}
  barrier: {group: mm}
)";

fixed_environment environment_with(const std::string& ordinary) {
  return fixed_environment({{"FOLDER", "emoji"},
                            {"EMOJI_KEY", "SECRET-key"},
                            {"USER_NAME", "admin"},
                            {"LOGIN", "SECRET-login"},
                            {"ORDINARY", ordinary},
                            {"HEADER", "SECRET-header"}},
                           {{"/etc/crossdock/secrets/bot", "SECRET-bot\n"}});
}

load_result load(const environment& env) {
  static const auto plugins = fakes::catalogue();
  return load_workflow(text, "/etc/crossdock/w.yaml", plugins, env);
}

TEST(config_secrets, reach_the_plugins) {
  const auto result = load(environment_with("SECRET-1"));
  ASSERT_TRUE(result.spec) << to_string(result.diagnostics);
  EXPECT_EQ(result.spec->source.options.at("bot_token"), "SECRET-bot");
  EXPECT_EQ(result.spec->source.options.at("emoji"), "emoji/SECRET-key");
  EXPECT_EQ(result.spec->target.options.at("url"), "https://admin:SECRET-login@mm.example.com");
  EXPECT_EQ(result.spec->target.options.at("token"), "SECRET-1");
  EXPECT_EQ(result.spec->target.options.at("team"), "SECRET-1");
}

TEST(config_secrets, never_reach_the_pinned_json) {
  const auto pinned = resolved_json(load(environment_with("SECRET-1")).spec.value());
  EXPECT_THAT(pinned, Not(HasSubstr("SECRET-")));
  const auto root = json::parse(pinned);
  EXPECT_EQ(root.at("source").at("options").at("bot_token"), "${file:/etc/crossdock/secrets/bot}");
  EXPECT_EQ(root.at("target").at("options").at("token"), "${ORDINARY}");
  EXPECT_EQ(root.at("target").at("options").at("team"), "${ORDINARY}");
  EXPECT_EQ(root.at("target").at("options").at("url"),
            "https://${USER_NAME}:${LOGIN}@mm.example.com");
  EXPECT_EQ(root.at("target").at("options").at("headers").at(0), "${HEADER}");
}

TEST(config_secrets, are_read_anew_when_a_pinned_spec_is_restored) {
  const auto pinned = resolved_json(load(environment_with("SECRET-1")).spec.value());
  const auto rotated = spec_from_json(pinned, environment_with("SECRET-2"), "job 1");
  ASSERT_TRUE(rotated.spec) << to_string(rotated.diagnostics);
  EXPECT_EQ(rotated.spec->target.options.at("token"), "SECRET-2");
  EXPECT_EQ(resolved_json(*rotated.spec), pinned);
}

TEST(config_secrets, that_are_gone_are_named) {
  const auto pinned = resolved_json(load(environment_with("SECRET-1")).spec.value());
  const auto result = spec_from_json(pinned, environment_with(""), "job 1");
  EXPECT_FALSE(result.spec);
  EXPECT_EQ(to_string(result.diagnostics),
            "job 1: error: option team of plugin mattermost: the environment variable ORDINARY is "
            "not set\n"
            "job 1: error: option token of plugin mattermost: the environment variable ORDINARY is "
            "not set\n");
}

TEST(config_secrets, are_strings_even_when_they_look_like_numbers) {
  const auto env = environment_with("12345");
  const auto spec = load(env).spec.value();
  EXPECT_EQ(spec.target.options.at("token"), "12345");
  EXPECT_EQ(spec_from_json(resolved_json(spec), env, "job").spec.value(), spec);
}

TEST(config_secrets, are_not_shown_in_diagnostics) {
  static const auto plugins = fakes::catalogue();
  const fixed_environment env(
      {{"URL_KEY", "SECRET-not-a-url"}, {"MODE_TOKEN", "SECRET-mode"}, {"T", "SECRET-t"}});
  const auto result = load_workflow(R"(
workflow: shown
source: {plugin: slack-export, max_members: ${MODE_TOKEN}}
export:
  target: {plugin: mattermost, url: ${URL_KEY}, transport: ${MODE_TOKEN}, token: ${T}}
  types: {user: {workers: ${MODE_TOKEN}}}
)",
                                    "w.yaml", plugins, env);
  EXPECT_FALSE(result.spec);
  const auto said = to_string(result.diagnostics);
  EXPECT_THAT(said, Not(HasSubstr("SECRET-")));
  EXPECT_THAT(said, HasSubstr("export.target.url must be of the form"));
  EXPECT_THAT(said, HasSubstr("export.target.transport must be"));
  EXPECT_THAT(said, HasSubstr("source.max_members must be a whole number"));
  EXPECT_THAT(said, HasSubstr("export.types.user.workers would store the secret ${MODE_TOKEN}"));
}

}  // namespace
}  // namespace crossdock::config
