#include <thread>

#include "tests/store/fixture.hpp"

namespace crossdock::store {

namespace {

using kind = store_error::kind;

class migration_test : public ::testing::Test {
 protected:
  test_database database_{test_database::content::empty};
  session db_ = database_.connect();
};

}  // namespace

TEST_F(migration_test, an_empty_database_is_migrated_once) {
  const auto before = db_.migrations();
  ASSERT_FALSE(before.empty());
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i].version, static_cast<int>(i) + 1);
    EXPECT_FALSE(before[i].name.empty());
    EXPECT_FALSE(before[i].applied);
  }
  expect_error(kind::refused, "crossdock db migrate", [&] { db_.require_current_schema(); });
  EXPECT_EQ(db_.migrate(), static_cast<int>(before.size()));
  EXPECT_EQ(db_.migrate(), 0);
  for (const auto& migration : db_.migrations()) EXPECT_TRUE(migration.applied);
  db_.require_current_schema();
  EXPECT_GT(db_.create_job(sample_job()).id, 0);
}

TEST_F(migration_test, nodes_that_migrate_at_once_do_it_once) {
  std::atomic<int> applied = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      try {
        session db = database_.connect();
        applied += db.migrate();
        db.require_current_schema();
      } catch (const std::exception& e) {
        ADD_FAILURE() << e.what();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(applied, static_cast<int>(db_.migrations().size()));
}

TEST_F(migration_test, a_half_migrated_database_is_completed) {
  db_.migrate();
  const auto newest = db_.migrations().back();
  query(db_,
        "DELETE FROM crossdock.schema_migration WHERE version = " + std::to_string(newest.version));
  query(db_,
        "DROP FUNCTION crossdock.merge_all, crossdock.merge_meta, crossdock.check_counters, "
        "crossdock.deep_merge, crossdock.meta_sum, crossdock.meta_number, "
        "crossdock.check_meta_patch, crossdock.meta_patch_keys");
  expect_error(kind::refused, "needs version", [&] { db_.require_current_schema(); });
  EXPECT_EQ(db_.migrate(), 1);
  db_.require_current_schema();
}

TEST_F(migration_test, a_newer_schema_is_refused) {
  db_.migrate();
  query(db_, "INSERT INTO crossdock.schema_migration VALUES (9999, 'future', 'x')");
  expect_error(kind::refused, "version 9999", [&] { db_.require_current_schema(); });
  expect_error(kind::refused, "version 9999", [&] { db_.migrate(); });
  EXPECT_EQ(db_.migrations().back().version, 9999);
}

TEST_F(migration_test, an_edited_migration_is_noticed) {
  db_.migrate();
  query(db_, "UPDATE crossdock.schema_migration SET digest = 'x' WHERE version = 1");
  expect_error(kind::refused, "different build", [&] { db_.require_current_schema(); });
  expect_error(kind::refused, "different build", [&] { db_.migrate(); });
}

}  // namespace crossdock::store
