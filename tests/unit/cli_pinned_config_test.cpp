#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/cli/exit_code.hpp"
#include "actors/cli/pinned_config.hpp"

namespace crossdock::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(pinned_config, is_the_same_in_any_order_of_keys) {
  EXPECT_THAT(differences(R"({"a": 1, "b": {"c": [1, 2]}})", R"({"b": {"c": [1, 2]}, "a": 1})"),
              IsEmpty());
}

TEST(pinned_config, names_what_differs) {
  EXPECT_THAT(
      differences(R"({"target": {"options": {"team": "a", "url": 1}}, "types": [1]})",
                  R"({"target": {"options": {"team": "b", "size": 1}}, "types": [2]})"),
      ElementsAre("target.options.size", "target.options.team", "target.options.url", "types"));
}

TEST(pinned_config, is_not_changed_by_a_comment_in_the_file) {
  EXPECT_THAT(differences(R"({"digest": "a"})", R"({"digest": "b"})"), IsEmpty());
}

TEST(exit_codes, are_what_scripts_depend_on) {
  EXPECT_EQ(exit_code_of(job_state::done), 0);
  EXPECT_EQ(exit_code_of(job_state::failed), 1);
  EXPECT_EQ(exit_code_of(job_state::canceled), 1);
  EXPECT_EQ(exit_code_of(job_state::done_with_failures), 3);
  EXPECT_EQ(exit_code_of(job_state::paused), 4);
}

}  // namespace
}  // namespace crossdock::cli
