#include <algorithm>
#include <set>
#include <thread>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include "tests/store/fixture.hpp"

namespace crossdock::store {

namespace {

using kind = store_error::kind;
using namespace std::chrono_literals;

class jobs_test : public store_test {
 protected:
  /// The quoted words of a CHECK constraint.
  std::set<std::string> words_of(const std::string& constraint) {
    const std::string text =
        query(db_, "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = '" +
                       constraint + "'");
    std::set<std::string> words;
    for (auto quote = text.find('\''); quote != std::string::npos;) {
      const auto end = text.find('\'', quote + 1);
      words.insert(text.substr(quote + 1, end - quote - 1));
      quote = text.find('\'', end + 1);
    }
    return words;
  }
  void expire_lease(job_id id) {
    query(db_, "UPDATE crossdock.job SET lease_until = now() - interval '1 second' WHERE id = " +
                   std::to_string(id));
  }
  std::int64_t audits(job_id id) {
    return query_number(
        db_, "SELECT count(*) FROM crossdock.audit WHERE job_id = " + std::to_string(id));
  }
};

}  // namespace

// -- the schema's words are the program's ---------------------------------------------------------

TEST_F(jobs_test, the_schema_knows_exactly_the_job_states_of_core) {
  std::set<std::string> states;
  for (int i = 0; i <= static_cast<int>(job_state::canceled); ++i) {
    states.emplace(to_string(static_cast<job_state>(i)));
  }
  EXPECT_EQ(words_of("job_state"), states);
  std::set<std::string> wishes;
  for (int i = 0; i <= static_cast<int>(desired_state::cancel); ++i) {
    wishes.emplace(to_string(static_cast<desired_state>(i)));
  }
  EXPECT_EQ(words_of("job_desired_state"), wishes);
}

TEST_F(jobs_test, the_schema_knows_exactly_the_entity_states_and_finding_kinds_of_the_api) {
  EXPECT_EQ(words_of("outcome_status"),
            (std::set<std::string>{"pending", "success", "failed", "skipped"}));
  EXPECT_EQ(words_of("finding_kind"),
            (std::set<std::string>{"rejected", "left_out", "changed", "note"}));
}

TEST_F(jobs_test, a_job_has_a_lease_exactly_while_it_runs) {
  const auto id = std::to_string(running().id);
  for (const std::string change :
       {"owner = NULL", "lease_until = NULL", "state = 'queued'", "state = 'done'"}) {
    EXPECT_ANY_THROW(query(db_, "UPDATE crossdock.job SET " + change + " WHERE id = " + id))
        << change;
  }
}

// -- creating and finding
// ---------------------------------------------------------------------------

TEST_F(jobs_test, a_job_comes_back_as_it_was_created) {
  auto wanted = sample_job("acme 'quoted' 😀", "https://mm.example");
  wanted.config = R"({"retry":{"attempts":5},"name":"o'brien \" \\ \t"})";
  wanted.source = "/data/with 'quotes' and \\ and \n newline.zip";
  const auto job = db_.create_job(wanted);
  EXPECT_EQ(job.workflow, "sample");
  EXPECT_EQ(job.workflow_digest, "d1");
  EXPECT_EQ(json(job.config), json(wanted.config));
  EXPECT_EQ(job.scope, wanted.scope);
  EXPECT_EQ(job.source, wanted.source);
  EXPECT_EQ(job.output, "/out");
  EXPECT_EQ(job.barrier_group, "https://mm.example");
  ASSERT_EQ(job.types.size(), 3U);
  EXPECT_EQ(job.types[1].type, "channel");
  EXPECT_EQ(job.types[1].plural, "channels");
  EXPECT_EQ(job.types[1].rank, 1);
  EXPECT_EQ(job.state, job_state::queued);
  EXPECT_EQ(job.desired, desired_state::run);
  EXPECT_EQ(job.stage, "");
  EXPECT_EQ(job.meta, "{}");
  EXPECT_EQ(job.outputs, "{}");
  EXPECT_EQ(job.epoch, 0);
  EXPECT_THAT(
      job.created_at,
      ::testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z"));
  EXPECT_EQ(db_.find_job(job.id)->created_at, job.created_at);
  EXPECT_FALSE(db_.find_job(job.id + 1));
}

TEST_F(jobs_test, a_named_scope_is_shared_and_an_unnamed_one_is_the_jobs_own) {
  const auto a = db_.create_job(sample_job("team"));
  const auto b = db_.create_job(sample_job("team"));
  const auto c = db_.create_job(sample_job());
  const auto d = db_.create_job(sample_job());
  EXPECT_EQ(a.scope_id, b.scope_id);
  EXPECT_NE(c.scope_id, d.scope_id);
  EXPECT_EQ(c.scope, "job:" + std::to_string(c.id));
  expect_error(kind::refused, "\"job:", [&] { db_.create_job(sample_job("job:99")); });
}

TEST_F(jobs_test, types_need_distinct_names_and_plurals) {
  auto job = sample_job();
  job.types.push_back({"user", "others", 3});
  expect_error(kind::refused, "distinct names", [&] { db_.create_job(job); });
  job.types.back() = {"other", "users", 3};
  expect_error(kind::refused, "distinct names", [&] { db_.create_job(job); });
}

TEST_F(jobs_test, find_finished_output_gives_the_newest_of_the_scope_that_is_finished) {
  auto job = sample_job();
  job.scope = "acme";
  const auto found = [&] { return db_.find_finished_output("acme", "/out"); };
  for (const auto state : {job_state::done, job_state::done_with_failures}) {
    const auto id = db_.create_job(job).id;
    const auto before = found();
    EXPECT_TRUE(!before || before->id != id);
    db_.leave_job(running(id), state, "", "");
    ASSERT_TRUE(found());
    EXPECT_EQ(found()->id, id);
  }
  EXPECT_FALSE(db_.find_finished_output("other", "/out"));
  EXPECT_FALSE(db_.find_finished_output("acme", "/elsewhere"));
}

TEST_F(jobs_test, find_resumable_gives_the_newest_that_is_not_finished) {
  const auto found = [&] { return db_.find_resumable("sample", "/source.zip", "/out"); };
  EXPECT_FALSE(found());
  const auto first = db_.create_job(sample_job()).id;
  const auto second = db_.create_job(sample_job()).id;
  EXPECT_EQ(found()->id, second);
  auto lease = running(second);
  EXPECT_EQ(found()->id, second);
  db_.leave_job(lease, job_state::failed, "no", "");
  EXPECT_EQ(found()->id, second);
  lease = running(db_.set_desired(second, desired_state::run, "me").id);
  db_.leave_job(lease, job_state::done, "", "");
  EXPECT_EQ(found()->id, first);
  db_.set_desired(first, desired_state::cancel, "me");
  EXPECT_FALSE(found());
  db_.create_job(sample_job());
  EXPECT_FALSE(db_.find_resumable("sample", "/other.zip", "/out"));
  EXPECT_FALSE(db_.find_resumable("sample", "/source.zip", "/elsewhere"));
  EXPECT_FALSE(db_.find_resumable("other", "/source.zip", "/out"));
}

TEST_F(jobs_test, list_jobs_pages_from_the_newest) {
  std::vector<job_id> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(db_.create_job(sample_job()).id);
  const auto first = db_.list_jobs(2);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].id, ids[4]);
  EXPECT_EQ(first[1].id, ids[3]);
  const auto rest = db_.list_jobs(10, first[1].id);
  ASSERT_EQ(rest.size(), 3U);
  EXPECT_EQ(rest[2].id, ids[0]);
}

