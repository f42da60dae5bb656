#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "actors/store/session.hpp"
#include "tests/store/database.hpp"

namespace crossdock::store {

using testing::query;
using testing::query_number;
using testing::test_database;

inline constexpr std::chrono::milliseconds long_ttl{600'000};

/// A job over users (rank 0), channels (1) and messages (2).
new_job sample_job(std::string scope = "", std::string barrier_group = "group");
api::staged_entity make_entity(std::string type, std::string external_id, std::string lane = "lane",
                               std::int64_t seq = 0, std::optional<std::int64_t> group_seq = {});
stage_batch batch_of(std::vector<api::staged_entity> entities);
api::outcome outcome_of(const api::claimed_entity& entity, api::outcome_kind kind);
api::outcome succeed(const api::claimed_entity& entity);

/// The statements under store/sql without their migrations: name and text.
std::vector<std::pair<std::string, std::string>> all_statements();

boost::json::value json(std::string_view text);
std::int64_t number_at(std::string_view meta, std::string_view key);  ///< 0 when absent

/// Expects a store_error of this kind whose text contains `part`.
template <class Action>
void expect_error(store_error::kind kind, std::string_view part, Action action) {
  try {
    action();
    ADD_FAILURE() << "no error, expected one with: " << part;
  } catch (const store_error& e) {
    EXPECT_EQ(static_cast<int>(e.why()), static_cast<int>(kind)) << e.what();
    EXPECT_NE(std::string_view(e.what()).find(part), std::string_view::npos) << e.what();
  }
}

class store_test : public ::testing::Test {
 protected:
  /// A job under supervision of "node".
  job_lease running(const new_job& job = sample_job());
  job_lease running(job_id id, std::string_view owner = "node");
  /// A running job with these entities whose export may begin at once.
  job_lease exporting(const new_job& job, std::vector<api::staged_entity> entities);
  claim_result claim(job_id id, std::string type, std::string owner = "worker",
                     int max_entities = 1000, std::chrono::milliseconds ttl = long_ttl);
  /// Settles everything in the claim as success.
  void settle_all(const claimed_lane& claim, bool release = true);

  /// Rule 1: the meta, with all waiting deltas, equals what the tables say.
  void expect_true_counters(job_id id);

  test_database database_;
  session db_ = database_.connect();
};

}  // namespace crossdock::store
