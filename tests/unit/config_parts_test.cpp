#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/document.hpp"
#include "config/environment.hpp"
#include "config/references.hpp"
#include "config/scalar.hpp"
#include "tests/unit/config_fakes.hpp"

namespace crossdock::config {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

std::string scalar(std::string_view text) {
  return json::serialize(plain_scalar(text));
}

TEST(config_scalar, follows_the_core_schema_of_yaml_1_2) {
  for (const auto* word :
       {"no",   "No",   "off", "on",  "yes",  "y",   "1:30", "0b1", "1_000", "2024-01-01",
        ".inf", ".nan", "0x",  "0o8", "0x-1", "+-1", "-",    ".",   "e5",    "1e"}) {
    EXPECT_TRUE(plain_scalar(word).is_string()) << word;
  }
  for (const auto* word : {"", "~", "null", "Null", "NULL"})
    EXPECT_TRUE(plain_scalar(word).is_null());
  EXPECT_EQ(scalar("true"), "true");
  EXPECT_EQ(scalar("FALSE"), "false");
  EXPECT_EQ(scalar("-12"), "-12");
  EXPECT_EQ(scalar("+12"), "12");
  EXPECT_EQ(scalar("012"), "12");
  EXPECT_EQ(scalar("0o17"), "15");
  EXPECT_EQ(scalar("0x1F"), "31");
  EXPECT_EQ(plain_scalar(".5"), json::value(0.5));
  EXPECT_EQ(plain_scalar("5."), json::value(5.0));
  EXPECT_EQ(plain_scalar("-1.5e3"), json::value(-1500.0));
  EXPECT_TRUE(plain_scalar("99999999999999999999").is_double());
}

TEST(config_scalar, reads_durations) {
  EXPECT_EQ(parse_duration("500ms"), milliseconds(500));
  EXPECT_EQ(parse_duration("60s"), milliseconds(60'000));
  EXPECT_EQ(parse_duration("5m"), milliseconds(300'000));
  EXPECT_EQ(parse_duration("2h"), milliseconds(7'200'000));
  EXPECT_EQ(parse_duration("1d"), milliseconds(86'400'000));
  for (const auto* wrong : {"", "5", "ms", "-5s", "5 s", "1.5s", "5S", "5min",
                            "99999999999999999999s", "9223372036854775807d"}) {
    EXPECT_EQ(parse_duration(wrong), std::nullopt) << wrong;
  }
}

TEST(config_scalar, reads_sizes) {
  EXPECT_EQ(parse_size("0"), 0);
  EXPECT_EQ(parse_size("4096B"), 4096);
  EXPECT_EQ(parse_size("64KiB"), 65536);
  EXPECT_EQ(parse_size("100MiB"), 104'857'600);
  EXPECT_EQ(parse_size("2GB"), 2'000'000'000);
  EXPECT_EQ(parse_size("8388607TiB"), 9'223'370'937'343'148'032);
  for (const auto* wrong : {"", "MiB", "1mib", "-1", "1.5GiB", "1 KiB", "8388608TiB"}) {
    EXPECT_EQ(parse_size(wrong), std::nullopt) << wrong;
  }
}

TEST(config_suggestion, is_the_nearest_name_or_none) {
  const std::vector<std::string> names{"workers", "after", "lane", "lane_window", "batch"};
  EXPECT_EQ(nearest_name("wrokers", names), "workers");
  EXPECT_EQ(nearest_name("lanes", names), "lane");
  EXPECT_EQ(nearest_name("lane-window", names), "lane_window");
  EXPECT_EQ(nearest_name("timeout", names), "");
  EXPECT_EQ(nearest_name("x", names), "");
  EXPECT_EQ(nearest_name("", names), "");
  EXPECT_EQ(nearest_name(std::string(100'000, 'x'), names), "");
}

TEST(config_diagnostic, prints_place_message_and_suggestion) {
  EXPECT_EQ(to_string(diagnostic{"a.yaml", 3, 7, severity::error, "unknown key \"x\"", "y"}),
            "a.yaml:3:7: error: unknown key \"x\" (did you mean \"y\"?)");
  EXPECT_EQ(to_string(diagnostic{"--set a", 0, 0, severity::warning, "is odd", ""}),
            "--set a: warning: is odd");
}

TEST(config_document, keeps_the_place_of_every_value) {
  diagnostics found;
  const auto doc = parse_yaml("a:\n  - {b: 1, \"c/d~e\": [x,  y]}\n", "f.yaml", found);
  EXPECT_FALSE(found.failed());
  EXPECT_EQ(doc.where("/a/0/b"), (position{"f.yaml", 2, 9}));
  EXPECT_EQ(doc.where_key("/a/0/b"), (position{"f.yaml", 2, 6}));
  EXPECT_EQ(doc.where("/a/0/c~1d~0e/1"), (position{"f.yaml", 2, 26}));
  EXPECT_EQ(doc.where("/a/0/nothing"), (position{"f.yaml", 2, 5})) << "the map that lacks it";
  ASSERT_NE(doc.find_string("/a/0/c~1d~0e/1"), nullptr);
  EXPECT_EQ(*doc.find_string("/a/0/c~1d~0e/1"), "y");
  EXPECT_EQ(doc.find("/a/1"), nullptr);
  EXPECT_EQ(doc.find("/a/0/b/c"), nullptr);
}

TEST(config_document, counts_columns_in_bytes) {
  diagnostics found;
  const auto doc = parse_yaml("{\"\xc3\xa4\": 1, b: 2}\n", "f.yaml", found);
  EXPECT_EQ(doc.where_key("/b"), (position{"f.yaml", 1, 11}));
}

TEST(config_document, copies_what_an_alias_names) {
  diagnostics found;
  const auto doc = parse_yaml("a: &x {n: 1}\nb: *x\n", "f.yaml", found);
  EXPECT_FALSE(found.failed());
  EXPECT_EQ(json::serialize(doc.root()), R"({"a":{"n":1},"b":{"n":1}})");
}

TEST(config_document, takes_references_inside_flow_maps) {
  diagnostics found;
  const auto doc =
      parse_yaml("t: {url: ${MM_URL}, x: \"${A:-{b}\", y: [${file:/a}, ${B}]}\n", "f", found);
  EXPECT_FALSE(found.failed());
  EXPECT_EQ(json::serialize(doc.root()),
            R"({"t":{"url":"${MM_URL}","x":"${A:-{b}","y":["${file:/a}","${B}"]}})");
}

TEST(config_document, sets_and_erases_without_touching_the_order) {
  diagnostics found;
  auto doc = parse_yaml("a: 1\nb:\nc: 3\n", "f", found);
  EXPECT_TRUE(doc.set("/b/x/y", 5, place::at({"--set b.x.y", 0, 0})));
  EXPECT_FALSE(doc.set("/a/x", 5, place::at({"--set a.x", 0, 0})));
  EXPECT_EQ(json::serialize(doc.root()), R"({"a":1,"b":{"x":{"y":5}},"c":3})");
  EXPECT_EQ(doc.where("/b/x").source, "--set b.x.y");
  doc.erase("/a");
  EXPECT_EQ(json::serialize(doc.root()), R"({"b":{"x":{"y":5}},"c":3})");
}

TEST(config_references, are_parsed_and_written_back) {
  for (const auto* text :
       {"plain", "${A}", "a${A}b${B:-c d}e", "${file:/run/x y}", "${target.url}/x", "$${A} $x"}) {
    const auto parsed = parse_references(text);
    ASSERT_TRUE(std::holds_alternative<references>(parsed)) << text;
    EXPECT_EQ(to_string(std::get<references>(parsed)), text);
  }
  for (const auto* text :
       {"${", "${}", "${A", "${1A}", "${A B}", "${file:}", "${a..}", "${.a}", "${-a}"}) {
    EXPECT_TRUE(std::holds_alternative<std::string>(parse_references(text))) << text;
  }
}

TEST(config_references, only_whole_ones_without_default_may_be_secrets) {
  const auto is_secret = [](std::string_view text) {
    return is_secret_reference(std::get<references>(parse_references(text)));
  };
  EXPECT_TRUE(is_secret("${A}"));
  EXPECT_TRUE(is_secret("${file:/x}"));
  for (const auto* text :
       {"x", "", "${A:-x}", "Bearer ${A}", "${A}${B}", "${target.url}", "$${A}"}) {
    EXPECT_FALSE(is_secret(text)) << text;
  }
}

TEST(config_references, see_passwords_in_urls) {
  EXPECT_TRUE(has_password("postgresql://u:p@h/db"));
  EXPECT_TRUE(has_password("https://u:p@x@h"));
  for (const auto* text :
       {"https://h:80/x@y", "https://u@h", "https://u:@h", "u:p@h", "https://h/?q=a:b@c", ""}) {
    EXPECT_FALSE(has_password(text)) << text;
  }
}

class environment_files : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / "crossdock_config_environment";
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "small") << "text\n";
    std::ofstream(folder_ / "large") << std::string(101, 'x');
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(environment_files, are_read_when_regular_and_small) {
  const process_environment env;
  EXPECT_EQ(env.read(folder_ / "small", 100).text, "text\n");
  EXPECT_EQ(env.read(folder_ / "large", 100).error, "is larger than 100 bytes");
  EXPECT_EQ(env.read(folder_ / "none", 100).error, "No such file or directory");
  EXPECT_EQ(env.read(folder_, 100).error, "is not a regular file");
  EXPECT_EQ(env.read("/dev/zero", 100).error, "is not a regular file");
}

TEST(config_environment, counts_empty_variables_as_unset) {
  const process_environment env;
  ::setenv("CROSSDOCK_CONFIG_TEST", "", 1);
  EXPECT_EQ(env.variable("CROSSDOCK_CONFIG_TEST"), std::nullopt);
  ::setenv("CROSSDOCK_CONFIG_TEST", "x", 1);
  EXPECT_EQ(env.variable("CROSSDOCK_CONFIG_TEST"), "x");
  ::unsetenv("CROSSDOCK_CONFIG_TEST");
  EXPECT_EQ(env.variable("CROSSDOCK_CONFIG_TEST"), std::nullopt);
}

TEST(config_catalogue, finds_plugins_and_workflows_by_name) {
  const auto plugins = fakes::catalogue();
  ASSERT_NE(plugins.source("slack-export"), nullptr);
  EXPECT_EQ(plugins.source("slack-export")->name(), "slack-export");
  EXPECT_EQ(plugins.source("mattermost"), nullptr);
  EXPECT_EQ(plugins.target("mattermost")->name(), "mattermost");
  EXPECT_EQ(plugins.workflow("two")->yaml, "workflow: two");
  EXPECT_FALSE(plugins.workflow("three"));
  EXPECT_THAT(plugins.target_names(),
              testing::ElementsAre("mattermost", "mattermost-bundle", "broken"));
  EXPECT_THAT(plugins.workflow_names(), testing::ElementsAre("one", "two"));
}

TEST(config_catalogue, refuses_other_versions_and_taken_names_whole) {
  auto plugins = fakes::catalogue();
  EXPECT_THROW(plugins.add(fakes::plugin()), std::invalid_argument);
  auto old = fakes::plugin();
  old.abi = api::abi_version + 1;
  plugin_catalogue empty;
  EXPECT_THROW(empty.add(old), std::invalid_argument);
  EXPECT_TRUE(empty.sources().empty());
  const api::plugin half{api::abi_version, "half", {}, {}, {{"new", ""}, {"one", ""}}};
  EXPECT_THROW(plugins.add(half), std::invalid_argument);
  EXPECT_FALSE(plugins.workflow("new"));
}

}  // namespace
}  // namespace crossdock::config
