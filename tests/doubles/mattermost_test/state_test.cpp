#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <boost/json/serialize.hpp>

#include "tests/doubles/mattermost_test/fixture.hpp"
#include "tests/tools/process.hpp"

namespace crossdock::doubles::test {

namespace json = boost::json;

namespace {

constexpr state_view everything{false, true, true};

/// A bit of everything; `reversed` does what can be done in another order in that order.
void fill(const mattermost_double& server, bool reversed) {
  client admin(server, server.admin_token());
  const auto team_id = admin.get("/teams/name/crew").id();
  const auto admin_id = admin.get("/users/me").id();
  std::vector<std::string> names = {"alice", "bob", "carol"};
  if (reversed) std::ranges::reverse(names);
  std::map<std::string, std::string> ids;
  for (const auto& name : names) {
    ids[name] =
        admin
            .post("/users",
                  {{"username", name}, {"email", name + "@example.test"}, {"password", "Passw0rd"}})
            .id();
    admin.post("/teams/" + team_id + "/members", {{"team_id", team_id}, {"user_id", ids[name]}});
  }
  const auto channel = admin
                           .post("/channels", {{"team_id", team_id},
                                               {"name", "general"},
                                               {"display_name", "General"},
                                               {"type", "O"}})
                           .id();
  for (const auto& name : names) {
    admin.post("/channels/" + channel + "/members", {{"user_id", ids[name]}});
  }
  const auto direct = admin.post("/channels/direct", json::array{ids["alice"], ids["bob"]}).id();
  std::vector<std::string> places = {channel, direct};
  if (reversed) std::ranges::reverse(places);
  for (const auto& place : places) {
    const auto file =
        admin.post_form("/files", {{"channel_id", place, ""}, {"files", "x", "x.txt"}})
            .object()
            .at("file_infos")
            .at(0)
            .at("id");
    const auto root = admin
                          .post("/posts", {{"channel_id", place},
                                           {"message", "root"},
                                           {"create_at", 1500000000000},
                                           {"file_ids", {file}}})
                          .id();
    admin.post("/posts", {{"channel_id", place},
                          {"message", "reply"},
                          {"root_id", root},
                          {"create_at", 1500000001000}});
    admin.post("/reactions", {{"user_id", admin_id},
                              {"post_id", root},
                              {"emoji_name", "tada"},
                              {"create_at", 1500000000500}});
  }
}

}  // namespace

TEST(state, two_runs_print_the_same_bytes_whatever_their_ids_and_order) {
  mattermost_double first;
  mattermost_double second;
  fill(first, false);
  fill(second, true);
  EXPECT_EQ(first.state_text(), second.state_text());
  EXPECT_NE(first.state_text(everything), second.state_text(everything));
}

TEST(state, every_difference_shows) {
  mattermost_double first;
  mattermost_double second;
  fill(first, false);
  fill(second, false);
  client admin(second, second.admin_token());
  const auto me = admin.get("/users/me").id();
  const auto channel =
      admin.get("/teams/" + admin.get("/teams/name/crew").id() + "/channels/name/general").id();
  const auto list = admin.get("/channels/" + channel + "/posts").object();
  const auto root = std::string(list.at("order").as_array().back().as_string());
  admin.post(
      "/reactions",
      {{"user_id", me}, {"post_id", root}, {"emoji_name", "wave"}, {"create_at", 1500000000500}});
  EXPECT_NE(first.state_text(), second.state_text());
  admin.del("/users/" + me + "/posts/" + root + "/reactions/wave");
  EXPECT_EQ(first.state_text(), second.state_text());
  admin.post("/posts", {{"channel_id", channel},
                        {"message", "reply"},
                        {"root_id", root},
                        {"create_at", 1500000001000}});
  EXPECT_NE(first.state_text(), second.state_text()) << "a doubled reply";
}

TEST(state, what_an_interrupted_run_may_leave_is_shown_on_demand) {
  mattermost_double server;
  client admin(server, server.admin_token());
  fill(server, false);
  const auto before = server.state_text();
  const auto square =
      admin.get("/teams/" + admin.get("/teams/name/crew").id() + "/channels/name/town-square").id();
  admin.post_form("/files", {{"channel_id", square, ""}, {"files", "x", "lost.txt"}});
  EXPECT_EQ(server.state_text(), before);
  EXPECT_THAT(server.state_text({true, true, true}), ::testing::HasSubstr("lost.txt"));
  EXPECT_EQ(admin.get("/__double/state").body, json::serialize(server.state_json()));
}

TEST(state, messages_of_the_server_can_be_left_out) {
  mattermost_double server;
  fill(server, false);
  EXPECT_THAT(server.state_text(), ::testing::HasSubstr("system_join_channel"));
  EXPECT_THAT(server.state_text({true, false, false}),
              ::testing::Not(::testing::HasSubstr("system_join")));
}

TEST(state, one_seed_gives_the_same_ids) {
  double_options options;
  options.id_seed = 42;
  options.clock = [] { return millis{1600000000000}; };
  mattermost_double first(options);
  mattermost_double second(options);
  fill(first, false);
  fill(second, false);
  EXPECT_EQ(first.state_text(everything), second.state_text(everything));
}

TEST(state, is_kept_by_a_restart_on_the_same_port) {
  mattermost_double server;
  fill(server, false);
  const auto before = server.state_text(everything);
  const auto port = server.port();
  server.stop();
  client admin(server, server.admin_token());
  EXPECT_EQ(admin.get("/users/me").status, 0);
  server.start();
  EXPECT_EQ(server.port(), port);
  EXPECT_THAT(admin.get("/users/me"), has_status(200));
  EXPECT_EQ(server.state_text(everything), before);
}

class journals : public ::testing::Test {
 protected:
  double_options options() const {
    double_options given;
    given.journal = path();
    given.job_pickup = std::chrono::milliseconds(1);
    given.import_batch = 2;
    return given;
  }
  std::string path() const { return folder.path() / "journal"; }
  crossdock::testing::scratch_directory folder;
};

TEST_F(journals, bring_everything_back_with_its_ids) {
  std::string before;
  {
    mattermost_double server(options());
    fill(server, false);
    before = server.state_text(everything);
  }
  mattermost_double again(options());
  EXPECT_EQ(again.state_text(everything), before);
  client admin(again, again.admin_token());
  EXPECT_THAT(admin.get("/users/username/alice"), has_status(200));
}

TEST_F(journals, a_torn_record_at_the_end_is_cut_off) {
  std::string before;
  {
    mattermost_double server(options());
    fill(server, false);
    before = server.state_text(everything);
  }
  const auto size = std::filesystem::file_size(path());
  std::ofstream(path(), std::ios::app)
      << "{\"kind\":\"request\",\"size\":100}\nonly some of the hun";
  {
    mattermost_double again(options());
    EXPECT_EQ(again.state_text(everything), before);
  }
  std::ofstream(path(), std::ios::app) << "{\"kind\":\"requ";
  mattermost_double once_more(options());
  EXPECT_EQ(once_more.state_text(everything), before);
  EXPECT_LT(std::filesystem::file_size(path()), size + 1000);
}

TEST_F(journals, of_something_else_are_refused) {
  std::ofstream(path()) << "some text\nmore\n";
  EXPECT_THROW(mattermost_double server(options()), std::runtime_error);
}

TEST_F(journals, keep_what_an_import_did) {
  std::string lines = "{\"type\":\"version\",\"version\":1}\n";
  lines +=
      R"({"type":"user","user":{"username":"ann","email":"ann@example.test","teams":[{"name":"crew"}]}})"
      "\n";
  for (int i = 0; i < 9; ++i) {
    lines +=
        R"({"type":"post","post":{"team":"crew","channel":"town-square","user":"ann","message":"m)" +
        std::to_string(i) + R"(","create_at":150000000000)" + std::to_string(i) + "}}\n";
  }
  const auto zip = make_zip({{"import.jsonl", lines}});
  std::string before;
  {
    mattermost_double server(options());
    client admin(server, server.admin_token());
    const auto session = admin.post(
        "/uploads", {{"type", "import"}, {"filename", "i.zip"}, {"file_size", zip.size()}});
    admin.send("POST", "/uploads/" + session.id(), zip, "application/octet-stream");
    const auto job = admin.post("/jobs", {{"type", "import_process"},
                                          {"data", {{"import_file", session.id() + "_i.zip"}}}});
    for (int i = 0; i < 1000 && admin.get("/jobs/" + job.id()).text("status") != "success"; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    before = server.state_text(everything);
    EXPECT_THAT(before, ::testing::HasSubstr("m8"));
    EXPECT_THAT(before, ::testing::HasSubstr("\"success\""));
  }
  mattermost_double again(options());
  EXPECT_EQ(again.state_text(everything), before);
}

}  // namespace crossdock::doubles::test
