#include <atomic>
#include <set>
#include <thread>

#include "actors/store/session_pool.hpp"
#include "tests/store/fixture.hpp"

namespace crossdock::store {

namespace {

using namespace std::chrono_literals;

class pool_test : public store_test {
 protected:
  pool_options options(int size, int overflow, std::chrono::milliseconds timeout = 10s) {
    return {database_.url(), size, overflow, timeout, 0ms};
  }
  std::int64_t connections() {
    return query_number(db_,
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
  }
};

}  // namespace

TEST_F(pool_test, sessions_are_used_again) {
  session_pool pool{options(2, 0)};
  std::string first;
  {
    auto lease = pool.acquire();
    first = query(*lease, "SELECT pg_backend_pid()");
  }
  auto lease = pool.acquire();
  EXPECT_EQ(query(*lease, "SELECT pg_backend_pid()"), first);
  EXPECT_FALSE(lease->find_job(1));
}

TEST_F(pool_test, overflow_is_opened_and_closed_again) {
  session_pool pool{options(1, 2)};
  {
    auto a = pool.acquire();
    auto b = pool.acquire();
    auto c = pool.acquire();
    EXPECT_EQ(connections(), 3);
  }
  for (int i = 0; i < 100 && connections() > 1; ++i) std::this_thread::sleep_for(20ms);
  EXPECT_EQ(connections(), 1);
}

TEST_F(pool_test, overflow_that_is_needed_again_soon_is_not_opened_again) {
  auto wanted = options(1, 2);
  wanted.linger = 1h;
  session_pool pool{wanted};
  std::set<std::string> seen;
  for (int i = 0; i < 5; ++i) {
    auto a = pool.acquire();
    auto b = pool.acquire();
    for (auto* lease : {&a, &b}) seen.insert(query(**lease, "SELECT pg_backend_pid()"));
  }
  EXPECT_EQ(seen.size(), 2u);
  EXPECT_EQ(connections(), 2);
}

TEST_F(pool_test, an_exhausted_pool_says_so_in_time) {
  session_pool pool{options(1, 1, 50ms)};
  auto a = pool.acquire();
  auto b = pool.acquire();
  expect_error(store_error::kind::unavailable, "all 2 are in use", [&] { pool.acquire(); });
}

TEST_F(pool_test, who_waits_gets_what_is_given_back) {
  session_pool pool{options(2, 0)};
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n) {
        auto lease = pool.acquire();
        lease->list_jobs(1);
        ++done;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(done, 160);
  EXPECT_LE(connections(), 2);
}

TEST_F(pool_test, broken_sessions_are_not_given_out_again) {
  session_pool pool{options(2, 0)};
  {
    auto a = pool.acquire();
    auto b = pool.acquire();
    query(db_,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
          "current_database() AND pid <> pg_backend_pid()");
    expect_error(store_error::kind::unavailable, "", [&] { a->list_jobs(1); });
    EXPECT_FALSE(a->alive());
    expect_error(store_error::kind::unavailable, "", [&] { b->list_jobs(1); });
  }
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(pool.acquire()->list_jobs(1).empty());
}

TEST_F(pool_test, an_unreachable_server_is_unavailable_and_takes_no_place) {
  session_pool pool{{"host=/nonexistent dbname=none", 1, 0, 50ms, 0ms}};
  for (int i = 0; i < 3; ++i) {
    expect_error(store_error::kind::unavailable, "nonexistent", [&] { pool.acquire(); });
  }
}

}  // namespace crossdock::store
