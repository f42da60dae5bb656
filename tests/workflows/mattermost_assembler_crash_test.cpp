#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/workflows/mattermost_bundle_fixture.hpp"
#include "workflows/slack_mattermost/mattermost/assembler.hpp"

/// Assembly is killed at every stage and done again: the bytes are those of an undisturbed run.
namespace crossdock::mattermost {
namespace {

using namespace testing_tools;

constexpr int killed = 9;

class assembler_crash : public testing::Test {
 protected:
  assembler_crash() {
    options_.version = {"crossdock", "0.1", "2024-01-01T00:00:00Z"};
    options_.max_bundle_bytes = 64 * 1024;
    part_writer writer(dir_ / "parts", "message", "C1", "");
    for (int i = 0; i < 20; ++i) {
      const auto key = "F" + std::to_string(i);
      blobs_.add(key, std::string(9000, static_cast<char>('a' + i)));
      thread item;
      item.where = team_channel{"acme", "dev"};
      item.root = {
          "bob", "", "message", {}, i + 1, 0, false, {}, {{key, "files/" + key + ".png", 9000}},
          {}};
      writer.append(post_line(item, newest_server).record);
    }
    writer.sync();
  }

  assembly_report run(const fs::path& output) {
    return assemble(dir_ / "parts", output, options_, blobs_, blobs_.finder());
  }

  /// Runs in a process of its own that dies at the n-th question of the assembler whether to go on.
  /// False: it came to its end before.
  bool run_and_die(const fs::path& output, int n) {
    const auto child = ::fork();
    if (child == 0) {
      options_.stop = [&n] {
        if (--n == 0) ::_exit(killed);
        return false;
      };
      run(output);
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == killed;
  }

  temporary_directory dir_;
  memory_blobs blobs_;
  assembler_options options_;
};

TEST_F(assembler_crash, any_moment_and_again_gives_the_same_bytes) {
  const auto report = run(dir_ / "undisturbed");
  ASSERT_GE(report.bundles.size(), 3u);
  const auto expected = snapshot(dir_ / "undisturbed");
  int deaths = 0;
  for (int n = 1; run_and_die(dir_ / "out", n); n += 7) {
    ++deaths;
    run(dir_ / "out");
    ASSERT_EQ(snapshot(dir_ / "out"), expected) << "after death at question " << n;
    if (n % 2 == 0) fs::remove_all(dir_ / "out");
  }
  EXPECT_GT(deaths, 20);
}

TEST_F(assembler_crash, death_between_the_renames_is_mended) {
  run(dir_ / "undisturbed");
  const auto expected = snapshot(dir_ / "undisturbed");
  fs::create_directories(dir_ / "out");
  write_file(dir_ / "out/bundle-001.zip", expected.at("bundle-001.zip"));
  write_file(dir_ / "out/.bundle-002.zip.partial", expected.at("bundle-002.zip"));
  write_file(dir_ / "out/bundle-003.zip", "of an earlier run");
  write_file(dir_ / "out/bundle-099.zip", "of an earlier run");
  run(dir_ / "out");
  EXPECT_EQ(snapshot(dir_ / "out"), expected);
}

TEST_F(assembler_crash, a_stop_leaves_the_earlier_bundles_alone) {
  fs::create_directories(dir_ / "out");
  write_file(dir_ / "out/bundle-001.zip", "of an earlier run");
  int questions = 0;
  options_.stop = [&questions] { return ++questions == 60; };
  EXPECT_THROW(run(dir_ / "out"), assembly_stopped);
  EXPECT_EQ(snapshot(dir_ / "out"),
            (std::map<std::string, std::string>{{"bundle-001.zip", "of an earlier run"}}));
}

}  // namespace
}  // namespace crossdock::mattermost
