#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "config/workflow_loader.hpp"
#include "tests/unit/config_fakes.hpp"

// Every config_cases/NAME.yaml is loaded, and what is said of it must be NAME.expected, to the
// letter. Comment lines "# env: NAME=value" and "# set: key=value" at the start of a file give it
// an environment and overrides.
namespace crossdock::config {
namespace {

namespace fs = std::filesystem;

const fs::path cases = fs::path(CROSSDOCK_SOURCE_DIR) / "tests/unit/config_cases";

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(cases)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

struct circumstances {
  std::map<std::string, std::string> variables;
  std::vector<std::string> sets;
};

circumstances circumstances_of(const std::string& text) {
  constexpr std::string_view env = "# env: ", set = "# set: ";
  circumstances found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line) && line.starts_with("# ");) {
    if (line.starts_with(env)) {
      const auto sign = line.find('=');
      found.variables[line.substr(env.size(), sign - env.size())] = line.substr(sign + 1);
    } else if (line.starts_with(set)) {
      found.sets.push_back(line.substr(set.size()));
    }
  }
  return found;
}

class config_case : public testing::TestWithParam<std::string> {};

TEST_P(config_case, gives_exactly_the_expected_diagnostics) {
  const auto file = GetParam() + ".yaml";
  const auto text = read(cases / file);
  const auto given = circumstances_of(text);
  const fixed_environment env(given.variables);
  const auto plugins = fakes::catalogue();
  const auto result = load_workflow(text, file, plugins, env, given.sets);
  EXPECT_EQ(to_string(result.diagnostics), read(cases / (GetParam() + ".expected")));
  EXPECT_EQ(result.spec.has_value(), !has_errors(result.diagnostics));
}

INSTANTIATE_TEST_SUITE_P(broken_files, config_case, testing::ValuesIn(case_names()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace crossdock::config
