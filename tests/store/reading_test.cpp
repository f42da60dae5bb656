#include <algorithm>

#include "tests/store/fixture.hpp"

namespace crossdock::store {

namespace {

class reading_test : public store_test {
 protected:
  static std::vector<api::staged_entity> users(int count) {
    std::vector<api::staged_entity> list;
    for (int i = 0; i < count; ++i) list.push_back(make_entity("user", "U" + std::to_string(i)));
    return list;
  }
};

}  // namespace

TEST_F(reading_test, entities_stream_in_order_over_pages_while_the_session_is_used) {
  const auto lease = running();
  db_.commit_stage(lease, batch_of(users(2500)));
  const auto scope = db_.find_job(lease.id)->scope_id;
  std::vector<std::string> ids;
  db_.for_each_entity(scope, "user", [&](const api::entity_view& e) {
    ids.push_back(e.external_id);
    if (ids.size() % 500 == 0) db_.add_finding(lease.id, {{}, "", e.external_id, "", "r", ""});
  });
  EXPECT_EQ(ids.size(), 2500U);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
  db_.for_each_entity(scope, "channel", [](const auto&) { FAIL() << "there are none"; });
  db_.for_each_entity(scope + 1, "user", [](const auto&) { FAIL() << "another scope"; });
}

TEST_F(reading_test, entities_are_found_by_their_ids) {
  const auto lease = running();
  auto list = users(10);
  list.push_back(make_entity("user", "q'uo\"te\\,{}"));
  db_.commit_stage(lease, batch_of(list));
  const auto scope = db_.find_job(lease.id)->scope_id;
  EXPECT_EQ(db_.find_entities(scope, "user", {"U1", "U5", "U99", "q'uo\"te\\,{}", ""}).size(), 3U);
  EXPECT_TRUE(db_.find_entities(scope, "channel", {"U1"}).empty());
  EXPECT_TRUE(db_.find_entities(scope, "user", {}).empty());
}

TEST_F(reading_test, lanes_know_their_size) {
  const auto lease = running();
  db_.commit_stage(
      lease, batch_of({make_entity("message", "1", "b", 5), make_entity("message", "2", "b", 9, 5),
                       make_entity("message", "3", "a", 7), make_entity("user", "4", "c", 1)}));
  const auto lanes = db_.lane_sizes(db_.find_job(lease.id)->scope_id, "message");
  ASSERT_EQ(lanes.size(), 2U);
  EXPECT_EQ(lanes[0].lane, "a");
  EXPECT_EQ(lanes[1].lane, "b");
  EXPECT_EQ(lanes[1].entities, 2);
  EXPECT_EQ(lanes[1].groups, 1);
  EXPECT_EQ(lanes[1].last_seq, 9);
}

TEST_F(reading_test, blobs_are_found_and_stream_in_order) {
  const auto lease = running();
  stage_batch batch;
  for (int i = 0; i < 1500; ++i) {
    batch.blobs.push_back({"F" + std::to_string(i), "p" + std::to_string(i), i});
  }
  batch.blobs.push_back({"F7", "later", 1});
  db_.commit_stage(lease, batch);
  std::vector<std::string> keys;
  db_.for_each_blob(lease.id, [&](const api::blob& b) { keys.push_back(b.key); });
  EXPECT_EQ(keys.size(), 1500U);
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
  const auto found = db_.find_blobs(lease.id, {"F7", "F8", "none"});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].path, "p7");
  EXPECT_EQ(found[0].size, 7);
  EXPECT_TRUE(db_.find_blobs(lease.id + 1, {"F7"}).empty());
}

TEST_F(reading_test, findings_come_in_the_same_order_however_they_were_recorded) {
  using kind = api::finding::kind;
  std::vector<api::finding> list;
  for (int i = 0; i < 1200; ++i) {
    list.push_back({i % 2 == 0 ? kind::changed : kind::left_out, i % 3 == 0 ? "user" : "message",
                    "item" + std::to_string(i), "place", "reason", "detail"});
  }
  const auto read = [&](job_id id) {
    std::vector<std::string> order;
    db_.for_each_finding(id, [&](const api::finding& f) {
      order.push_back(std::to_string(static_cast<int>(f.what)) + f.type + f.item);
    });
    return order;
  };
  const auto a = running();
  const auto b = running();
  stage_batch batch;
  batch.findings = list;
  db_.commit_stage(a, batch);
  std::reverse(batch.findings.begin(), batch.findings.end());
  db_.commit_stage(b, batch);
  EXPECT_EQ(read(a.id).size(), 1200U);
  EXPECT_EQ(read(a.id), read(b.id));
}

TEST_F(reading_test, counts_and_failure_lists) {
  const auto lease = exporting(sample_job(), users(10));
  const auto taken = claim(lease.id, "user");
  ASSERT_TRUE(taken.claimed);
  settle_request request;
  request.lease = taken.claimed->lease;
  for (const auto& e : taken.claimed->work.entities) {
    auto outcome = succeed(e);
    if (e.external_id < "U3") {
      outcome = {e.id, api::outcome_kind::failed, "", "permanent", "app.error", "no\0way"};
    } else if (e.external_id == "U9") {
      outcome = {e.id, api::outcome_kind::skipped, "", "", "", "left out by option"};
    }
    request.outcomes.push_back(outcome);
  }
  db_.settle(request);
  std::vector<std::string> counts;
  for (const auto& c : db_.count_entities(lease.id)) {
    counts.push_back(c.type + " " + c.status + " " + std::to_string(c.count));
  }
  EXPECT_EQ(counts,
            (std::vector<std::string>{"user failed 3", "user skipped 1", "user success 6"}));

  const auto failed = db_.list_failures(lease.id, "", "failed", 0, 2);
  ASSERT_EQ(failed.size(), 2U);
  EXPECT_EQ(failed[0].external_id, "U0");
  EXPECT_EQ(failed[0].error_class, "permanent");
  EXPECT_EQ(failed[0].error_code, "app.error");
  EXPECT_EQ(db_.list_failures(lease.id, "user", "failed", failed[1].id, 10).size(), 1U);
  EXPECT_TRUE(db_.list_failures(lease.id, "message", "failed", 0, 10).empty());
  const auto skipped = db_.list_failures(lease.id, "user", "skipped", 0, 10);
  ASSERT_EQ(skipped.size(), 1U);
  EXPECT_EQ(skipped[0].error_message, "left out by option");
}

}  // namespace crossdock::store
