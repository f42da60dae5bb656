#include <atomic>
#include <thread>

#include "tests/store/fixture.hpp"

namespace crossdock::store {

namespace {

class ledger_test : public store_test {
 protected:
  void add_delta(session& db, job_id id, const std::string& patch) {
    query(db, "INSERT INTO crossdock.ledger_delta (job_id, patch) VALUES (" + std::to_string(id) +
                  ", '" + patch + "')");
  }
  std::int64_t waiting(job_id id) {
    return query_number(
        db_, "SELECT count(*) FROM crossdock.ledger_delta WHERE job_id = " + std::to_string(id));
  }

  /// Runs `work(session, index)` in this many threads at once, each with a session of its own.
  template <class Work>
  void in_threads(int count, Work work) {
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
      threads.emplace_back([&, i] {
        try {
          session db = database_.connect();
          work(db, i);
        } catch (const std::exception& e) {
          ADD_FAILURE() << e.what();
        }
      });
    }
    for (auto& thread : threads) thread.join();
  }
};

}  // namespace

TEST_F(ledger_test, eight_writers_lose_nothing) {
  const auto id = db_.create_job(sample_job()).id;
  in_threads(8, [&](session& db, int) {
    for (int i = 0; i < 250; ++i) db.merge_meta(id, R"({"incr":{"n":1},"max":{"m":1}})");
  });
  EXPECT_EQ(number_at(db_.current_meta(id), "n"), 8 * 250);
}

TEST_F(ledger_test, folding_beside_eight_writers_loses_and_doubles_nothing) {
  const auto id = db_.create_job(sample_job()).id;
  std::atomic<int> writers = 8;
  in_threads(11, [&](session& db, int index) {
    if (index < 8) {
      for (int i = 0; i < 250; ++i) {
        if (i % 2 == 0) {
          add_delta(db, id, R"({"incr":{"messages_processed":1}})");
        } else {
          db.merge_meta(id, R"({"incr":{"messages_processed":1}})");
        }
      }
      --writers;
    } else {
      std::int64_t last = 0;
      while (writers > 0) {
        const auto now = number_at(db.fold_deltas(id), "messages_processed");
        EXPECT_GE(now, last);
        last = now;
      }
    }
  });
  EXPECT_EQ(number_at(db_.fold_deltas(id), "messages_processed"), 8 * 250);
  EXPECT_EQ(waiting(id), 0);
}

TEST_F(ledger_test, deltas_are_folded_in_the_order_they_were_written) {
  const auto id = db_.create_job(sample_job()).id;
  add_delta(db_, id, R"({"set":{"a":1}})");
  add_delta(db_, id, R"({"incr":{"a":10}})");
  add_delta(db_, id, R"({"set":{"b":"first"}})");
  add_delta(db_, id, R"({"set":{"b":"last"}})");
  EXPECT_EQ(json(db_.fold_deltas(id)), json(R"({"a":11,"b":"last"})"));
  EXPECT_EQ(waiting(id), 0);
  EXPECT_EQ(json(db_.fold_deltas(id)), json(R"({"a":11,"b":"last"})"));
}

TEST_F(ledger_test, folding_takes_only_the_jobs_own_deltas) {
  const auto a = db_.create_job(sample_job()).id;
  const auto b = db_.create_job(sample_job()).id;
  add_delta(db_, a, R"({"incr":{"n":1}})");
  add_delta(db_, b, R"({"incr":{"n":2}})");
  EXPECT_EQ(number_at(db_.fold_deltas(a), "n"), 1);
  EXPECT_EQ(waiting(b), 1);
}

TEST_F(ledger_test, current_meta_reads_ahead_and_writes_nothing) {
  const auto id = db_.create_job(sample_job()).id;
  add_delta(db_, id, R"({"incr":{"n":3}})");
  EXPECT_EQ(number_at(db_.current_meta(id), "n"), 3);
  EXPECT_EQ(waiting(id), 1);
  EXPECT_EQ(json(db_.find_job(id)->meta), json("{}"));
}

TEST_F(ledger_test, a_delta_that_cannot_be_folded_is_reported_and_kept) {
  const auto id = db_.create_job(sample_job()).id;
  add_delta(db_, id, R"({"set":{"n":"text"}})");
  add_delta(db_, id, R"({"incr":{"n":1}})");
  expect_error(store_error::kind::refused, "\"n\", which is not a number",
               [&] { db_.fold_deltas(id); });
  EXPECT_EQ(waiting(id), 2);
  EXPECT_EQ(json(db_.find_job(id)->meta), json("{}"));
}

}  // namespace crossdock::store
