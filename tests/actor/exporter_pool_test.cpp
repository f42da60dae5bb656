#include "actors/exporter_pool.hpp"

#include <thread>

#include "tests/actor/actor_fixture.hpp"

namespace crossdock {
namespace {

/// What the runners of these tests meet; from several threads.
struct play {
  std::function<store::claim_result()> claim;
  std::atomic<bool> settle_fails = false;
  std::atomic<bool> release_fails = false;
  std::atomic<int> deliveries = 0;
};

class played_claims final : public claim_source {
 public:
  explicit played_claims(play& p) : play_(p) {}
  store::claim_result claim(const store::claim_request&) override { return play_.claim(); }
  void settle(const store::settle_request&) override {
    if (play_.settle_fails.exchange(false)) fail(store::store_error::kind::refused);
  }
  void release(const store::lane_lease&) override {}
  void release_all(const std::string&) override {
    if (play_.release_fails) fail(store::store_error::kind::unavailable);
  }

 private:
  [[noreturn]] static void fail(store::store_error::kind why) {
    throw store::store_error(why, "the play says no");
  }
  play& play_;
};

class played_exporter final : public api::exporter {
 public:
  explicit played_exporter(play& p) : play_(p) {}
  api::delivery_result deliver(const api::delivery&) override {
    ++play_.deliveries;
    std::this_thread::sleep_for(1ms);
    return {};
  }

 private:
  play& play_;
};

store::claim_result one_lane() {
  store::claimed_lane lane;
  lane.lease = {7, "item", "x", "owner", 1};
  return {store::claim_state::claimed, std::move(lane)};
}
store::claim_result none(store::claim_state why) {
  return {why, std::nullopt};
}

/// Runners are detached, so this is for real threads and the real clock.
class exporter_pool_test : public ::testing::Test {
 protected:
  static constexpr auto patience = std::chrono::seconds(10);

  struct config : caf::actor_system_config {
    config() {
      set("scheduler.policy", caf::atom("sharing"));
      add_message_types<caf::id_block::crossdock>();
    }
  };

  void start() {
    supervisor_ = system_.spawn(
        []() -> type_listener::behavior_type { return {[](drained_atom, const std::string&) {}}; });
    store_ = system_.spawn(fake_store, &script_);
    ledger_ = system_.spawn(no_ledger);
    pool_config pool;
    pool.process = "process";
    pool.workers = 1;
    pool.restarts = {5, 10min, 1ms, 5ms};
    auto& exporter = pool.exporter;
    exporter.job = 7;
    exporter.type = "item";
    exporter.stop = stop_;
    exporter.ledger = ledger_;
    exporter.make_claims = [this] { return std::make_unique<played_claims>(play_); };
    exporter.make_context = [this] {
      return std::make_unique<export_context>(export_config{}, nullptr, stop_);
    };
    exporter.make_exporter = [this](api::target_context&) {
      return std::make_unique<played_exporter>(play_);
    };
    pool_ = self_->spawn<caf::monitored>(exporter_pool, std::move(pool), store_, supervisor_);
  }
  ~exporter_pool_test() override {
    stop_->raise();
    for (const auto& address :
         {pool_.address(), supervisor_.address(), store_.address(), ledger_.address()}) {
      caf::anon_send_exit(caf::actor_cast<caf::actor>(address), caf::exit_reason::kill);
    }
  }

  bool ended() {
    bool down = false;
    self_->receive([&](const caf::down_msg&) { down = true; }, caf::after(patience) >> [] {});
    return down;
  }
  void await_deliveries(int count) {
    for (int i = 0; i < 1000 && play_.deliveries < count; ++i) std::this_thread::sleep_for(10ms);
    ASSERT_GE(play_.deliveries, count);
  }

  fake_store_script script_;
  play play_;
  stop_ptr stop_ = std::make_shared<stop_flag>();
  config config_;
  caf::actor_system system_{config_};
  caf::scoped_actor self_{system_};
  type_listener supervisor_;
  store_actor store_;
  ledger_actor ledger_;
  pool_actor pool_;
};

TEST_F(exporter_pool_test,
       the_lanes_of_a_dead_runner_are_given_back_when_the_store_is_there_again) {
  // The lane stays with the first runner, who dies in its settle, until the store hears of it.
  play_.settle_fails = true;
  play_.claim = [this] {
    if (play_.deliveries == 0) return one_lane();
    return none(script_.releases == 0 ? store::claim_state::busy : store::claim_state::drained);
  };
  script_.refuse_releases = 2;
  start();
  EXPECT_TRUE(ended());
  EXPECT_EQ(script_.refuse_releases, 0);
  EXPECT_GE(script_.releases, 1);
}

TEST_F(exporter_pool_test, lanes_that_a_stopping_runner_cannot_give_back_the_pool_does) {
  play_.claim = [] { return one_lane(); };
  play_.release_fails = true;
  script_.refuse_releases = 1;
  start();
  await_deliveries(1);
  self_->send(pool_, stop_atom_v);
  EXPECT_TRUE(ended());
  EXPECT_EQ(script_.releases, 1);
}

TEST_F(exporter_pool_test, a_release_that_is_refused_for_good_ends_the_pool_with_the_reason) {
  play_.settle_fails = true;
  play_.claim = [this] {
    return play_.deliveries == 0 ? one_lane() : none(store::claim_state::busy);
  };
  script_.refusal = ec::refused;
  script_.refuse_releases = 1;
  start();
  caf::error reason;
  self_->receive([&](const caf::down_msg& down) { reason = down.reason; },
                 caf::after(patience) >> [] {});
  EXPECT_EQ(code_of(reason), ec::refused);
  EXPECT_NE(describe(reason).find("the script says no"), std::string::npos) << describe(reason);
}

TEST_F(exporter_pool_test, nothing_is_delivered_for_a_supervisor_that_died) {
  play_.claim = [] { return one_lane(); };
  start();
  await_deliveries(3);
  caf::anon_send_exit(supervisor_, caf::exit_reason::kill);
  EXPECT_TRUE(ended());
  const int delivered = play_.deliveries;
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(play_.deliveries, delivered);
}

}  // namespace
}  // namespace crossdock
