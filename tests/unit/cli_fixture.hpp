#pragma once

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/store/database.hpp"
#include "tests/tools/process.hpp"

namespace crossdock::cli {

/// Runs the built program on a database and directories of the test's own.
class cli_test : public ::testing::Test {
 protected:
  using process = crossdock::testing::process;
  using process_result = crossdock::testing::process_result;

  std::unique_ptr<process> start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), CROSSDOCK_PROGRAM);
    return std::make_unique<process>(
        std::move(arguments),
        std::map<std::string, std::string>{{"DATABASE_URL", database_.url()},
                                           {"XDG_STATE_HOME", scratch_.path() / "state"},
                                           {"XDG_CONFIG_HOME", scratch_.path() / "config"},
                                           {"CROSSDOCK_CONFIG", ""}},
        scratch_);
  }
  process_result run(std::vector<std::string> arguments) {
    return start(std::move(arguments))->wait();
  }

  /// Arguments of a run of the trouble plugin; `more` are added.
  std::vector<std::string> trouble(const std::vector<std::string>& more = {}) {
    if (workflow_.empty()) {
      workflow_ = scratch_.write("trouble.yaml", trouble_yaml);
      source_ = scratch_.write("source.txt", "anything");
    }
    std::vector<std::string> arguments{"run",      workflow_, "--plugin", TROUBLE_PLUGIN,
                                       "--source", source_,   "--output", output()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  std::string output() const { return (scratch_.path() / "out").string(); }

  static boost::json::object json(const std::string& text) {
    return boost::json::parse(text).as_object();
  }

  static boost::json::array json_list(const std::string& text) {
    return boost::json::parse(text).as_array();
  }
  static std::string text_of(const boost::json::value& value) {
    return std::string(value.as_string());
  }

  static constexpr const char* trouble_yaml = R"(
workflow: trouble
source: {plugin: trouble-source}
export:
  target: {plugin: trouble-target}
  types: {thing: {workers: 1, batch: 1, lane: thing}}
limits: {failures: 3}
)";

  crossdock::testing::scratch_directory scratch_;
  crossdock::testing::test_database database_;
  std::string workflow_;
  std::string source_;
};

}  // namespace crossdock::cli
