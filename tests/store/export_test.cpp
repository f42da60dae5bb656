#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "tests/store/fixture.hpp"

namespace crossdock::store {

namespace {

using kind = store_error::kind;
using namespace std::chrono_literals;

class export_test : public store_test {
 protected:
  /// A job with these messages, exporting at once: it has nothing of an earlier rank.
  job_lease with_messages(std::vector<api::staged_entity> messages) {
    return exporting(sample_job(), std::move(messages));
  }
  static api::staged_entity message(std::string id, std::string lane, std::int64_t seq,
                                    std::optional<std::int64_t> group = {}) {
    return make_entity("message", std::move(id), std::move(lane), seq, group);
  }
  static std::vector<api::staged_entity> messages(int count, const std::string& lane = "C1") {
    std::vector<api::staged_entity> list;
    for (int i = 0; i < count; ++i)
      list.push_back(message(lane + ":" + std::to_string(i), lane, i));
    return list;
  }
  claimed_lane claimed(job_id id, std::string owner = "worker", int max_entities = 1000,
                       std::chrono::milliseconds ttl = long_ttl) {
    auto result = claim(id, "message", std::move(owner), max_entities, ttl);
    if (!result.claimed) throw std::logic_error("nothing to claim");
    return std::move(*result.claimed);
  }
  claim_state state(job_id id, std::string owner = "worker") {
    return claim(id, "message", std::move(owner)).state;
  }
  void expire(const lane_lease& lease) {
    query(db_,
          "UPDATE crossdock.lane SET lease_until = now() - interval '1 second' WHERE lane = '" +
              lease.lane + "'");
  }
  static std::vector<std::string> ids(const claimed_lane& claim) {
    std::vector<std::string> list;
    for (const auto& e : claim.work.entities) list.push_back(e.external_id);
    return list;
  }
  static std::vector<std::string> doubtful(const claimed_lane& claim) {
    std::vector<std::string> list;
    for (const auto& e : claim.work.entities) {
      if (e.in_doubt) list.push_back(e.external_id);
    }
    return list;
  }
  settle_request settle_as(const claimed_lane& claim, api::outcome_kind what) {
    settle_request request;
    request.lease = claim.lease;
    for (const auto& e : claim.work.entities) {
      request.outcomes.push_back({e.id, what, "", "transient", "code", "why"});
    }
    return request;
  }
};

using names = std::vector<std::string>;

}  // namespace

// -- claiming
// ---------------------------------------------------------------------------------------

TEST_F(export_test, a_claim_carries_the_lane_in_delivery_order) {
  auto root = message("b", "C1", 20);
  root.raw = R"({"text":"o'brien \\ \" 😀"})";
  root.refs = R"({"user":"U1"})";
  const auto lease = with_messages(
      {message("c", "C1", 30, 20), message("d", "C1", 25), root, message("a", "C1", 25)});
  const auto work = claimed(lease.id).work;
  EXPECT_EQ(work.type, "message");
  EXPECT_EQ(work.lane, "C1");
  EXPECT_EQ(work.cursor, "");
  ASSERT_EQ(work.entities.size(), 4U);
  EXPECT_EQ(work.entities[0].external_id, "b");
  EXPECT_EQ(json(work.entities[0].raw), json(root.raw));
  EXPECT_EQ(json(work.entities[0].refs), json(root.refs));
  EXPECT_EQ(work.entities[0].attempts, 0);
  EXPECT_FALSE(work.entities[0].in_doubt);
  EXPECT_EQ(work.entities[1].external_id, "c");
  EXPECT_EQ(work.entities[1].group_seq, 20);
  EXPECT_EQ(work.entities[1].seq, 30);
  EXPECT_EQ(work.entities[2].external_id, "a");
  EXPECT_EQ(work.entities[3].external_id, "d");
}

TEST_F(export_test, a_claim_takes_whole_groups) {
  const auto lease =
      with_messages({message("r1", "C1", 1), message("a", "C1", 5, 1), message("b", "C1", 9, 1),
                     message("r2", "C1", 2), message("r3", "C1", 3)});
  auto claim = claimed(lease.id, "worker", 2);
  EXPECT_EQ(ids(claim), (names{"r1", "a", "b"}));
  settle_all(claim);
  claim = claimed(lease.id, "worker", 1);
  EXPECT_EQ(ids(claim), names{"r2"});
}

TEST_F(export_test, one_lane_has_one_holder_and_lanes_are_independent) {
  auto list = messages(2, "C1");
  for (auto& e : messages(2, "C2")) list.push_back(e);
  const auto lease = with_messages(list);
  const auto first = claimed(lease.id, "a");
  const auto second = claimed(lease.id, "b");
  EXPECT_NE(first.work.lane, second.work.lane);
  EXPECT_EQ(state(lease.id, "c"), claim_state::busy);
  EXPECT_EQ(state(lease.id, "a"), claim_state::busy)
      << "what a is working on is not given to a twice";
  settle_all(first);
  EXPECT_EQ(state(lease.id, "c"), claim_state::busy);
  settle_all(second);
  EXPECT_EQ(state(lease.id, "c"), claim_state::drained);
  expect_true_counters(lease.id);
}

TEST_F(export_test, a_kept_lane_comes_first_and_belongs_to_nobody_else) {
  auto list = messages(4, "C2");
  for (auto& e : messages(4, "C1")) list.push_back(e);
  const auto lease = with_messages(list);
  settle_all(claimed(lease.id, "x", 4));  // C1, given up empty
  auto kept = claimed(lease.id, "a", 2);
  settle_all(kept, false);
  EXPECT_EQ(state(lease.id, "b"), claim_state::busy);
  const auto next = claimed(lease.id, "a", 2);
  EXPECT_EQ(next.work.lane, "C2");
  EXPECT_TRUE(doubtful(next).empty());
  EXPECT_GT(next.lease.attempt, kept.lease.attempt);
}

TEST_F(export_test, a_lane_that_is_empty_is_given_up_even_if_it_was_to_be_kept) {
  const auto lease = with_messages(messages(2));
  settle_all(claimed(lease.id), false);
  EXPECT_EQ(query(db_, "SELECT owner IS NULL AND drained FROM crossdock.lane"), "t");
}

TEST_F(export_test, claims_are_closed_unless_the_job_exports) {
  const auto lease = running();
  db_.commit_stage(lease, batch_of(messages(1)));
  EXPECT_EQ(state(lease.id), claim_state::closed);
  db_.enter_exporting(lease);
  EXPECT_EQ(state(lease.id), claim_state::closed) << "not admitted yet";
  db_.advance_barrier("group", lease.id);
  settle_all(claimed(lease.id));
  db_.leave_job(lease, job_state::paused, "", "");
  EXPECT_EQ(state(lease.id), claim_state::closed);
  expect_error(kind::not_found, "no job", [&] { claim(4711, "message"); });
}

TEST_F(export_test, claimers_in_parallel_get_every_entity_once) {
  std::vector<api::staged_entity> list;
  for (int lane = 0; lane < 20; ++lane) {
    for (auto& e : messages(30, "L" + std::to_string(lane))) list.push_back(e);
  }
  const auto lease = with_messages(list);
  std::mutex mutex;
  std::multiset<std::int64_t> seen;
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      try {
        session db = database_.connect();
        for (;;) {
          const auto result = db.claim({lease.id, "message", "w" + std::to_string(i), long_ttl, 7});
          if (result.state == claim_state::drained) return;
          if (!result.claimed) continue;
          settle_request request;
          request.lease = result.claimed->lease;
          request.release = i % 2 == 0;
          for (const auto& e : result.claimed->work.entities) {
            request.outcomes.push_back(succeed(e));
            std::lock_guard lock{mutex};
            seen.insert(e.id);
          }
          db.settle(request);
          if (!request.release) db.release_lane(request.lease);
        }
      } catch (const std::exception& e) {
        ADD_FAILURE() << e.what();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(seen.size(), 600U);
  EXPECT_EQ(std::set<std::int64_t>(seen.begin(), seen.end()).size(), 600U);
  expect_true_counters(lease.id);
}

// -- settling
// ---------------------------------------------------------------------------------------

TEST_F(export_test, outcomes_are_recorded_and_counted) {
  const auto lease = with_messages(messages(4));
  const auto claim = claimed(lease.id);
  settle_request request;
  request.lease = claim.lease;
  const auto& e = claim.work.entities;
  request.outcomes = {
      {e[0].id, api::outcome_kind::success, "t'1\\", "", "", ""},
      {e[1].id, api::outcome_kind::skipped, "", "", "", "by option"},
      {e[2].id, api::outcome_kind::failed, "", "permanent", "app.x", "bad \xff\"{}"},
      {e[3].id, api::outcome_kind::retry, "", "transient", "502", "later"}};
  request.cursor = R"({"at":"3 'x'"})";
  request.findings = {{api::finding::kind::changed, "message", "C1:0", "", "split", "in two"},
                      {api::finding::kind::rejected, "message", "C1:2", "", "bad", ""}};
  db_.settle(request);
  const auto view = [&](const std::string& id) {
    return db_.find_entities(db_.find_job(lease.id)->scope_id, "message", {id}).at(0);
  };
  EXPECT_EQ(view("C1:0").status, "success");
  EXPECT_EQ(view("C1:0").target_id, "t'1\\");
  EXPECT_EQ(view("C1:1").status, "skipped");
  EXPECT_EQ(view("C1:2").status, "failed");
  EXPECT_EQ(view("C1:3").status, "pending");
  EXPECT_EQ(db_.list_failures(lease.id, "", "failed", 0, 9).at(0).error_message,
            "bad \xEF\xBF\xBD\"{}");
  expect_true_counters(lease.id);

  const auto again = claimed(lease.id);
  EXPECT_EQ(ids(again), names{"C1:3"});
  EXPECT_EQ(again.work.entities[0].attempts, 1);
  EXPECT_FALSE(again.work.entities[0].in_doubt) << "its outcome is known";
  EXPECT_EQ(again.work.cursor, request.cursor);
  settle_all(again);
  EXPECT_EQ(state(lease.id), claim_state::drained);
  expect_true_counters(lease.id);
}

TEST_F(export_test, a_retry_rests_the_lane) {
  const auto lease = with_messages(messages(3));
  auto request = settle_as(claimed(lease.id), api::outcome_kind::retry);
  request.retry_after = 300ms;
  db_.settle(request);
  EXPECT_EQ(state(lease.id), claim_state::busy);
  std::this_thread::sleep_for(350ms);
  EXPECT_EQ(ids(claimed(lease.id)).size(), 3U);
}

TEST_F(export_test, outcomes_must_be_of_open_entities_of_the_lane_each_once) {
  auto list = messages(2, "C1");
  for (auto& e : messages(2, "C2")) list.push_back(e);
  const auto lease = with_messages(list);
  const auto c1 = claimed(lease.id, "a");
  const auto c2 = claimed(lease.id, "b");
  auto request = settle_as(c1, api::outcome_kind::success);
  const auto refuse = [&] {
    expect_error(kind::refused, "outcome for an entity twice", [&] { db_.settle(request); });
  };
  request.outcomes[1].id = c2.work.entities[0].id;
  refuse();
  request.outcomes[1].id = request.outcomes[0].id;
  refuse();
  request.outcomes[1].id = 4711;
  refuse();
  EXPECT_EQ(number_at(db_.current_meta(lease.id), "messages_exported"), 0);
  settle_all(c1);
  expect_true_counters(lease.id);
}

TEST_F(export_test, a_partial_settle_leaves_the_rest_open_and_in_doubt) {
  const auto lease = with_messages(messages(5));
  auto request = settle_as(claimed(lease.id, "a", 3), api::outcome_kind::success);
  request.outcomes.erase(request.outcomes.begin() + 1);
  db_.settle(request);
  const auto next = claimed(lease.id);
  EXPECT_EQ(ids(next), (names{"C1:1", "C1:3", "C1:4"}));
  EXPECT_EQ(doubtful(next), names{"C1:1"});
}

// -- the fence
// --------------------------------------------------------------------------------------

TEST_F(export_test, a_late_settle_of_a_lane_that_changed_hands_is_refused_and_writes_nothing) {
  const auto lease = with_messages(messages(2));
  const auto old = claimed(lease.id, "a");
  EXPECT_EQ(state(lease.id, "b"), claim_state::busy);
  expire(old.lease);
  const auto taken = claimed(lease.id, "b");
  EXPECT_GT(taken.lease.attempt, old.lease.attempt);
  EXPECT_EQ(doubtful(taken), (names{"C1:0", "C1:1"}));
  auto late = settle_as(old, api::outcome_kind::failed);
  late.findings = {{api::finding::kind::note, "", "x", "", "r", ""}};
  expect_error(kind::lost, "not ours", [&] { db_.settle(late); });
  EXPECT_EQ(query_number(db_, "SELECT count(*) FROM crossdock.finding"), 0);
  EXPECT_EQ(number_at(db_.current_meta(lease.id), "messages_failed"), 0);
  settle_all(taken);
  expect_error(kind::lost, "not ours", [&] { db_.settle(late); });
  expect_true_counters(lease.id);
}

TEST_F(export_test, the_same_owner_is_fenced_off_from_its_own_earlier_claim) {
  const auto lease = with_messages(messages(2));
  const auto old = claimed(lease.id, "a");
  expire(old.lease);
  const auto again = claimed(lease.id, "a");
  expect_error(kind::lost, "not ours",
               [&] { db_.settle(settle_as(old, api::outcome_kind::success)); });
  settle_all(again);
}

TEST_F(export_test, a_claim_is_settled_once) {
  const auto lease = with_messages(messages(4));
  const auto claim = claimed(lease.id, "a", 2);
  settle_all(claim, false);
  expect_error(kind::lost, "not ours", [&] { settle_all(claim, false); });
  expect_true_counters(lease.id);
}

TEST_F(export_test, an_expired_lease_that_nobody_took_can_still_be_settled) {
  const auto lease = with_messages(messages(2));
  const auto claim = claimed(lease.id, "a");
  expire(claim.lease);
  settle_all(claim);
  expect_true_counters(lease.id);
}

TEST_F(export_test, a_settle_succeeds_after_the_job_was_paused) {
  const auto lease = with_messages(messages(2));
  const auto claim = claimed(lease.id, "a");
  db_.leave_job(lease, job_state::paused, "", "");
  settle_all(claim);
  expect_true_counters(lease.id);
}

TEST_F(export_test, two_settles_of_one_claim_at_once_count_once) {
  const auto lease = with_messages(messages(50));
  const auto claim = claimed(lease.id, "a");
  std::atomic<int> settled = 0;
  std::atomic<int> lost = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      session db = database_.connect();
      try {
        db.settle(settle_as(claim, api::outcome_kind::success));
        ++settled;
      } catch (const store_error& e) {
        if (e.why() == kind::lost) ++lost;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(settled, 1);
  EXPECT_EQ(lost, 3);
  expect_true_counters(lease.id);
}

// -- doubt
// ------------------------------------------------------------------------------------------

TEST_F(export_test, only_what_an_unsettled_claim_covered_is_in_doubt) {
  const auto lease = with_messages(messages(6));
  const auto first = claimed(lease.id, "a", 3);
  db_.release_lane(first.lease);
  auto second = claimed(lease.id, "b", 2);  // smaller than the window that is in doubt
  EXPECT_EQ(doubtful(second), (names{"C1:0", "C1:1"}));
  settle_all(second);
  const auto third = claimed(lease.id, "c");
  EXPECT_EQ(ids(third), (names{"C1:2", "C1:3", "C1:4", "C1:5"}));
  EXPECT_EQ(doubtful(third), names{"C1:2"});
}

TEST_F(export_test, doubt_survives_claims_that_die_and_ends_with_a_settle) {
  const auto lease = with_messages(messages(4));
  db_.release_lane(claimed(lease.id, "a", 3).lease);
  db_.release_lane(claimed(lease.id, "b", 1).lease);
  auto claim = claimed(lease.id, "c");
  EXPECT_EQ(doubtful(claim).size(), 3U);
  auto request = settle_as(claim, api::outcome_kind::retry);
  db_.settle(request);
  EXPECT_TRUE(doubtful(claimed(lease.id, "d")).empty()) << "every outcome is known";
}

TEST_F(export_test, releasing_what_was_settled_raises_no_doubt) {
  const auto lease = with_messages(messages(4));
  auto claim = claimed(lease.id, "a", 2);
  settle_all(claim, false);
  db_.release_lane(claim.lease);
  EXPECT_TRUE(doubtful(claimed(lease.id, "b")).empty());
}

TEST_F(export_test, releasing_a_lane_that_is_somebody_elses_does_nothing) {
  const auto lease = with_messages(messages(2));
  const auto old = claimed(lease.id, "a");
  expire(old.lease);
  const auto taken = claimed(lease.id, "b");
  db_.release_lane(old.lease);
  EXPECT_EQ(state(lease.id, "c"), claim_state::busy);
  settle_all(taken);
}

// -- leases
// -----------------------------------------------------------------------------------------

TEST_F(export_test, renewal_keeps_valid_leases_of_a_process_and_its_exporters) {
  auto list = messages(1, "C1");
  for (const char* lane : {"C2", "C3", "C4"}) list.push_back(messages(1, lane)[0]);
  const auto lease = with_messages(list);
  const auto plain = claimed(lease.id, "p", 1, 1s);
  const auto exporter = claimed(lease.id, "p:1.message.0", 1, 1s);
  const auto expired = claimed(lease.id, "p:1.message.1", 1, 1s);
  const auto other = claimed(lease.id, "pq:1", 1, 1s);
  expire(expired.lease);
  EXPECT_EQ(db_.renew_lanes("p", 10min), 2);
  EXPECT_EQ(query(db_,
                  "SELECT string_agg(lane, ',' ORDER BY lane) FROM crossdock.lane WHERE "
                  "lease_until > now() + interval '1 minute'"),
            plain.lease.lane + "," + exporter.lease.lane);
  EXPECT_EQ(db_.renew_lanes("nobody", 10min), 0);
}

TEST_F(export_test, all_lanes_of_an_owner_are_given_back_at_once) {
  auto list = messages(2, "C1");
  for (auto& e : messages(2, "C2")) list.push_back(e);
  const auto lease = with_messages(list);
  claimed(lease.id, "a");
  claimed(lease.id, "a");
  EXPECT_EQ(db_.release_lanes("b"), 0);
  EXPECT_EQ(db_.release_lanes("a"), 2);
  EXPECT_EQ(doubtful(claimed(lease.id, "b")).size(), 2U);
}

// -- totals and retry
// -------------------------------------------------------------------------------

TEST_F(export_test, totals_freeze_with_the_beginning_of_the_export) {
  const auto lease = running();
  auto list = messages(3);
  list.push_back(make_entity("user", "U1"));
  db_.commit_stage(lease, batch_of(list));
  const auto meta = db_.enter_exporting(lease);
  EXPECT_EQ(json(meta).at("totals"), json(R"({"users":1,"channels":0,"messages":3})"));
  EXPECT_EQ(json(meta).at("totals_frozen"), json("true"));
  EXPECT_EQ(number_at(meta, "messages_created"), 3) << "waiting deltas are folded first";
  EXPECT_EQ(db_.find_job(lease.id)->stage, "exporting");
  query(db_, "DELETE FROM crossdock.entity WHERE type = 'user'");  // by whatever means
  EXPECT_EQ(json(db_.enter_exporting(lease)).at("totals"), json(meta).at("totals"));
}

TEST_F(export_test, retry_failed_opens_what_failed_and_counts_it) {
  const auto lease = with_messages(messages(5));
  expect_error(kind::refused, "running job", [&] { db_.retry_failed(lease.id, "", "me"); });
  const auto claim = claimed(lease.id);
  auto request = settle_as(claim, api::outcome_kind::failed);
  request.outcomes[0].kind = api::outcome_kind::success;
  request.outcomes[4].kind = api::outcome_kind::skipped;
  db_.settle(request);
  db_.leave_job(lease, job_state::done_with_failures, "3 failed", "");
  EXPECT_EQ(db_.retry_failed(lease.id, "user", "me"), 0);
  EXPECT_EQ(db_.find_job(lease.id)->state, job_state::done_with_failures);
  EXPECT_EQ(db_.retry_failed(lease.id, "message", "me"), 3);
  expect_true_counters(lease.id);
  auto job = *db_.find_job(lease.id);
  EXPECT_EQ(job.state, job_state::queued);
  EXPECT_EQ(job.error, "");
  EXPECT_EQ(query(db_, "SELECT who || ' ' || what || ' ' || detail::text FROM crossdock.audit"),
            "me retry {\"message\": 3}");

  const auto again = running(lease.id);
  const auto totals = json(db_.enter_exporting(again)).at("totals");
  EXPECT_EQ(totals, json(R"({"users":0,"channels":0,"messages":5})"));
  db_.advance_barrier("group", lease.id);
  const auto repeated = claimed(lease.id);
  EXPECT_EQ(ids(repeated), (names{"C1:1", "C1:2", "C1:3"}));
  EXPECT_EQ(repeated.work.entities[0].attempts, 0);
  settle_all(repeated);
  EXPECT_EQ(state(lease.id), claim_state::drained);
  expect_true_counters(lease.id);
  db_.leave_job(again, job_state::canceled, "", "");
  expect_error(kind::refused, "canceled", [&] { db_.retry_failed(lease.id, "", "me"); });
}

TEST_F(export_test, the_export_goes_on_after_a_pause_where_it_stood) {
  const auto lease = with_messages(messages(6));
  settle_all(claimed(lease.id, "a", 2));
  claimed(lease.id, "a", 2);
  db_.leave_job(lease, job_state::paused, "", "");
  db_.release_lanes("a");
  db_.set_desired(lease.id, desired_state::run, "me");
  const auto again = running(lease.id);
  db_.enter_exporting(again);
  db_.advance_barrier("group", lease.id);
  const auto claim = claimed(lease.id);
  EXPECT_EQ(ids(claim), (names{"C1:2", "C1:3", "C1:4", "C1:5"}));
  EXPECT_EQ(doubtful(claim), (names{"C1:2", "C1:3"}));
}

}  // namespace crossdock::store
