#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "config/application_options.hpp"

namespace crossdock::config {
namespace {

using std::chrono::milliseconds;
using variables = std::map<std::string, std::string>;

application_result load(std::string_view text, variables env = {}) {
  env.emplace("HOME", "/home/me");
  return load_application_options(text, "/etc/crossdock/crossdock.yaml", fixed_environment(env));
}

application_options loaded(std::string_view text, const variables& env = {}) {
  const auto result = load(text, env);
  EXPECT_EQ(to_string(result.diagnostics), "");
  return result.options.value_or(application_options());
}

TEST(config_application, has_defaults_for_everything) {
  const auto options = loaded("");
  EXPECT_EQ(options.database.url, "");
  EXPECT_EQ(options.database.pool_size, 20);
  EXPECT_EQ(options.database.max_overflow, 40);
  EXPECT_EQ(options.database.pool_timeout, milliseconds(60'000));
  EXPECT_EQ(options.state_dir, "/home/me/.local/state/crossdock");
  EXPECT_EQ(options.log.level, "info");
  EXPECT_EQ(options.log.format, log_format::text);
  EXPECT_TRUE(options.plugins.empty());
  EXPECT_EQ(loaded("", {{"XDG_STATE_HOME", "/state"}}).state_dir, "/state/crossdock");
}

TEST(config_application, reads_the_file) {
  const auto options = loaded(R"(
database: {url: postgresql://${DB_USER}:${DB_PASSWORD}@db/x, pool_size: 3, pool_timeout: 500ms}
state_dir: state
log: {level: debug, format: json}
plugins: [plugins/a.so, /opt/b.so]
)",
                              {{"DB_USER", "me"}, {"DB_PASSWORD", "pw"}});
  EXPECT_EQ(options.database.url, "postgresql://me:pw@db/x");
  EXPECT_EQ(options.database.pool_size, 3);
  EXPECT_EQ(options.database.pool_timeout, milliseconds(500));
  EXPECT_EQ(options.state_dir, "/etc/crossdock/state");
  EXPECT_EQ(options.log.level, "debug");
  EXPECT_EQ(options.log.format, log_format::json);
  EXPECT_EQ(options.plugins,
            (std::vector<std::filesystem::path>{"/etc/crossdock/plugins/a.so", "/opt/b.so"}));
}

TEST(config_application, environment_beats_the_file) {
  const auto options = loaded("database: {url: postgresql://file/x, pool_size: 3}",
                              {{"DATABASE_URL", "postgresql://u:p@env/x"},
                               {"DB_POOL_SIZE", "4"},
                               {"DB_MAX_OVERFLOW", "0"},
                               {"DB_POOL_TIMEOUT", "7"}});
  EXPECT_EQ(options.database.url, "postgresql://u:p@env/x");
  EXPECT_EQ(options.database.pool_size, 4);
  EXPECT_EQ(options.database.max_overflow, 0);
  EXPECT_EQ(options.database.pool_timeout, milliseconds(7'000));
  EXPECT_EQ(loaded("", {{"DB_POOL_TIMEOUT", "250ms"}}).database.pool_timeout, milliseconds(250));
}

TEST(config_application, reports_all_problems) {
  const auto result =
      load("databse: {}\nlog: {level: loud}\ndatabase:\n  url: postgresql://u:hunter2@db/x\n",
           {{"DB_POOL_SIZE", "many"}, {"DB_POOL_TIMEOUT", "soon"}, {"MM_HTTP2", "1"}});
  EXPECT_FALSE(result.options);
  EXPECT_EQ(to_string(result.diagnostics),
            "/etc/crossdock/crossdock.yaml:1:1: error: unknown key \"databse\" (did you mean "
            "\"database\"?)\n"
            "/etc/crossdock/crossdock.yaml:2:14: error: log.level must be \"trace\", \"debug\", "
            "\"info\", \"warn\", "
            "\"error\" or \"off\", is \"loud\"\n"
            "/etc/crossdock/crossdock.yaml:4:8: error: database.url carries a password: take it "
            "from the environment "
            "(${NAME}) or from a file (${file:PATH})\n"
            "environment variable DB_POOL_SIZE: error: must be a whole number, is \"many\"\n"
            "environment variable DB_POOL_TIMEOUT: error: must be a duration such as 500ms, 60s or "
            "5m, is \"soon\"\n"
            "environment variable MM_HTTP2: warning: is ignored: crossdock speaks HTTP/1.1 only\n");
}

TEST(config_application, says_that_http2_is_not_spoken) {
  const auto result = load("", {{"MM_HTTP2", "true"}});
  EXPECT_TRUE(result.options);
  EXPECT_EQ(result.diagnostics.size(), 1u);
  EXPECT_TRUE(load("", {{"MM_HTTP2", "0"}}).diagnostics.empty());
}

TEST(config_application, needs_a_place_for_its_state) {
  const auto result = load_application_options("", "crossdock.yaml", fixed_environment());
  EXPECT_FALSE(result.options);
  EXPECT_TRUE(
      load_application_options("state_dir: /x", "crossdock.yaml", fixed_environment()).options);
}

TEST(config_application, finds_its_file) {
  const variables files{{"/given.yaml", "state_dir: /given"},
                        {"/variable.yaml", "state_dir: /variable"},
                        {"/xdg/crossdock/crossdock.yaml", "state_dir: /xdg"},
                        {"/etc/crossdock/crossdock.yaml", "state_dir: /etc"}};
  const auto state = [&](const std::optional<std::string>& given, const variables& env,
                         variables at = {}) {
    at.insert(files.begin(), files.end());
    const auto result = load_application_options(given, fixed_environment(env, at));
    return result.options ? result.options->state_dir.string() : to_string(result.diagnostics);
  };
  EXPECT_EQ(state("/given.yaml", {{"CROSSDOCK_CONFIG", "/variable.yaml"}}), "/given");
  EXPECT_EQ(state({}, {{"CROSSDOCK_CONFIG", "/variable.yaml"}}), "/variable");
  EXPECT_EQ(state({}, {{"XDG_CONFIG_HOME", "/xdg"}}, {{"crossdock.yaml", "state_dir: /here"}}),
            "/here");
  EXPECT_EQ(state({}, {{"XDG_CONFIG_HOME", "/xdg"}}), "/xdg");
  EXPECT_EQ(state({}, {{"HOME", "/nobody"}}), "/etc");
  EXPECT_EQ(state("/none.yaml", {}),
            "/none.yaml: error: the configuration file: No such file or directory\n");
}

TEST(config_application, annotated_file_holds_the_defaults) {
  std::ifstream in(CROSSDOCK_SOURCE_DIR "/config/crossdock.yaml");
  std::ostringstream text;
  text << in.rdbuf();
  const auto file = loaded(text.str()), none = loaded("");
  EXPECT_EQ(file.database.pool_size, none.database.pool_size);
  EXPECT_EQ(file.database.max_overflow, none.database.max_overflow);
  EXPECT_EQ(file.database.pool_timeout, none.database.pool_timeout);
  EXPECT_EQ(file.database.url, none.database.url);
  EXPECT_EQ(file.state_dir, none.state_dir);
  EXPECT_EQ(file.log.level, none.log.level);
  EXPECT_EQ(file.log.format, none.log.format);
  EXPECT_EQ(file.plugins, none.plugins);
}

}  // namespace
}  // namespace crossdock::config
