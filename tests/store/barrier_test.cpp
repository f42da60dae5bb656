#include <atomic>
#include <map>
#include <thread>

#include <rapidcheck.h>

#include "tests/store/fixture.hpp"

namespace crossdock::store {

namespace {

using namespace std::chrono_literals;

const std::vector<std::string> type_names{"user", "channel", "message"};

class barrier_test : public store_test {
 protected:
  static std::vector<api::staged_entity> some_of_each(int users, int channels, int messages) {
    std::vector<api::staged_entity> list;
    const int counts[] = {users, channels, messages};
    for (std::size_t t = 0; t < type_names.size(); ++t) {
      for (int i = 0; i < counts[t]; ++i) {
        list.push_back(make_entity(type_names[t], type_names[t] + std::to_string(i),
                                   "l" + std::to_string(i % 2), i));
      }
    }
    return list;
  }
  /// A job that has entered the export and not yet asked the barrier.
  job_lease entered(int users, int channels, int messages, const std::string& group = "group") {
    const auto lease = running(sample_job("", group));
    db_.commit_stage(lease, batch_of(some_of_each(users, channels, messages)));
    db_.enter_exporting(lease);
    return lease;
  }
  barrier_view advance(const job_lease& lease) { return db_.advance_barrier("group", lease.id); }
  /// Claims and settles everything of a type that the barrier lets through.
  int deliver(const job_lease& lease, const std::string& type) {
    int count = 0;
    for (auto r = claim(lease.id, type); r.claimed; r = claim(lease.id, type)) {
      count += static_cast<int>(r.claimed->work.entities.size());
      settle_all(*r.claimed);
    }
    return count;
  }
  void expect_drained_means_nothing_pending(session& db) {
    EXPECT_EQ(query_number(db, R"(
      SELECT count(*) FROM crossdock.lane l WHERE drained <> NOT EXISTS (
        SELECT FROM crossdock.entity_view e WHERE e.job_id = l.job_id AND e.type = l.type
          AND e.lane = l.lane AND e.status = 'pending'))"),
              0);
  }
};

/// Open entities of an earlier rank in any job of the current cohort: what rule 4 forbids a claim
/// of `rank` beside.
std::int64_t open_before(session& db, int rank) {
  return query_number(db, R"(
    SELECT count(*) FROM crossdock.entity_view e
    JOIN crossdock.barrier_member m ON m.job_id = e.job_id
    JOIN crossdock.barrier b ON b.group_name = m.group_name AND b.cohort = m.cohort
    WHERE e.status = 'pending' AND array_position(ARRAY['user', 'channel', 'message'], e.type) - 1 < )" +
                              std::to_string(rank));
}

}  // namespace

TEST_F(barrier_test, a_job_alone_in_its_group_starts_at_once_and_passes_rank_by_rank) {
  const auto lease = entered(2, 0, 3);
  auto view = advance(lease);
  EXPECT_EQ(view.group, "group");
  EXPECT_EQ(view.cohort, 1);
  EXPECT_EQ(view.rank, 0);
  EXPECT_TRUE(view.member);
  EXPECT_FALSE(view.finished);
  EXPECT_EQ(claim(lease.id, "channel").state, claim_state::drained);
  EXPECT_EQ(claim(lease.id, "message").state, claim_state::closed);
  EXPECT_EQ(deliver(lease, "user"), 2);
  EXPECT_EQ(claim(lease.id, "message").state, claim_state::closed) << "until the barrier moves";
  view = advance(lease);
  EXPECT_EQ(view.rank, 2) << "the empty rank is passed over";
  EXPECT_EQ(deliver(lease, "message"), 3);
  view = advance(lease);
  EXPECT_TRUE(view.finished);
  EXPECT_TRUE(view.member);
}

TEST_F(barrier_test, an_unknown_group_is_finished) {
  const auto view = db_.advance_barrier("nowhere", 1);
  EXPECT_TRUE(view.finished);
  EXPECT_FALSE(view.member);
}

TEST_F(barrier_test, leased_and_retried_entities_hold_the_barrier) {
  const auto lease = entered(1, 0, 1);
  advance(lease);
  const auto held = claim(lease.id, "user");
  EXPECT_EQ(advance(lease).rank, 0) << "leased is open";
  settle_request request;
  request.lease = held.claimed->lease;
  request.outcomes = {
      {held.claimed->work.entities[0].id, api::outcome_kind::retry, "", "", "", ""}};
  request.retry_after = 1h;
  db_.settle(request);
  EXPECT_EQ(advance(lease).rank, 0) << "waiting for a retry is open";
  EXPECT_EQ(claim(lease.id, "message").state, claim_state::closed);
}

