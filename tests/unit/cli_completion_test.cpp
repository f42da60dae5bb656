#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/cli/completion_script.hpp"
#include "actors/cli/program.hpp"

namespace crossdock::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// The program's own commands.
class completion : public ::testing::Test {
 protected:
  completion() {
    add_run_command(program_);
    add_job_commands(program_);
    add_completion_command(program_);
  }

  std::string script(const std::string& shell) {
    return completion_script(program_.app, shell, {"my-workflow", "other"});
  }

  /// What bash offers after these words; the last one is being typed.
  std::vector<std::string> bash_offers(const std::string& words) {
    const auto file = std::filesystem::temp_directory_path() /
                      ("crossdock-completion-" + std::to_string(::getpid()) + ".bash");
    std::ofstream(file) << script("bash") << "COMP_WORDS=(" << words << ")\n"
                        << "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                        << "_crossdock\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
    std::vector<std::string> offers;
    FILE* out = ::popen(("bash " + file.string()).c_str(), "r");
    char line[256];
    while (out && std::fgets(line, sizeof line, out)) {
      std::string text(line);
      text.pop_back();
      if (!text.empty()) offers.push_back(text);
    }
    EXPECT_TRUE(out && ::pclose(out) == 0);
    std::filesystem::remove(file);
    return offers;
  }

  program program_;
};

TEST_F(completion, offers_commands_and_their_options_in_bash) {
  EXPECT_THAT(bash_offers("crossdock j"), ElementsAre("job"));
  EXPECT_THAT(bash_offers("crossdock job re"), ElementsAre("retry", "resume"));
  EXPECT_THAT(bash_offers("crossdock job list --l"),
              ElementsAre("--log-level", "--log-format", "--limit"));
  EXPECT_THAT(bash_offers("crossdock run my"), ElementsAre("my-workflow"));
  EXPECT_THAT(bash_offers("crossdock run --source x --ou"), ElementsAre("--output"));
}

TEST_F(completion, offers_files_where_files_stand) {
  EXPECT_THAT(bash_offers("crossdock run --source /etc/hostn"), ElementsAre("/etc/hostname"));
  EXPECT_THAT(bash_offers("crossdock run --scope /etc/hostn"), ElementsAre());
}

TEST_F(completion, keeps_commands_of_the_same_name_apart_in_fish) {
  EXPECT_THAT(script("fish"),
              AllOf(HasSubstr("-n '__fish_use_subcommand' -a job -d 'Jobs:"),
                    HasSubstr("-n '__fish_seen_subcommand_from job; and "
                              "__fish_seen_subcommand_from retry' -l type -r"),
                    HasSubstr("-n '__fish_seen_subcommand_from run' -l source -r -F")));
}

TEST_F(completion, speaks_zsh_through_its_bash_mode) {
  EXPECT_THAT(script("zsh"), AllOf(HasSubstr("bashcompinit"), HasSubstr("complete -o default")));
}

TEST_F(completion, knows_no_other_shell) {
  EXPECT_THROW(script("csh"), std::invalid_argument);
}

}  // namespace
}  // namespace crossdock::cli
