#include "actors/exporter_runner.hpp"

#include <deque>

#include "tests/actor/actor_fixture.hpp"

namespace crossdock {
namespace {

using api::outcome_kind;
using store::claim_state;

struct script {
  std::deque<store::claim_result> claims;  ///< then drained
  std::vector<store::settle_request> settled;
  std::vector<store::lane_lease> released;
  std::deque<store::store_error::kind> settle_errors;
  std::function<api::delivery_result(const api::delivery&)> deliver;
  int released_all = 0;
  int drained = 0;
};

class scripted_claims final : public claim_source {
 public:
  explicit scripted_claims(script* s) : script_(s) {}
  store::claim_result claim(const store::claim_request&) override {
    if (script_->claims.empty()) return {claim_state::drained, std::nullopt};
    auto next = std::move(script_->claims.front());
    script_->claims.pop_front();
    return next;
  }
  void settle(const store::settle_request& request) override {
    if (!script_->settle_errors.empty()) {
      const auto why = script_->settle_errors.front();
      script_->settle_errors.pop_front();
      throw store::store_error(why, "the script says no");
    }
    script_->settled.push_back(request);
  }
  void release(const store::lane_lease& lease) override { script_->released.push_back(lease); }
  void release_all(const std::string&) override { ++script_->released_all; }

 private:
  script* script_;
};

class scripted_exporter final : public api::exporter {
 public:
  explicit scripted_exporter(script* s) : script_(s) {}
  api::delivery_result deliver(const api::delivery& work) override {
    return script_->deliver(work);
  }