TEST_F(barrier_test, failed_and_skipped_entities_do_not) {
  const auto lease = entered(2, 0, 1);
  advance(lease);
  for (auto r = claim(lease.id, "user"); r.claimed; r = claim(lease.id, "user")) {
    settle_request request;
    request.lease = r.claimed->lease;
    for (const auto& e : r.claimed->work.entities) {
      request.outcomes.push_back(outcome_of(
          e, e.external_id == "user0" ? api::outcome_kind::failed : api::outcome_kind::skipped));
    }
    db_.settle(request);
  }
  EXPECT_EQ(advance(lease).rank, 2);
  EXPECT_EQ(deliver(lease, "message"), 1);
}

TEST_F(barrier_test, jobs_that_enter_together_share_a_cohort) {
  const auto a = entered(1, 0, 1);
  const auto b = entered(1, 0, 1);
  EXPECT_TRUE(advance(a).member);
  EXPECT_TRUE(advance(b).member);
  deliver(a, "user");
  EXPECT_EQ(advance(a).rank, 0) << "b has users left";
  EXPECT_EQ(claim(a.id, "message").state, claim_state::closed);
  deliver(b, "user");
  EXPECT_EQ(advance(b).rank, 2);
  EXPECT_EQ(deliver(a, "message"), 1);
  EXPECT_EQ(deliver(b, "message"), 1);
}

TEST_F(barrier_test, a_job_that_comes_later_waits_for_the_next_cohort) {
  const auto a = entered(1, 0, 1);
  advance(a);
  deliver(a, "user");
  EXPECT_EQ(advance(a).rank, 2);
  const auto b = entered(1, 0, 1);
  auto view = advance(b);
  EXPECT_FALSE(view.member);
  EXPECT_FALSE(view.finished);
  EXPECT_EQ(view.rank, 2) << "the newcomer does not move the barrier back";
  EXPECT_EQ(claim(b.id, "user").state, claim_state::closed);
  EXPECT_EQ(claim(b.id, "message").state, claim_state::closed) << "the rank is not the newcomer's";
  deliver(a, "message");
  view = advance(b);
  EXPECT_TRUE(view.member);
  EXPECT_EQ(view.cohort, 2);
  EXPECT_EQ(view.rank, 0);
  EXPECT_TRUE(advance(a).finished) << "its cohort is through";
  EXPECT_EQ(deliver(b, "user"), 1);
}

TEST_F(barrier_test, whoever_leaves_holds_nobody_up) {
  for (const auto to :
       {job_state::paused, job_state::failed, job_state::canceled, job_state::queued}) {
    SCOPED_TRACE(to_string(to));
    const std::string group = "g" + std::string(to_string(to));
    const auto a = entered(1, 0, 1, group);
    const auto b = entered(1, 0, 1, group);
    db_.advance_barrier(group, a.id);
    const auto held = claim(a.id, "user");
    deliver(b, "user");
    EXPECT_EQ(db_.advance_barrier(group, b.id).rank, 0);
    db_.leave_job(a, to, "", "");
    EXPECT_EQ(db_.advance_barrier(group, b.id).rank, 2);
    EXPECT_EQ(deliver(b, "message"), 1);
    EXPECT_EQ(claim(a.id, "message").state, claim_state::closed);
  }
}

TEST_F(barrier_test, a_job_that_comes_back_waits_like_a_new_one) {
  const auto a = entered(1, 0, 1);
  const auto b = entered(1, 0, 1);
  advance(a);
  db_.leave_job(a, job_state::paused, "", "");
  deliver(b, "user");
  EXPECT_EQ(advance(b).rank, 2);
  db_.set_desired(a.id, desired_state::run, "me");
  const auto again = running(a.id);
  db_.enter_exporting(again);
  EXPECT_FALSE(advance(again).member);
  deliver(b, "message");
  EXPECT_TRUE(advance(again).member);
  EXPECT_EQ(deliver(again, "user"), 1);
}

TEST_F(barrier_test, a_job_whose_node_died_keeps_its_place) {
  const auto a = entered(1, 0, 1);
  const auto b = entered(1, 0, 1);
  advance(a);
  query(db_, "UPDATE crossdock.job SET lease_until = now() - interval '1 second' WHERE id = " +
                 std::to_string(a.id));
  deliver(b, "user");
  EXPECT_EQ(advance(b).rank, 0) << "its users are open";
  const auto again = running(a.id, "other");
  db_.enter_exporting(again);
  EXPECT_TRUE(advance(again).member);
  EXPECT_EQ(deliver(again, "user"), 1);
  EXPECT_EQ(advance(b).rank, 2);
}

