#include <algorithm>
#include <map>
#include <ostream>
#include <tuple>

#include <rapidcheck.h>

#include "tests/store/fixture.hpp"

namespace crossdock::store {

namespace {

constexpr std::int64_t ms = 1000;  // seq counts microseconds

struct placed {
  std::string external_id;
  std::int64_t group_seq;
  std::int64_t seq;
  bool operator==(const placed&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const placed& p) {
    return out << p.external_id << " group " << p.group_seq << " seq " << p.seq;
  }
};

class order_test : public store_test {
 protected:
  /// All messages of the job's scope by lane, in delivery order.
  std::map<std::string, std::vector<placed>> lanes(job_id id) {
    std::map<std::string, std::vector<placed>> result;
    db_.for_each_entity(db_.find_job(id)->scope_id, "message", [&](const api::entity_view& e) {
      result[e.lane].push_back({e.external_id, e.group_seq, e.seq});
    });
    for (auto& [name, rows] : result) {
      std::sort(rows.begin(), rows.end(), [](const placed& a, const placed& b) {
        return std::tie(a.seq, a.external_id) < std::tie(b.seq, b.external_id);
      });
    }
    return result;
  }
  std::vector<placed> ordered(std::vector<api::staged_entity> entities) {
    const auto lease = running();
    db_.commit_stage(lease, batch_of(std::move(entities)));
    db_.finish_order(lease, "message");
    return lanes(lease.id)["l"];
  }
  static api::staged_entity message(std::string id, std::int64_t seq,
                                    std::optional<std::int64_t> group = {}) {
    return make_entity("message", std::move(id), "l", seq, group);
  }
};

}  // namespace

TEST_F(order_test, what_is_in_order_stays_as_it_is) {
  EXPECT_EQ(ordered({message("a", 1 * ms + 7), message("b", 2 * ms + 9),
                     message("c", 5 * ms, 1 * ms + 7)}),
            (std::vector<placed>{{"a", 1 * ms + 7, 1 * ms + 7},
                                 {"b", 2 * ms + 9, 2 * ms + 9},
                                 {"c", 1 * ms + 7, 5 * ms}}));
}

TEST_F(order_test, equal_milliseconds_are_made_distinct_by_external_id) {
  EXPECT_EQ(
      ordered({message("b", 1 * ms + 5, 0), message("a", 1 * ms + 5, 0),
               message("c", 1 * ms + 6, 0), message("d", 2 * ms, 0), message("e", 9 * ms, 0)}),
      (std::vector<placed>{{"a", 0, 1 * ms + 5},
                           {"b", 0, 2 * ms},
                           {"c", 0, 3 * ms},
                           {"d", 0, 4 * ms},
                           {"e", 0, 9 * ms}}));
}

TEST_F(order_test, a_member_is_lifted_above_its_head) {
  EXPECT_EQ(ordered({message("root", 5 * ms), message("early", 2 * ms, 5 * ms),
                     message("other", 6 * ms), message("late", 8 * ms, 5 * ms)}),
            (std::vector<placed>{{"root", 5 * ms, 5 * ms},
                                 {"early", 5 * ms, 6 * ms},
                                 {"other", 7 * ms, 7 * ms},
                                 {"late", 5 * ms, 8 * ms}}));
}

TEST_F(order_test, a_head_that_moves_takes_its_group_along) {
  EXPECT_EQ(ordered({message("a", 5 * ms + 1), message("b", 5 * ms + 2),
                     message("b1", 6 * ms, 5 * ms + 2), message("b2", 9 * ms, 5 * ms + 2)}),
            (std::vector<placed>{{"a", 5 * ms + 1, 5 * ms + 1},
                                 {"b", 6 * ms, 6 * ms},
                                 {"b1", 6 * ms, 7 * ms},
                                 {"b2", 6 * ms, 9 * ms}}));
}

TEST_F(order_test, heads_with_the_same_time_share_their_group) {
  // Two identities, one timestamp: nothing tells whose member "m" is; it comes after both.
  EXPECT_EQ(
      ordered({message("b", 5 * ms), message("a", 5 * ms), message("m", 3 * ms, 5 * ms)}),
      (std::vector<placed>{{"a", 5 * ms, 5 * ms}, {"b", 5 * ms, 6 * ms}, {"m", 5 * ms, 7 * ms}}));
}

TEST_F(order_test, lanes_do_not_disturb_each_other_and_other_types_are_left_alone) {
  const auto lease = running();
  db_.commit_stage(
      lease, batch_of({make_entity("message", "a", "x", ms), make_entity("message", "b", "y", ms),
                       make_entity("user", "u", "x", ms), make_entity("user", "v", "x", ms)}));
  db_.finish_order(lease, "message");
  EXPECT_EQ(query_number(db_, "SELECT count(*) FROM crossdock.entity WHERE seq = 1000"), 4);
}

TEST_F(order_test, entities_of_an_earlier_job_keep_their_place) {
  const auto earlier = running(sample_job("acme"));
  db_.commit_stage(earlier, batch_of({message("old1", 5 * ms), message("old2", 6 * ms),
                                      message("old3", 8 * ms)}));
  db_.finish_order(earlier, "message");
  const auto lease = running(sample_job("acme"));
  db_.commit_stage(lease, batch_of({message("new1", 5 * ms + 1), message("new2", 6 * ms + 2),
                                    message("reply", 4 * ms, 8 * ms)}));
  db_.finish_order(lease, "message");
  const std::vector<placed> expected{{"old1", 5 * ms, 5 * ms}, {"old2", 6 * ms, 6 * ms},
                                     {"new1", 7 * ms, 7 * ms}, {"old3", 8 * ms, 8 * ms},
                                     {"new2", 9 * ms, 9 * ms}, {"reply", 8 * ms, 10 * ms}};
  EXPECT_EQ(lanes(lease.id)["l"], expected);
  db_.finish_order(lease, "message");
  EXPECT_EQ(lanes(lease.id)["l"], expected);
}

TEST_F(order_test, delivered_entities_are_not_touched) {
  const auto lease = running();
  db_.commit_stage(lease, batch_of({message("a", ms), message("b", ms)}));
  query(db_,
        "INSERT INTO crossdock.outcome (entity_id, job_id, status) "
        "SELECT id, job_id, 'success' FROM crossdock.entity WHERE external_id = 'b'");
  db_.finish_order(lease, "message");
  EXPECT_EQ(lanes(lease.id)["l"], (std::vector<placed>{{"b", ms, ms}, {"a", ms, 2 * ms}}));
}

TEST_F(order_test, what_was_seen_passing_by_is_arranged_as_if_it_were_read_again) {
  const bool ok = rc::check("order_pass", [&] {
    const auto serial = query(db_, "SELECT count(*) FROM crossdock.job");
    order_pass seen(*rc::gen::element<std::size_t>(3, 1000));
    std::vector<api::staged_entity> list;
    std::map<std::string, std::int64_t> last;
    const int count = *rc::gen::inRange(0, 40);
    for (int i = 0; i < count; ++i) {
      const std::string lane(1, *rc::gen::element('a', 'b', 'c'));
      // Mostly forward, sometimes by nothing, seldom backward.
      const auto step =
          *rc::gen::weightedElement<std::int64_t>({{8, 1}, {8, 300}, {8, 2500}, {1, 0}, {1, -400}});
      auto& at = last.try_emplace(lane, 5000).first->second;
      at += step;
      auto group = std::optional<std::int64_t>{};
      if (!list.empty() && *rc::gen::arbitrary<bool>()) {
        const auto& other = list[*rc::gen::inRange<std::size_t>(0, list.size())];
        if (other.lane == lane) group = other.group_seq;
      }
      list.push_back(make_entity("message", lane + std::to_string(i), lane, at, group));
      const auto& e = list.back();
      seen.see(e.lane, e.external_id, e.group_seq, e.seq);
    }
    const auto read = running(sample_job("read" + serial));
    db_.commit_stage(read, batch_of(list));
    db_.finish_order(read, "message");
    const auto watched = running(sample_job("seen" + serial));
    db_.commit_stage(watched, batch_of(list));
    db_.finish_order(watched, "message", &seen);
    RC_ASSERT(lanes(watched.id) == lanes(read.id));
  });
  EXPECT_TRUE(ok);
}

TEST_F(order_test, what_was_seen_does_not_count_beside_another_job_or_a_refused_entity) {
  // A pass that saw nothing of this would leave both in one millisecond.
  const order_pass nothing;
  const auto earlier = running(sample_job("acme"));
  db_.commit_stage(earlier, batch_of({message("old", ms)}));
  const auto lease = running(sample_job("acme"));
  db_.commit_stage(lease, batch_of({message("new", ms + 1)}));
  db_.finish_order(lease, "message", &nothing);
  EXPECT_EQ(lanes(lease.id)["l"], (std::vector<placed>{{"old", ms, ms}, {"new", 2 * ms, 2 * ms}}));

  const auto alone = running(sample_job("other"));
  auto unstorable = message("c", ms);
  unstorable.raw = "\"\xff\"";
  db_.commit_stage(alone, batch_of({message("a", ms), message("b", ms + 1), unstorable}));
  db_.finish_order(alone, "message", &nothing);
  EXPECT_EQ(lanes(alone.id)["l"], (std::vector<placed>{{"a", ms, ms}, {"b", 2 * ms, 2 * ms}}));
}

TEST_F(order_test, properties) {
  const bool ok = rc::check("finish_order", [&] {
    // A crowded lane, some of it of an earlier job, with groups whose members may be anywhere.
    const std::string scope = "scope" + query(db_, "SELECT count(*) FROM crossdock.job");
    const auto some = [&](const char* prefix) {
      std::vector<api::staged_entity> list;
      const int count = *rc::gen::inRange(0, 12);
      for (int i = 0; i < count; ++i) {
        const std::int64_t seq = *rc::gen::inRange<std::int64_t>(0, 12'000);
        auto group = std::optional<std::int64_t>{};
        if (!list.empty() && *rc::gen::arbitrary<bool>()) {
          group = list[*rc::gen::inRange<std::size_t>(0, list.size())].group_seq;
        }
        list.push_back(message(prefix + std::to_string(i), seq, group));
      }
      return list;
    };
    const auto earlier = running(sample_job(scope));
    const auto old_entities = some("old");
    db_.commit_stage(earlier, batch_of(old_entities));
    const auto lease = running(sample_job(scope));
    const auto new_entities = some("new");
    db_.commit_stage(lease, batch_of(new_entities));
    db_.finish_order(lease, "message");
    const auto after = lanes(lease.id)["l"];

    std::map<std::string, placed> by_id;
    std::map<std::int64_t, int> in_ms;
    for (const auto& row : after) {
      by_id[row.external_id] = row;
      if (row.external_id.starts_with("new")) ++in_ms[row.seq / ms];
    }
    std::map<std::int64_t, bool> old_ms;
    for (const auto& e : old_entities) {
      RC_ASSERT((by_id[e.external_id] == placed{e.external_id, e.group_seq, e.seq}));
      old_ms[e.seq / ms] = true;
    }
    for (const auto& [at, count] : in_ms) RC_ASSERT(count == 1 && !old_ms.contains(at));
    for (const auto& e : new_entities) {
      const auto& row = by_id[e.external_id];
      RC_ASSERT(row.seq >= e.seq);  // forward only
      if (e.seq == e.group_seq) continue;
      // Above every head of its group that is ours, and still in that group.
      for (const auto& head : new_entities) {
        if (head.seq != head.group_seq || head.seq != e.group_seq) continue;
        RC_ASSERT(row.seq > by_id[head.external_id].seq);
        RC_ASSERT(row.group_seq == by_id[head.external_id].group_seq);
      }
    }
    db_.finish_order(lease, "message");
    RC_ASSERT(lanes(lease.id)["l"] == after);  // repeatable
  });
  EXPECT_TRUE(ok);
}

}  // namespace crossdock::store
