#include <chrono>
#include <stdexcept>
#include <thread>

#include "tests/doubles/mattermost_test/fixture.hpp"

namespace crossdock::doubles::test {

namespace json = boost::json;

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class faults : public captured {
 protected:
  faults() { general = create_channel("general").id(); }
  void script(const json::array& rules) { server.faults().load(json::object{{"rules", rules}}); }
  answer create(const std::string& message) { return create_post(admin, general, message); }
  std::size_t stored(const std::string& message) {
    std::size_t count = 0;
    const auto whole = server.state_json();
    for (const auto& where : whole.at("channels").as_array()) {
      for (const auto& one : where.at("posts").as_array())
        count += one.at("message") == json::value(message) ? 1U : 0U;
    }
    return count;
  }
  std::string general;
};

TEST_F(faults, a_reset_before_the_effect_leaves_nothing) {
  script({{{"path", "/api/v4/posts"}, {"nth", 1}, {"fault", "reset_before"}}});
  EXPECT_EQ(create("m").status, 0);
  EXPECT_EQ(stored("m"), 0U);
  EXPECT_THAT(create("m"), has_status(201));
}

TEST_F(faults, a_reset_after_the_effect_leaves_it) {
  script({{{"path", "/api/v4/posts"}, {"nth", 1}, {"fault", "reset_after"}}});
  EXPECT_EQ(create("m").status, 0);
  EXPECT_EQ(stored("m"), 1U);
}

TEST_F(faults, half_an_answer_is_no_answer) {
  script({{{"path", "/api/v4/posts"}, {"nth", 1}, {"fault", "half_response"}}});
  const auto half = create("m");
  EXPECT_EQ(half.status, 0);
  EXPECT_EQ(half.broken, "partial message");
  EXPECT_EQ(stored("m"), 1U);
}

TEST_F(faults, a_status_comes_without_effect_or_after_it) {
  script({{{"path", "/api/v4/posts"}, {"nth", 1}, {"fault", "status"}, {"status", 503}},
          {{"path", "/api/v4/posts"},
           {"nth", 1},
           {"fault", "status_after"},
           {"status", 504},
           {"body", "gone"}}});
  EXPECT_THAT(create("m"), has_status(503));
  EXPECT_EQ(stored("m"), 0U);
  const auto late = create("m");
  EXPECT_THAT(late, has_status(504));
  EXPECT_EQ(late.body, "gone");
  EXPECT_EQ(stored("m"), 1U);
  EXPECT_EQ(admin.connections(), 1);
}

TEST_F(faults, a_burst_of_429_says_when_to_come_back) {
  script({{{"path", "*"},
           {"nth", 2},
           {"count", 3},
           {"fault", "status"},
           {"status", 429},
           {"retry_after", 7}}});
  std::vector<int> seen;
  for (int i = 0; i < 6; ++i) {
    const auto answer = admin.get("/users/me");
    seen.push_back(answer.status);
    if (answer.status == 429) {
      EXPECT_EQ(answer.headers.at("retry-after"), "7");
    }
  }
  EXPECT_THAT(seen, ::testing::ElementsAre(200, 429, 429, 429, 200, 200));
}

TEST_F(faults, latencies_add_up) {
  script({{{"path", "*"}, {"fault", "latency"}, {"ms", 30}},
          {{"method", "GET"}, {"path", "/api/v4/users/*"}, {"fault", "latency"}, {"ms", 30}}});
  const auto before = steady_clock::now();
  EXPECT_THAT(admin.get("/users/me"), has_status(200));
  EXPECT_GE(steady_clock::now() - before, milliseconds(60));
}

TEST_F(faults, a_late_answer_comes_after_the_effect) {
  script({{{"path", "/api/v4/posts"}, {"fault", "late_answer"}, {"ms", 2000}}});
  std::thread waiting([this] { create("m"); });
  const auto until = steady_clock::now() + milliseconds(1500);
  while (stored("m") == 0 && steady_clock::now() < until)
    std::this_thread::sleep_for(milliseconds(5));
  EXPECT_EQ(stored("m"), 1U);
  server.stop();  // resets the connection of the waiting one
  waiting.join();
}

TEST_F(faults, a_server_that_is_away_refuses_connections_and_comes_back) {
  script({{{"path", "/api/v4/posts"}, {"nth", 1}, {"fault", "away"}, {"ms", 200}}});
  EXPECT_EQ(create("m").status, 0);
  const auto before = steady_clock::now();
  EXPECT_EQ(create("m").status, 0);  // nobody listens
  answer again;
  while (again.status == 0 && steady_clock::now() - before < milliseconds(5000)) {
    again = create("m");
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_THAT(again, has_status(201));
  EXPECT_EQ(stored("m"), 1U);
}

TEST_F(faults, a_restart_forgets_what_was_in_memory_only) {
  const auto key = json::object{{"pending_post_id", "k"}};
  const auto first = create_post(admin, general, "m", key).id();
  EXPECT_EQ(create_post(admin, general, "m", key).id(), first);
  script({{{"path", "/api/v4/system/ping"}, {"nth", 1}, {"fault", "restart"}, {"ms", 1}}});
  EXPECT_EQ(admin.get("/system/ping").status, 0);
  answer again;
  for (int i = 0; i < 1000 && again.status == 0; ++i) {
    std::this_thread::sleep_for(milliseconds(5));
    again = create_post(admin, general, "m", key);
  }
  ASSERT_THAT(again, has_status(201));
  EXPECT_NE(again.id(), first);
}

TEST_F(faults, chance_repeats_with_its_seed) {
  const auto run = [&] {
    server.faults().load(json::object{
        {"seed", 5},
        {"rules", {{{"path", "*"}, {"probability", 0.5}, {"fault", "status"}, {"status", 500}}}}});
    std::string seen;
    for (int i = 0; i < 40; ++i) seen += admin.get("/users/me").status == 500 ? 'x' : '.';
    return seen;
  };
  const auto first = run();
  EXPECT_THAT(first, ::testing::HasSubstr("x"));
  EXPECT_THAT(first, ::testing::HasSubstr("."));
  EXPECT_EQ(run(), first);
}

TEST_F(faults, every_and_limit) {
  script({{{"path", "*"}, {"every", 2}, {"limit", 2}, {"fault", "status"}, {"status", 502}}});
  std::vector<int> seen;
  for (int i = 0; i < 8; ++i) seen.push_back(admin.get("/users/me").status);
  EXPECT_THAT(seen, ::testing::ElementsAre(200, 502, 200, 502, 200, 200, 200, 200));
  EXPECT_THAT(server.faults().taken(), ::testing::ElementsAre(2U));
}

TEST_F(faults, a_script_with_a_mistake_is_refused_and_the_old_one_stays) {
  script({{{"path", "*"}, {"fault", "status"}, {"status", 503}}});
  for (const auto* wrong :
       {R"({"rules":[{"fault":"status","wen":3}]})", R"({"rules":[{"fault":"explode"}]})",
        R"({"rules":[{"path":"*"}]})", R"({"rule":[]})", "no json",
        R"({"rules":[{"fault":"latency","ms":-1}]})"}) {
    EXPECT_THROW(server.faults().load_text(wrong), std::invalid_argument) << wrong;
    EXPECT_EQ(admin.send("PUT", "/__double/faults", wrong, "").status, 400) << wrong;
  }
  EXPECT_THAT(admin.get("/users/me"), has_status(503));
  EXPECT_THAT(admin.del("/__double/faults"), has_status(200));
  EXPECT_THAT(admin.get("/users/me"), has_status(200));
}

}  // namespace crossdock::doubles::test
