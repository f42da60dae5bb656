#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "config/application_options.hpp"
#include "config/workflow_loader.hpp"
#include "tests/unit/config_fakes.hpp"

// Whatever is read as a workflow gives a spec or says what is wrong with it.
namespace crossdock::config {
namespace {

using variables = std::map<std::string, std::string>;

const std::string valid = R"(workflow: valid
description: "a ${TEAM:-x} text"
source: &s {plugin: slack-export, max_total_bytes: 2GiB, emoji: e}
stages: [extracting, users]
export:
  target: {plugin: mattermost, url: "${MM_URL}", token: ${MM_TOKEN}, team: '${source.emoji}'}
  types:
    user: {workers: 5}
    channel: {after: [user]}
    message:
      after: [channel]
      lane: channel
retry: {initial: 500ms, jitter: full}
limits: {failures: 5%}
)";

const fixed_environment& env() {
  static const fixed_environment made_up(variables{{"MM_URL", "https://mm"}, {"MM_TOKEN", "t"}});
  return made_up;
}

load_result load(std::string_view text, const std::vector<std::string>& sets = {}) {
  static const auto plugins = fakes::catalogue();
  return load_workflow(text, "w.yaml", plugins, env(), sets);
}

void check(const load_result& result) {
  RC_ASSERT(result.spec.has_value() == !has_errors(result.diagnostics));
  for (const auto& d : result.diagnostics) {
    RC_ASSERT(!d.message.empty());
    RC_ASSERT(d.file != "w.yaml" || (d.line >= 1 && d.column >= 1));
  }
  if (result.spec) {
    const auto pinned = resolved_json(*result.spec);
    RC_ASSERT(spec_from_json(pinned, env(), "job").spec == result.spec);
  }
}

rc::Gen<std::string> bytes() {
  return rc::gen::container<std::string>(rc::gen::arbitrary<char>());
}

/// Pieces of YAML, references and names that the loader knows.
rc::Gen<std::string> yaml_like() {
  const auto word = rc::gen::element<std::string>(
      "workflow", "source", "export", "target", "types", "user", "message", "plugin",
      "slack-export", "mattermost", "after", "workers", ": ", ":", "\n", "\n  ", "\n    ", "- ",
      "[", "]", "{", "}", ", ", "&a ", "*a", "<<", "? ", "| ", "> ", "|\n  ", "'", "\"", "\\", "#",
      "!!str ", "%", "---\n", "...\n", "${", "}", "${A}", "${target.url}", "${file:/dev/zero}",
      "${source.emoji}", "~", "5", "-1", "1e999", "0x", ".inf", "5%", "500ms", "\t", "\r",
      "\xc3\xa4");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(word),
                      [](const std::vector<std::string>& words) {
                        std::string text;
                        for (const auto& w : words) text += w;
                        return text;
                      });
}

TEST(config_properties, the_base_of_the_mutations_is_valid) {
  const auto result = load(valid);
  EXPECT_TRUE(result.spec) << to_string(result.diagnostics);
}

RC_GTEST_PROP(config_properties, any_bytes_give_a_spec_or_diagnostics, ()) {
  check(load(*bytes()));
}

RC_GTEST_PROP(config_properties, any_yaml_gives_a_spec_or_diagnostics, ()) {
  check(load(*yaml_like()));
}

RC_GTEST_PROP(config_properties, any_damage_to_a_file_gives_a_spec_or_diagnostics, ()) {
  auto text = valid;
  const int times = *rc::gen::inRange(1, 4);
  for (int i = 0; i < times; ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    const auto length = *rc::gen::inRange<std::size_t>(0, 12);
    text.replace(at, length, *yaml_like());
  }
  check(load(text));
}

RC_GTEST_PROP(config_properties, any_override_gives_a_spec_or_diagnostics, ()) {
  const auto key = *rc::gen::element<std::string>("target.team", "export.types.user",
                                                  "export.types.user.workers", "retry.initial",
                                                  "source", "a.b", "stages", "", "limits.failures");
  check(load(valid, {key + "=" + *rc::gen::oneOf(bytes(), yaml_like()), *bytes()}));
}

RC_GTEST_PROP(config_properties, any_bytes_in_an_application_file_are_answered, ()) {
  const auto result = load_application_options(*rc::gen::oneOf(bytes(), yaml_like()), "c.yaml",
                                               fixed_environment(variables{{"HOME", "/h"}}));
  RC_ASSERT(result.options.has_value() == !has_errors(result.diagnostics));
}

RC_GTEST_PROP(config_properties, any_pinned_text_is_answered, ()) {
  const auto result = spec_from_json(*rc::gen::oneOf(bytes(), yaml_like()), env(), "job");
  RC_ASSERT(result.spec.has_value() == !has_errors(result.diagnostics));
}

}  // namespace
}  // namespace crossdock::config
