#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/plugin_loader.hpp"

namespace crossdock {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::filesystem::path plugin_file(const std::string& name) {
  return std::filesystem::path(PLUGIN_DIRECTORY) / (name + ".so");
}

std::string refusal(const std::filesystem::path& file) {
  try {
    load_plugin(file);
  } catch (const plugin_error& error) {
    return error.what();
  }
  return "it was loaded";
}

TEST(plugin_loader, loads_a_shared_object_once) {
  const auto& plugin = load_plugin(plugin_file("hello_plugin"));
  EXPECT_EQ(plugin.name, "hello");
  ASSERT_EQ(plugin.sources.size(), 1U);
  EXPECT_EQ(plugin.sources[0]->name(), "hello-source");
  EXPECT_EQ(&load_plugin(plugin_file("hello_plugin")), &plugin);
}

TEST(plugin_loader, says_what_is_wrong_with_a_file) {
  EXPECT_THAT(refusal(plugin_file("nobody")),
              AllOf(HasSubstr("nobody.so"), HasSubstr("no such file")));
  EXPECT_THAT(refusal("/etc/hostname"),
              AllOf(HasSubstr("/etc/hostname"), HasSubstr("cannot be loaded")));
  EXPECT_THAT(refusal(plugin_file("bad_plugin_no_symbol")), HasSubstr("does not export"));
  EXPECT_THAT(refusal(plugin_file("bad_plugin_nothing")), HasSubstr("returned no plugin"));
  EXPECT_THAT(
      refusal(plugin_file("bad_plugin_old_abi")),
      AllOf(HasSubstr("version " + std::to_string(api::abi_version + 1)),
            HasSubstr("version " + std::to_string(api::abi_version)), HasSubstr("build it again")));
}

TEST(plugin_loader, takes_a_name_without_a_slash_for_a_file_here) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(PLUGIN_DIRECTORY);
  EXPECT_EQ(load_plugin("hello_plugin.so").name, "hello");
  std::filesystem::current_path(before);
}

}  // namespace
}  // namespace crossdock