TEST_F(barrier_test, a_dead_job_that_nobody_takes_over_holds_nobody_up_for_ever) {
  const auto a = entered(1, 0, 1);
  const auto b = entered(1, 0, 1);
  advance(a);
  deliver(b, "user");
  query(db_, "UPDATE crossdock.job SET lease_until = now() - interval '20 seconds' WHERE id = " +
                 std::to_string(a.id));
  EXPECT_EQ(advance(b).rank, 2) << "its users are open, but nobody delivers them";
  const auto again = running(a.id, "other");
  db_.enter_exporting(again);
  EXPECT_FALSE(advance(again).member);
  deliver(b, "message");
  EXPECT_TRUE(advance(again).member);
  EXPECT_EQ(deliver(again, "user"), 1);
}

TEST_F(barrier_test, a_dead_job_whose_cohort_is_past_waits_again) {
  const auto a = entered(1, 0, 0);
  advance(a);
  deliver(a, "user");
  const auto b = entered(1, 0, 0);
  EXPECT_EQ(advance(b).cohort, 2);
  query(db_, "UPDATE crossdock.job SET lease_until = now() - interval '1 second' WHERE id = " +
                 std::to_string(a.id));
  const auto again = running(a.id, "other");
  db_.enter_exporting(again);
  EXPECT_FALSE(advance(again).member);
  deliver(b, "user");
  EXPECT_EQ(advance(again).cohort, 3);
  EXPECT_TRUE(advance(again).member);
}

TEST_F(barrier_test, jobs_that_disagree_on_the_order_take_turns) {
  const auto a = entered(1, 0, 1);
  auto reversed = sample_job();
  reversed.types[0].rank = 2;
  reversed.types[2].rank = 0;
  const auto b = running(reversed);
  db_.commit_stage(b, batch_of(some_of_each(1, 0, 1)));
  db_.enter_exporting(b);
  const auto c = entered(1, 0, 1);
  advance(a);
  EXPECT_FALSE(advance(b).member);
  EXPECT_TRUE(advance(c).member) << "agrees with the first";
  for (const auto& lease : {a, c}) deliver(lease, "user");
  advance(a);
  for (const auto& lease : {a, c}) deliver(lease, "message");
  EXPECT_TRUE(advance(b).member);
  EXPECT_EQ(claim(b.id, "user").state, claim_state::closed);
  EXPECT_EQ(deliver(b, "message"), 1);
  EXPECT_EQ(advance(b).rank, 2);
  EXPECT_EQ(deliver(b, "user"), 1);
}

TEST_F(barrier_test, groups_do_not_know_each_other) {
  const auto a = entered(1, 0, 1, "a");
  const auto b = entered(0, 0, 1, "b");
  EXPECT_TRUE(db_.advance_barrier("a", a.id).member);
  EXPECT_TRUE(db_.advance_barrier("b", b.id).member);
  EXPECT_EQ(deliver(b, "message"), 1);
}

TEST_F(barrier_test, jobs_with_nothing_to_export_pass_through) {
  const auto a = entered(0, 0, 0);
  const auto b = entered(0, 0, 0);
  EXPECT_TRUE(advance(a).finished);
  EXPECT_TRUE(advance(b).finished);
  EXPECT_EQ(claim(a.id, "user").state, claim_state::drained);
}

TEST_F(barrier_test, a_stream_of_joining_jobs_delays_nobody_for_ever) {
  const auto first = entered(1, 1, 1);
  advance(first);
  std::vector<job_lease> later;
  int rounds = 0;
  for (const auto& type : type_names) {
    for (int i = 0; i < 5; ++i) {  // newcomers keep opening earlier ranks
      later.push_back(entered(1, 1, 1));
      EXPECT_FALSE(advance(later.back()).member);
    }
    advance(first);
    EXPECT_EQ(deliver(first, type), 1) << type;
    ++rounds;
  }
  EXPECT_EQ(rounds, 3);
  const auto view = advance(later.front());
  EXPECT_EQ(view.cohort, 2);
  for (const auto& lease : later) EXPECT_TRUE(advance(lease).member) << "all who waited, together";
}

// -- rule 4 under any interleaving
// --------------------------------------------------------------------

