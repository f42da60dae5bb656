#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

#include "tests/store/fixture.hpp"

namespace crossdock::store {

namespace {

using kind = store_error::kind;

class migration_test : public ::testing::Test {
 protected:
  test_database database_{test_database::content::empty};
  session db_ = database_.connect();

  /// The schema as the first `version` migrations made it, without data.
  void take_back_to(int version) {
    query(db_,
          "CREATE TABLE public.schema_migration AS SELECT * FROM crossdock.schema_migration "
          "WHERE version <= " +
              std::to_string(version));
    query(db_, "DROP SCHEMA crossdock CASCADE");
    query(db_, "CREATE SCHEMA crossdock");
    query(db_, "ALTER TABLE public.schema_migration SET SCHEMA crossdock");
    const auto folder = std::filesystem::path(CROSSDOCK_SOURCE_DIR) / "actors/store/sql/migrations";
    std::set<std::filesystem::path> files;  // by name, so by version
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      files.insert(entry.path());
    for (auto file = files.begin(); version-- > 0; ++file) {
      std::ifstream in{*file};
      query(db_, std::string(std::istreambuf_iterator<char>(in), {}));
    }
  }
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

TEST_F(migration_test, a_database_of_an_earlier_version_is_taken_along_with_what_is_in_it) {
  db_.migrate();
  take_back_to(2);
  expect_error(kind::refused, "needs version", [&] { db_.require_current_schema(); });
  query(db_, R"(
    INSERT INTO crossdock.entity (scope_id, type, external_id, job_id, lane, group_seq, seq, status,
                                  target_id, attempts, error_class, error_code, error_message, raw, refs)
    VALUES (1, 'user', 'new', 1, 'l', 1, 1, 'pending', NULL, 0, NULL, NULL, NULL, '{}', '{}'),
           (1, 'user', 'again', 1, 'l', 2, 2, 'pending', NULL, 2, 'transient', 'e', 'm', '{}', '{}'),
           (1, 'user', 'done', 1, 'l', 3, 3, 'success', 't', 0, NULL, NULL, NULL, '{}', '{}'),
           (1, 'user', 'bad', 1, 'l', 4, 4, 'failed', NULL, 5, 'permanent', 'e', 'm', '{}', '{}'))");
  EXPECT_EQ(db_.migrate(), 1);
  db_.require_current_schema();
  EXPECT_EQ(
      query(db_, R"(
    SELECT string_agg(concat_ws(' ', external_id, status, target_id, attempts, error_class,
                                error_code, error_message), ', ' ORDER BY id)
    FROM crossdock.entity_view)"),
      "new pending 0, again pending 2 transient e m, done success t 0, bad failed 5 permanent e m");
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