// -- supervision
// ------------------------------------------------------------------------------------

TEST_F(jobs_test, of_many_takers_one_gets_the_job) {
  const auto id = db_.create_job(sample_job()).id;
  std::atomic<int> winners = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      session db = database_.connect();
      if (db.take_job(id, "node" + std::to_string(i), 60s)) ++winners;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(winners, 1);
  EXPECT_EQ(db_.find_job(id)->state, job_state::running);
  EXPECT_EQ(db_.find_job(id)->epoch, 1);
}

TEST_F(jobs_test, an_expired_lease_can_be_taken_and_the_old_holder_is_fenced_off) {
  const auto old = running();
  EXPECT_FALSE(db_.take_job(old.id, "other", 60s));
  expire_lease(old.id);
  EXPECT_EQ(db_.adoptable_jobs(10), std::vector<job_id>{old.id});
  const auto taken = db_.take_job(old.id, "other", 60s);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->epoch, old.epoch + 1);

  const auto lost = [&](auto write) { expect_error(kind::lost, "not ours", write); };
  lost([&] { db_.set_stage(old, "users"); });
  lost([&] { db_.commit_stage(old, batch_of({make_entity("user", "U1")})); });
  lost([&] { db_.finish_order(old, "message"); });
  lost([&] { db_.enter_exporting(old); });
  lost([&] { db_.leave_job(old, job_state::done, "", ""); });
  EXPECT_TRUE(db_.renew_jobs("node", 60s).empty());
  EXPECT_EQ(db_.find_job(old.id)->stage, "");
  EXPECT_TRUE(db_.count_entities(old.id).empty());
  db_.set_stage({old.id, taken->epoch}, "users");
  EXPECT_EQ(db_.find_job(old.id)->stage, "users");
}