TEST_F(barrier_test, no_interleaving_claims_a_later_type_beside_an_earlier_open_one) {
  const bool ok = rc::check("rule 4", [&] {
    query(db_, "TRUNCATE crossdock.barrier_member, crossdock.barrier CASCADE");
    query(db_, "UPDATE crossdock.job SET state = 'canceled', owner = NULL, lease_until = NULL");
    struct held_lane {
      std::size_t session;
      claimed_lane claim;
    };
    std::vector<session> sessions;
    for (int i = 0; i < 2; ++i) sessions.push_back(database_.connect());
    std::vector<job_lease> jobs;
    std::vector<held_lane> held;
    const auto new_job = [&] {
      jobs.push_back(
          entered(*rc::gen::inRange(0, 4), *rc::gen::inRange(0, 3), *rc::gen::inRange(0, 4)));
    };
    new_job();
    new_job();
    const int steps = *rc::gen::inRange(10, 60);
    for (int step = 0; step < steps; ++step) {
      const auto which = *rc::gen::inRange<std::size_t>(0, sessions.size());
      session& db = sessions[which];
      const auto job = *rc::gen::inRange<std::size_t>(0, jobs.size());
      switch (*rc::gen::weightedElement<int>({{6, 0}, {4, 1}, {3, 2}, {1, 3}, {1, 4}, {1, 5}})) {
        case 0: {
          const int rank = *rc::gen::inRange(0, 3);
          auto result = db.claim({jobs[job].id, type_names[static_cast<std::size_t>(rank)],
                                  "w" + std::to_string(which), long_ttl, 1});
          if (!result.claimed) break;
          RC_ASSERT(open_before(db_, rank) == 0);
          held.push_back({which, std::move(*result.claimed)});
          break;
        }
        case 1: {
          if (held.empty()) break;
          const auto at = *rc::gen::inRange<std::size_t>(0, held.size());
          settle_request request;
          request.lease = held[at].claim.lease;
          for (const auto& e : held[at].claim.work.entities) {
            request.outcomes.push_back(outcome_of(
                e, *rc::gen::element(api::outcome_kind::success, api::outcome_kind::failed,
                                     api::outcome_kind::retry)));
          }
          sessions[held[at].session].settle(request);
          held.erase(held.begin() + static_cast<std::ptrdiff_t>(at));
          break;
        }
        case 2: db.advance_barrier("group", jobs[job].id); break;
        case 3:
          if (jobs.size() < 4) new_job();
          break;
        case 4: {  // a late insert is refused, it would reopen what the barrier has passed
          auto late = batch_of({make_entity("user", "late" + std::to_string(step))});
          RC_ASSERT_THROWS_AS(db.commit_stage(jobs[job], late), store_error);
          break;
        }
        default: {  // a pause in the middle, and back
          db.leave_job(jobs[job], job_state::queued, "", "");
          const auto taken = db.take_job(jobs[job].id, "node", long_ttl);
          jobs[job].epoch = taken->epoch;
          db.enter_exporting(jobs[job]);
          break;
        }
      }
      expect_drained_means_nothing_pending(db_);
    }
    for (const auto& job : jobs) expect_true_counters(job.id);
  });
  EXPECT_TRUE(ok);
}

TEST_F(barrier_test, parallel_workers_keep_rule_4_and_finish) {
  std::vector<job_lease> jobs;
  for (int i = 0; i < 3; ++i) jobs.push_back(entered(20, 10, 30));
  std::atomic<int> violations = 0;
  std::atomic<int> unfinished = 6;
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      try {
        session db = database_.connect();
        const auto job = jobs[static_cast<std::size_t>(i % 3)].id;
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        for (std::size_t drained = 0; drained < type_names.size();) {
          if (std::chrono::steady_clock::now() > deadline) return;
          drained = 0;
          for (std::size_t rank = 0; rank < type_names.size(); ++rank) {
            const auto result =
                db.claim({job, type_names[rank], "w" + std::to_string(i), long_ttl, 2});
            if (result.state == claim_state::drained) ++drained;
            if (!result.claimed) continue;
            // All jobs share the one cohort, so what is open now was open at the claim.
            if (open_before(db, static_cast<int>(rank)) != 0) ++violations;
            settle_request request;
            request.lease = result.claimed->lease;
            for (const auto& e : result.claimed->work.entities)
              request.outcomes.push_back(succeed(e));
            db.settle(request);
          }
          db.advance_barrier("group", job);
        }
        --unfinished;
      } catch (const std::exception& e) {
        ADD_FAILURE() << e.what();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(violations, 0);
  EXPECT_EQ(unfinished, 0);
  EXPECT_EQ(
      query_number(db_, "SELECT count(*) FROM crossdock.entity_view WHERE status = 'success'"),
      180);
  for (const auto& lease : jobs) expect_true_counters(lease.id);
}

}  // namespace crossdock::store
