#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "tests/doubles/mattermost_test/fixture.hpp"
#include "tests/tools/process.hpp"

/// mattermost-double under kill -9.
namespace crossdock::doubles::test {

namespace json = boost::json;

class program : public ::testing::Test {
 protected:
  void start(std::vector<std::string> more = {}) {
    std::filesystem::remove(port_file());
    std::vector<std::string> arguments = {MATTERMOST_DOUBLE, "--port-file", port_file(), "--state",
                                          (folder_.path() / "state").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    running_ = std::make_unique<crossdock::testing::process>(
        arguments, std::map<std::string, std::string>{}, folder_);
    for (int i = 0; i < 2000 && !std::filesystem::exists(port_file()); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    unsigned port = 0;
    std::ifstream(port_file()) >> port;
    ASSERT_GT(port, 0U);
    port_ = static_cast<std::uint16_t>(port);
  }
  void kill() {
    running_->send(SIGKILL);
    EXPECT_EQ(running_->wait().status, 128 + SIGKILL);
  }
  client admin() const { return {port_, double_options{}.admin_token}; }
  std::string state() { return admin().get("/__double/state?mask=false&leftovers=true").body; }
  std::string port_file() const { return folder_.path() / "port"; }

  crossdock::testing::scratch_directory folder_;
  std::unique_ptr<crossdock::testing::process> running_;
  std::uint16_t port_ = 0;
};

TEST_F(program, whatever_was_answered_survives_kill_9) {
  start();
  auto before = admin();
  const auto team = before.get("/teams/name/crew").id();
  const auto square = before.get("/teams/" + team + "/channels/name/town-square").id();
  std::vector<std::string> answered;
  std::thread killer([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    running_->send(SIGKILL);
  });
  for (;;) {
    const auto made = before.post("/posts", {{"channel_id", square}, {"message", "m"}});
    if (made.status == 0) break;
    answered.push_back(made.id());
  }
  killer.join();
  running_->wait();
  start();
  auto after = admin();
  for (const auto& id : answered) EXPECT_THAT(after.get("/posts/" + id), has_status(200)) << id;
  const auto stored =
      after.get("/teams/" + team + "/channels/name/town-square").number("total_msg_count");
  const auto count = static_cast<std::int64_t>(answered.size());
  EXPECT_GE(stored, count);
  EXPECT_LE(stored, count + 1) << "one may have been written and not answered";
}

TEST_F(program, comes_back_the_same_every_time) {
  start();
  admin().post("/users",
               {{"username", "ann"}, {"email", "ann@example.test"}, {"password", "Passw0rd"}});
  const auto first = state();
  for (int i = 0; i < 3; ++i) {
    kill();
    start();
    EXPECT_EQ(state(), first);
  }
}

TEST_F(program, takes_a_fault_script_and_ends_on_a_signal) {
  const auto script = folder_.write(
      "faults.json", R"({"rules":[{"path":"*/users/me","nth":1,"fault":"status","status":503}]})");
  start({"--faults", script, "--plugin", "--server-version", "11.6.0"});
  auto one = admin();
  EXPECT_THAT(one.get("/users/me"), has_status(503));
  EXPECT_THAT(one.get("/users/me"), has_status(200));
  EXPECT_EQ(one.get("/config/client").text("Version"), "11.6.0");
  EXPECT_THAT(one.get("/plugins/mm-importer/api/v1/hello"), has_status(200));
  running_->send(SIGTERM);
  EXPECT_EQ(running_->wait().status, 0);
}

}  // namespace crossdock::doubles::test