TEST_F(jobs_test, what_an_ended_owner_held_is_free_at_once_and_nothing_else) {
  const auto list = [] {
    return std::vector{make_entity("message", "a", "x", 1), make_entity("message", "b", "y", 2)};
  };
  const auto dead = exporting(sample_job("dead"), list());
  const auto alive = exporting(sample_job("alive", "other group"), list());
  EXPECT_EQ(db_.job_owner(dead.id), "node");
  ASSERT_TRUE(claim(dead.id, "message", "node:1.message.1").claimed);
  ASSERT_TRUE(claim(dead.id, "message", "node2:1.message.1").claimed);
  ASSERT_TRUE(claim(alive.id, "message", "nod").claimed);
  query(db_, "UPDATE crossdock.job SET owner = 'nod' WHERE id = " + std::to_string(alive.id));
  db_.end_leases("node");
  EXPECT_EQ(db_.adoptable_jobs(10), std::vector<job_id>{dead.id});
  EXPECT_EQ(query(db_, "SELECT string_agg(owner, ' ' ORDER BY owner) FROM crossdock.lane"),
            "nod node2:1.message.1");
  const auto again = running(dead.id, "new");
  db_.enter_exporting(again);
  const auto repeated = claim(dead.id, "message", "new:1.message.1");
  ASSERT_TRUE(repeated.claimed);
  EXPECT_TRUE(repeated.claimed->work.entities.at(0).in_doubt);
  EXPECT_EQ(db_.job_owner(db_.create_job(sample_job("third")).id), std::nullopt);
}

TEST_F(jobs_test, a_takeover_waits_out_no_open_write_of_the_old_holder) {
  // While the old holder's transaction is open the job is not given away; once it is, nothing of
  // the old holder can commit any more.
  const auto lease = running();
  expire_lease(lease.id);
  session other = database_.connect();
  query(other, "BEGIN");
  query(other, "SELECT 1 FROM crossdock.job FOR KEY SHARE");  // as fence_job.sql
  EXPECT_FALSE(db_.take_job(lease.id, "other", 60s));
  query(other, "COMMIT");
  EXPECT_TRUE(db_.take_job(lease.id, "other", 60s));
}

TEST_F(jobs_test, a_raised_epoch_waits_for_open_writes_and_fences_later_ones) {
  const auto lease = running();
  session other = database_.connect();
  query(other, "BEGIN");
  query(other, "SELECT 1 FROM crossdock.job FOR KEY SHARE");  // as fence_job.sql
  query(db_, "SET lock_timeout = '100ms'");
  expect_error(kind::conflict, "lock timeout", [&] { db_.raise_epoch(lease, "node"); });
  query(other, "COMMIT");
  EXPECT_EQ(db_.raise_epoch(lease, "node"), lease.epoch + 1);
  expect_error(kind::lost, "not ours",
               [&] { db_.commit_stage(lease, batch_of({make_entity("user", "U1")})); });
  EXPECT_EQ(db_.raise_epoch(lease, "node"), lease.epoch + 2) << "its answer was lost";
  expect_error(kind::lost, "not ours", [&] { db_.raise_epoch(lease, "other"); });
  expect_error(kind::lost, "not ours", [&] { db_.raise_epoch({lease.id, 9}, "node"); });
}

TEST_F(jobs_test, adoptable_jobs_come_oldest_first) {
  const auto a = db_.create_job(sample_job()).id;
  const auto b = db_.create_job(sample_job()).id;
  const auto c = db_.create_job(sample_job()).id;
  running(b);
  EXPECT_EQ(db_.adoptable_jobs(10), (std::vector<job_id>{a, c}));
  EXPECT_EQ(db_.adoptable_jobs(1), std::vector<job_id>{a});
}

