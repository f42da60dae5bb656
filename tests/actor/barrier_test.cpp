#include "actors/type_barrier.hpp"
#include "tests/actor/actor_fixture.hpp"

namespace crossdock {
namespace {

using seen_views = std::vector<store::barrier_view>;

barrier_listener::behavior_type listener(barrier_listener::pointer, seen_views* seen) {
  return {[seen](advance_atom, const store::barrier_view& view) { seen->push_back(view); }};
}

store::barrier_view at_rank(int rank) {
  return {"g", 1, rank, true, false};
}

class barrier_test : public actor_test {
 protected:
  void start(seen_views answers) {
    script_.views = std::move(answers);
    store_ = system_.spawn(fake_store, &script_);
    barrier_ = system_.spawn(type_barrier, barrier_config{}, store_);
    listener_ = system_.spawn(listener, &seen_);
    caf::anon_send(barrier_, watch_atom_v, std::string("g"), store::job_id{7}, listener_);
    settle();
  }
  /// Another job, told through the same listener.
  void watch(store::job_id job, const std::string& group) {
    others_.push_back(job);
    caf::anon_send(barrier_, watch_atom_v, group, job, listener_);
    settle();
  }
  ~barrier_test() override {
    caf::anon_send(barrier_, unwatch_atom_v, store::job_id{7});
    for (auto job : others_) caf::anon_send(barrier_, unwatch_atom_v, job);
    for (auto address : {store_.address(), barrier_.address(), listener_.address()}) {
      caf::anon_send_exit(caf::actor_cast<caf::actor>(address), caf::exit_reason::user_shutdown);
    }
    store_ = nullptr;
    barrier_ = nullptr;
    listener_ = nullptr;
    settle();
  }

  fake_store_script script_;
  seen_views seen_;
  std::vector<store::job_id> others_;
  store_actor store_;
  barrier_actor barrier_;
  barrier_listener listener_;
};

TEST_F(barrier_test, the_watcher_learns_at_once_where_its_group_stands) {
  start({at_rank(0)});
  ASSERT_EQ(seen_.size(), 1u);
  EXPECT_EQ(seen_[0].rank, 0);
}

TEST_F(barrier_test, only_changes_are_told) {
  start({at_rank(0), at_rank(0), at_rank(1), at_rank(1)});
  for (int i = 0; i < 6; ++i) advance(defaults::barrier_poll);
  ASSERT_EQ(seen_.size(), 2u);
  EXPECT_EQ(seen_[1].rank, 1);
}

TEST_F(barrier_test, a_hint_moves_it_without_the_poll) {
  start({at_rank(0), at_rank(1)});
  caf::anon_send(barrier_, advance_atom_v, store::job_id{7});
  settle();
  ASSERT_EQ(seen_.size(), 2u);
}

TEST_F(barrier_test, hints_that_come_while_it_counts_are_one_more_count) {
  start({at_rank(0)});
  const int before = script_.recounts;
  for (int i = 0; i < 50; ++i) caf::anon_send(barrier_, advance_atom_v, store::job_id{7});
  settle();
  EXPECT_EQ(script_.recounts - before, 2);
}

TEST_F(barrier_test, what_moves_for_one_job_is_told_to_all_of_its_group_without_the_poll) {
  start({at_rank(0), at_rank(0), at_rank(0), at_rank(1)});
  watch(8, "g");
  watch(9, "another");
  ASSERT_EQ(seen_.size(), 3u);
  const int before = script_.recounts;
  caf::anon_send(barrier_, advance_atom_v, store::job_id{7});
  settle();
  EXPECT_EQ(script_.recounts - before, 2) << "7 by the hint, 8 because 7 moved, not 9";
  ASSERT_EQ(seen_.size(), 5u);
  EXPECT_EQ(seen_[4].rank, 1);
}

TEST_F(barrier_test, the_end_of_a_cohort_is_told_to_all_of_its_group) {
  auto finished = at_rank(0);
  finished.finished = true;
  start({at_rank(0), at_rank(0), finished});
  watch(8, "g");
  caf::anon_send(barrier_, advance_atom_v, store::job_id{8});
  settle();
  ASSERT_EQ(seen_.size(), 4u);
  EXPECT_TRUE(seen_[2].finished);
  EXPECT_TRUE(seen_[3].finished);
}

TEST_F(barrier_test, the_poll_asks_once_per_group) {
  start({at_rank(0)});
  for (store::job_id job = 8; job < 58; ++job) watch(job, job < 57 ? "g" : "another");
  const int before = script_.recounts;
  advance(defaults::barrier_poll);
  EXPECT_EQ(script_.recounts - before, 2);
}

TEST_F(barrier_test, who_does_not_watch_any_more_hears_nothing) {
  start({at_rank(0), at_rank(1)});
  caf::anon_send(barrier_, unwatch_atom_v, store::job_id{7});
  settle();
  advance(defaults::barrier_poll);
  EXPECT_EQ(seen_.size(), 1u);
}

}  // namespace
}  // namespace crossdock