 private:
  script* script_;
};

store::claim_result one_claim(std::initializer_list<std::int64_t> ids, int attempts = 0) {
  store::claimed_lane lane;
  lane.lease = {7, "message", "C1", "owner", 1};
  lane.work.type = "message";
  lane.work.lane = "C1";
  for (auto id : ids) {
    api::claimed_entity entity;
    entity.id = id;
    entity.external_id = "e" + std::to_string(id);
    entity.attempts = attempts;
    lane.work.entities.push_back(entity);
  }
  return {claim_state::claimed, std::move(lane)};
}

api::delivery_result all(const api::delivery& work, outcome_kind kind) {
  api::delivery_result result;
  for (const auto& entity : work.entities) {
    result.outcomes.push_back({entity.id, kind, "t", {}, {}, {}});
  }
  return result;
}

drained_listener::behavior_type count_drained(drained_listener::pointer, script* s) {
  return {[s](drained_atom) { ++s->drained; }};
}

class exporter_runner_test : public actor_test {
 protected:
  void start() {
    exporter_config config;
    config.job = 7;
    config.type = "message";
    config.owner = "owner";
    config.retry.attempts = 3;
    config.retry.spread = jitter::none;
    config.stop = stop_;
    config.make_claims = [this] { return std::make_unique<scripted_claims>(&script_); };
    config.make_context = [this] {
      return std::make_unique<export_context>(export_config{}, nullptr, stop_);
    };
    config.make_exporter = [this](api::target_context&) {
      return std::make_unique<scripted_exporter>(&script_);
    };
    ledger_ = system_.spawn(no_ledger);
    config.ledger = ledger_;
    pool_ = system_.spawn(count_drained, &script_);
    watcher_.emplace(system_);
    auto runner = system_.spawn(exporter_runner, std::move(config), pool_);
    (*watcher_)->monitor(runner);
    settle();
  }
  /// How the runner ended; fails when it lives.
  caf::error reason() {
    caf::error why;
    bool down = false;
    (*watcher_)->receive(
        [&](const caf::down_msg& message) {
          down = true;
          why = message.reason;
        },
        caf::after(0ms) >> [] {});
    EXPECT_TRUE(down) << "the runner lives";
    return why;
  }
  ~exporter_runner_test() override {
    caf::anon_send_exit(pool_, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(ledger_, caf::exit_reason::user_shutdown);
    pool_ = nullptr;
    ledger_ = nullptr;
    watcher_.reset();
    settle();
  }

  script script_;
  stop_ptr stop_ = std::make_shared<stop_flag>();
  drained_listener pool_;
  ledger_actor ledger_;
  std::optional<caf::scoped_actor> watcher_;
};

TEST_F(exporter_runner_test, claims_delivers_settles_until_drained) {
  script_.claims = {one_claim({1, 2}), one_claim({3})};
  script_.deliver = [](const auto& work) { return all(work, outcome_kind::success); };
  start();
  EXPECT_EQ(script_.settled.size(), 2u);
  EXPECT_EQ(script_.drained, 1);
  EXPECT_FALSE(reason());
}

TEST_F(exporter_runner_test, a_throwing_exporter_gives_its_lane_back_and_ends_with_the_reason) {
  script_.claims = {one_claim({1})};
  script_.deliver = [](const auto&) -> api::delivery_result { throw std::runtime_error("broken"); };
  start();
  EXPECT_TRUE(script_.settled.empty());
  EXPECT_EQ(script_.released.size(), 1u);
  const auto why = reason();
  EXPECT_EQ(code_of(why), ec::exporter);
  EXPECT_NE(describe(why).find("broken"), std::string::npos);
}

TEST_F(exporter_runner_test, a_settle_that_the_fence_refuses_is_dropped_and_work_goes_on) {
  script_.claims = {one_claim({1}), one_claim({2})};
  script_.settle_errors = {store::store_error::kind::lost};
  script_.deliver = [](const auto& work) { return all(work, outcome_kind::success); };
  start();
  ASSERT_EQ(script_.settled.size(), 1u);
  EXPECT_EQ(script_.settled[0].outcomes[0].id, 2);
}

TEST_F(exporter_runner_test, a_settle_that_broke_off_gives_the_lane_back_before_the_next_claim) {
  using enum store::store_error::kind;
  script_.claims = {one_claim({1}), one_claim({1}), one_claim({1}), one_claim({2})};
  script_.settle_errors = {unavailable, conflict};
  std::vector<int> released_before;
  script_.deliver = [&](const auto& work) {
    released_before.push_back(script_.released_all);
    return all(work, outcome_kind::success);
  };
  start();
  for (int i = 0; i < 3; ++i) advance(defaults::store_retry_max);
  EXPECT_EQ(released_before, (std::vector<int>{0, 1, 2, 2})) << "once each time, else never";
  EXPECT_EQ(script_.settled.size(), 2u);
}

TEST_F(exporter_runner_test, a_missing_outcome_is_the_exporters_fault_not_the_entitys) {
  script_.claims = {one_claim({1, 2})};
  script_.deliver = [](const auto& work) {
    auto result = all(work, outcome_kind::success);
    result.outcomes.pop_back();
    return result;
  };
  start();
  EXPECT_TRUE(script_.settled.empty());
  EXPECT_NE(describe(reason()).find("e2"), std::string::npos);
}

TEST_F(exporter_runner_test, the_last_retry_becomes_a_failure) {
  script_.claims = {one_claim({1}, 2)};
  script_.deliver = [](const auto& work) { return all(work, outcome_kind::retry); };
  start();
  ASSERT_EQ(script_.settled.size(), 1u);
  EXPECT_EQ(script_.settled[0].outcomes[0].kind, outcome_kind::failed);
}

TEST_F(exporter_runner_test, an_earlier_retry_stays_open_and_waits) {
  script_.claims = {one_claim({1}, 0)};
  script_.deliver = [](const auto& work) { return all(work, outcome_kind::retry); };
  start();
  ASSERT_EQ(script_.settled.size(), 1u);
  EXPECT_EQ(script_.settled[0].outcomes[0].kind, outcome_kind::retry);
  EXPECT_EQ(script_.settled[0].retry_after, 500ms);
}

TEST_F(exporter_runner_test, busy_lanes_are_asked_for_again_later) {
  script_.claims = {{claim_state::busy, std::nullopt}, one_claim({1})};
  script_.deliver = [](const auto& work) { return all(work, outcome_kind::success); };
  start();
  EXPECT_TRUE(script_.settled.empty());
  advance(defaults::claim_poll_max);
  EXPECT_EQ(script_.settled.size(), 1u);
}

TEST_F(exporter_runner_test, a_raised_stop_flag_ends_it_before_the_next_claim) {
  script_.claims = {one_claim({1}), one_claim({2})};
  script_.deliver = [this](const auto& work) {
    stop_->raise();
    return all(work, outcome_kind::success);
  };
  start();
  ASSERT_EQ(script_.settled.size(), 1u) << "what was delivered is settled";
  EXPECT_TRUE(script_.settled[0].release);
  EXPECT_EQ(script_.released_all, 1);
  EXPECT_FALSE(reason());
}

}  // namespace
}  // namespace crossdock