TEST_F(jobs_test, renewal_tells_the_wish_and_does_not_revive_an_expired_lease) {
  const auto a = running();
  const auto b = running();
  db_.set_desired(b.id, desired_state::pause, "me");
  auto renewed = db_.renew_jobs("node", 60s);
  ASSERT_EQ(renewed.size(), 2U);
  std::sort(renewed.begin(), renewed.end(), [](auto& x, auto& y) { return x.id < y.id; });
  EXPECT_EQ(renewed[0].desired, desired_state::run);
  EXPECT_EQ(renewed[0].epoch, a.epoch);
  EXPECT_EQ(renewed[1].desired, desired_state::pause);
  expire_lease(a.id);
  renewed = db_.renew_jobs("node", 60s);
  ASSERT_EQ(renewed.size(), 1U);
  EXPECT_EQ(renewed[0].id, b.id);
  EXPECT_TRUE(db_.renew_jobs("somebody", 60s).empty());
}

TEST_F(jobs_test, leaving_merges_a_patch_together_with_the_new_state) {
  const auto lease = running();
  db_.merge_meta(lease.id, R"({"set":{"kept":1}})");
  expect_error(kind::refused, "", [&] {
    db_.leave_job(lease, job_state::paused, "", "", R"({"incr":{"no_number":"x"}})");
  });
  EXPECT_EQ(db_.find_job(lease.id)->state, job_state::running);
  db_.leave_job(lease, job_state::paused, "limit", "", R"({"set":{"passed":true}})");
  const auto job = *db_.find_job(lease.id);
  EXPECT_EQ(job.state, job_state::paused);
  EXPECT_EQ(boost::json::parse(job.meta), boost::json::parse(R"({"kept":1,"passed":true})"));
}

TEST_F(jobs_test, leaving_keeps_error_and_outputs) {
  const auto lease = running();
  db_.leave_job(lease, job_state::done_with_failures, "2 failed: \xff NUL", R"({"bundles":["a"]})");
  const auto job = *db_.find_job(lease.id);
  EXPECT_EQ(job.state, job_state::done_with_failures);
  EXPECT_EQ(job.error, "2 failed: \xEF\xBF\xBD NUL");
  EXPECT_EQ(json(job.outputs), json(R"({"bundles":["a"]})"));
  expect_error(kind::lost, "not ours", [&] { db_.leave_job(lease, job_state::done, "", ""); });
}

// -- wishes
// -----------------------------------------------------------------------------------------

TEST_F(jobs_test, wishes_follow_the_state_machine) {
  const std::pair<desired_state, job_state> wishes[] = {
      {desired_state::run, job_state::queued},
      {desired_state::pause, job_state::paused},
      {desired_state::cancel, job_state::canceled}};
  for (int i = 0; i <= static_cast<int>(job_state::canceled); ++i) {
    const auto from = static_cast<job_state>(i);
    for (const auto& [wish, target] : wishes) {
      SCOPED_TRACE(std::string(to_string(from)) + " + " + std::string(to_string(wish)));
      const auto lease = running();
      if (from != job_state::running) db_.leave_job(lease, from, "because", "");
      if (from == job_state::running) {
        const auto job = db_.set_desired(lease.id, wish, "me");
        EXPECT_EQ(job.state, job_state::running);
        EXPECT_EQ(job.desired, wish);
      } else if (from == target || may_become(from, target)) {
        const auto job = db_.set_desired(lease.id, wish, "me");
        EXPECT_EQ(job.state, target);
        EXPECT_EQ(job.desired, wish);
        EXPECT_EQ(job.error, target == job_state::queued ? "" : "because");
        EXPECT_EQ(audits(lease.id), 1);
      } else {
        expect_error(kind::refused, to_string(from),
                     [&] { db_.set_desired(lease.id, wish, "me"); });
        expect_error(kind::refused, to_string(target),
                     [&] { db_.set_desired(lease.id, wish, "me"); });
        EXPECT_EQ(db_.find_job(lease.id)->state, from);
        EXPECT_EQ(audits(lease.id), 0);
      }
    }
  }
  expect_error(kind::not_found, "no job",
               [&] { db_.set_desired(99999, desired_state::run, "me"); });
}

TEST_F(jobs_test, leaving_into_a_state_the_machine_forbids_is_refused) {
  const auto lease = running();
  expect_error(kind::refused, "running", [&] { db_.leave_job(lease, job_state::running, "", ""); });
}

}  // namespace crossdock::store
