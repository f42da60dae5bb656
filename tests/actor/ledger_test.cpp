#include "actors/progress_ledger.hpp"
#include "tests/actor/actor_fixture.hpp"

namespace crossdock {
namespace {

class ledger_test : public actor_test {
 protected:
  ledger_test() : store_(system_.spawn(fake_store, &script_)) {
    ledger_ = system_.spawn(progress_ledger, ledger_config{7}, store_);
  }
  ~ledger_test() override {
    caf::anon_send_exit(ledger_, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(store_, caf::exit_reason::user_shutdown);
    ledger_ = nullptr;
    store_ = nullptr;
    settle();
  }

  void merge(const std::string& json) {
    caf::anon_send(ledger_, merge_atom_v, meta_patch_from_json(json));
  }
  meta_patch written(std::size_t index) { return meta_patch_from_json(script_.merges.at(index)); }

  fake_store_script script_;
  store_actor store_;
  ledger_actor ledger_;
};

TEST_F(ledger_test, a_thousand_merges_are_one_update) {
  for (int i = 0; i < 1000; ++i) merge(R"({"incr":{"messages_processed":2}})");
  settle();
  EXPECT_TRUE(script_.merges.empty());
  advance(defaults::ledger_flush_interval);
  ASSERT_EQ(script_.merges.size(), 1u);
  EXPECT_EQ(written(0).incr.at("messages_processed"), 2000);
  advance(10 * defaults::ledger_flush_interval);
  EXPECT_EQ(script_.merges.size(), 1u) << "nothing new, nothing written";
}

TEST_F(ledger_test, a_full_ledger_does_not_wait_for_its_timer) {
  ledger_ = system_.spawn(progress_ledger, ledger_config{7, 3600s, 10}, store_);
  for (int i = 0; i < 10; ++i) merge(R"({"incr":{"n":1}})");
  settle();
  ASSERT_EQ(script_.merges.size(), 1u);
  EXPECT_EQ(written(0).incr.at("n"), 10);
}

TEST_F(ledger_test, what_cannot_be_one_patch_is_written_in_order) {
  merge(R"({"incr":{"n":1}})");
  merge(R"({"max":{"n":5}})");
  advance(defaults::ledger_flush_interval);
  advance(defaults::ledger_flush_interval);
  ASSERT_EQ(script_.merges.size(), 2u);
  EXPECT_EQ(written(0).incr.at("n"), 1);
  EXPECT_EQ(written(1).max.at("n"), 5);
}

TEST_F(ledger_test, a_database_that_is_away_costs_time_and_nothing_else) {
  script_.refuse_writes = 3;
  merge(R"({"incr":{"n":4}})");
  advance(defaults::ledger_flush_interval);
  merge(R"({"incr":{"n":3}})");
  for (int i = 0; i < 10; ++i) advance(defaults::store_retry_max);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < script_.merges.size(); ++i) sum += written(i).incr.at("n");
  EXPECT_EQ(sum, 7);
}

TEST_F(ledger_test, a_merge_that_the_rules_refuse_ends_the_ledger_with_the_reason) {
  script_.refuse_writes = 1;
  script_.refusal = ec::refused;
  caf::scoped_actor self{system_};
  self->monitor(ledger_);
  merge(R"({"incr":{"n":1}})");
  advance(defaults::ledger_flush_interval);
  bool down = false;
  self->receive(
      [&down](const caf::down_msg& message) {
        down = true;
        EXPECT_EQ(code_of(message.reason), ec::refused);
      },
      caf::after(0ms) >> [] {});
  EXPECT_TRUE(down);
}

TEST_F(ledger_test, flush_answers_after_everything_before_it_is_written) {
  merge(R"({"set":{"stage":"users"}})");
  caf::scoped_actor self{system_};
  auto answer = self->request(ledger_, 60s, flush_atom_v);
  settle();
  std::string meta;
  answer.receive([&meta](const std::string& now) { meta = now; },
                 [](const caf::error& error) { FAIL() << describe(error); });
  EXPECT_EQ(script_.merges.size(), 1u);
  EXPECT_EQ(script_.folds, 1) << "deltas are folded too";
  EXPECT_EQ(meta, R"({"folded":1})");
}

TEST_F(ledger_test, hints_of_waiting_deltas_are_coalesced) {
  for (int i = 0; i < 100; ++i) caf::anon_send(ledger_, fold_atom_v);
  advance(defaults::ledger_flush_interval);
  EXPECT_EQ(script_.folds, 1);
}

}  // namespace
}  // namespace crossdock
