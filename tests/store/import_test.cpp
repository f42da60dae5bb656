#include <atomic>
#include <thread>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "tests/store/fixture.hpp"

namespace crossdock::store {

namespace {

using kind = store_error::kind;
using namespace std::string_literals;

class import_test : public store_test {
 protected:
  std::vector<api::finding> findings(job_id id) {
    std::vector<api::finding> found;
    db_.for_each_finding(id, [&](const api::finding& f) { found.push_back(f); });
    return found;
  }
  bool merges(job_id id) {
    return query(db_, "SELECT import_merges FROM crossdock.job WHERE id = " + std::to_string(id)) ==
           "t";
  }
  api::entity_view only(job_id id, const std::string& type, const std::string& external_id) {
    const auto found = db_.find_entities(db_.find_job(id)->scope_id, type, {external_id});
    if (found.size() != 1) throw std::logic_error("not exactly one " + external_id);
    return found[0];
  }
  std::int64_t entities(job_id id) {
    return query_number(
        db_, "SELECT count(*) FROM crossdock.entity WHERE job_id = " + std::to_string(id));
  }
  static std::vector<api::staged_entity> users(int from, int to) {
    std::vector<api::staged_entity> list;
    for (int i = from; i < to; ++i) list.push_back(make_entity("user", "U" + std::to_string(i)));
    return list;
  }
};

}  // namespace

TEST_F(import_test, a_batch_becomes_durable_as_a_whole) {
  const auto lease = running();
  auto batch = batch_of({make_entity("user", "U1"), make_entity("message", "C1:1", "C1", 5, 3)});
  batch.blobs = {{"F1", "__uploads/F1/a.png", 12}};
  batch.findings = {
      {api::finding::kind::rejected, "message", "", "day.json#3", "invalid_json", "x"},
      {api::finding::kind::rejected, "", "", "day.json#4", "invalid_json", "x"},
      {api::finding::kind::note, "user", "U1", "", "n", "x"}};
  batch.units = {{"messages", "C1/day.json", 5, false}};
  batch.counts = {{"json_files_processed", 1}, {"json_files_processed", 2}};
  batch.sets = {{"json_files_total", "7"}, {"label", R"("o'brien \u0000")"}};
  const auto sums = db_.commit_stage(lease, batch);
  EXPECT_EQ(sums.created, 2);
  EXPECT_EQ(sums.existing, 0);

  const auto meta = db_.current_meta(lease.id);
  EXPECT_EQ(json(meta), json(R"({"users_processed":1,"users_created":1,"messages_processed":1,
      "messages_created":1,"messages_rejected":1,"elements_rejected":1,"json_files_processed":3,
      "json_files_total":7,"label":"o'brien \ufffd"})"));
  expect_true_counters(lease.id);
  const auto message = only(lease.id, "message", "C1:1");
  EXPECT_EQ(message.lane, "C1");
  EXPECT_EQ(message.seq, 5);
  EXPECT_EQ(message.group_seq, 3);
  EXPECT_EQ(message.status, "pending");
  EXPECT_FALSE(message.target_id);
  EXPECT_EQ(message.job_id, lease.id);
  const auto unit = db_.find_unit(lease.id, "messages", "C1/day.json");
  ASSERT_TRUE(unit);
  EXPECT_EQ(unit->position, 5);
  EXPECT_FALSE(unit->done);
  EXPECT_FALSE(db_.find_unit(lease.id, "users", "C1/day.json"));
  EXPECT_EQ(db_.find_blobs(lease.id, {"F1"}).size(), 1U);
  EXPECT_EQ(findings(lease.id).size(), 3U);
}

TEST_F(import_test, a_refused_batch_leaves_nothing) {
  const auto lease = running();
  auto batch = batch_of(users(0, 10));
  batch.units = {{"users", "users.json", 10, true}};
  batch.sets = {{"x", "not json"}};
  expect_error(kind::refused, "\"x\" is not JSON", [&] { db_.commit_stage(lease, batch); });
  batch.sets = {{"users_processed", "-1"}};
  expect_error(kind::refused, "users_processed", [&] { db_.commit_stage(lease, batch); });
  batch.sets.clear();
  batch.entities.push_back(make_entity("ghost", "G1"));
  expect_error(kind::refused, "no entity type \"ghost\"", [&] { db_.commit_stage(lease, batch); });
  EXPECT_EQ(entities(lease.id), 0);
  EXPECT_FALSE(db_.find_unit(lease.id, "users", "users.json"));
  EXPECT_EQ(db_.current_meta(lease.id), "{}");
}

TEST_F(import_test, a_unit_mark_moves) {
  const auto lease = running();
  stage_batch batch;
  batch.units = {{"messages", "u", 5, false}, {"messages", "v", 1, true}};
  db_.commit_stage(lease, batch);
  batch.units = {{"messages", "u", 9, true}};
  db_.commit_stage(lease, batch);
  EXPECT_EQ(db_.find_unit(lease.id, "messages", "u")->position, 9);
  EXPECT_TRUE(db_.find_unit(lease.id, "messages", "u")->done);
  EXPECT_TRUE(db_.find_unit(lease.id, "messages", "v")->done);
}

// -- duplicates
// -------------------------------------------------------------------------------------

TEST_F(import_test, duplicates_within_a_batch_keep_the_first) {
  const auto lease = running();
  auto first = make_entity("user", "U1");
  first.raw = R"({"n":"first"})";
  auto second = first;
  second.raw = R"({"n":"second"})";
  const auto sums = db_.commit_stage(lease, batch_of({make_entity("user", "U0"), first, second}));
  EXPECT_EQ(sums.created, 2);
  EXPECT_EQ(sums.existing, 0);
  EXPECT_EQ(number_at(db_.current_meta(lease.id), "users_repeated"), 1);
  EXPECT_EQ(json(only(lease.id, "user", "U1").raw), json(first.raw));
  EXPECT_TRUE(merges(lease.id));
  expect_true_counters(lease.id);
}

TEST_F(import_test, a_fresh_import_copies_until_it_meets_a_duplicate) {
  const auto lease = running();
  db_.commit_stage(lease, batch_of(users(0, 100)));
  EXPECT_FALSE(merges(lease.id));
  auto sums = db_.commit_stage(lease, batch_of(users(50, 150)));
  EXPECT_EQ(sums.created, 50);
  EXPECT_TRUE(merges(lease.id));
  sums = db_.commit_stage(lease, batch_of(users(140, 160)));
  EXPECT_EQ(sums.created, 10);
  EXPECT_EQ(sums.existing, 0);
  EXPECT_EQ(number_at(db_.current_meta(lease.id), "users_repeated"), 60);
  EXPECT_EQ(number_at(db_.current_meta(lease.id), "users_processed"), 160);
  expect_true_counters(lease.id);
}

TEST_F(import_test, a_second_import_into_a_scope_adds_only_what_is_new) {
  const auto first = running(sample_job("acme"));
  db_.commit_stage(first, batch_of(users(0, 20)));
  const auto second = running(sample_job("acme"));
  EXPECT_TRUE(merges(second.id));
  const auto sums = db_.commit_stage(second, batch_of(users(10, 30)));
  EXPECT_EQ(sums.created, 10);
  EXPECT_EQ(sums.existing, 10);
  EXPECT_EQ(only(second.id, "user", "U15").job_id, first.id);
  EXPECT_EQ(only(second.id, "user", "U25").job_id, second.id);
  expect_true_counters(first.id);
  expect_true_counters(second.id);
}

TEST_F(import_test, jobs_of_other_scopes_do_not_meet) {
  const auto a = running();
  const auto b = running();
  db_.commit_stage(a, batch_of(users(0, 5)));
  EXPECT_EQ(db_.commit_stage(b, batch_of(users(0, 5))).created, 5);
  EXPECT_FALSE(merges(b.id));
}

TEST_F(import_test, jobs_that_import_into_one_scope_at_once_share_it_without_loss) {
  constexpr int jobs = 4;
  std::vector<job_lease> leases;
  for (int i = 0; i < jobs; ++i) leases.push_back(running(sample_job("acme")));
  std::atomic<std::int64_t> created = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < jobs; ++i) {
    threads.emplace_back([&, i] {
      try {
        session db = database_.connect();
        for (int n = 0; n < 10; ++n) {
          auto batch = batch_of(users(n * 50, n * 50 + 50));
          if (i % 2 == 1) std::reverse(batch.entities.begin(), batch.entities.end());
          for (;;) {
            try {
              created += db.commit_stage(leases[static_cast<std::size_t>(i)], batch).created;
              break;
            } catch (const store_error& e) {
              if (e.why() != kind::conflict) throw;
            }
          }
        }
      } catch (const std::exception& e) {
        ADD_FAILURE() << e.what();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(created, 500);
  EXPECT_EQ(query_number(db_, "SELECT count(*) FROM crossdock.entity"), 500);
  for (const auto& lease : leases) {
    expect_true_counters(lease.id);
    EXPECT_EQ(number_at(db_.current_meta(lease.id), "users_processed"), 500);
    EXPECT_EQ(number_at(db_.current_meta(lease.id), "users_repeated"), 0);
  }
}

// -- hostile data
// -------------------------------------------------------------------------------------

TEST_F(import_test, any_text_comes_back_as_it_was) {
  const auto lease = running();
  std::vector<api::staged_entity> list;
  const std::vector<std::string> texts{
      "o'brien",  "back\\slash", "tab\there", "line\nbreak\r\n", "\\N",
      "\\.",      "quote\"d",    "$1 %s {}",  "😀 ü 漢",          "a,b;c|d",
      " leading", "trailing ",   "NULL",      "\x01\x1f\x7f",    "'; DROP TABLE x; --"};
  for (const auto& text : texts) {
    auto entity = make_entity("user", text, text);
    boost::json::object raw;
    raw[text] = text;
    entity.raw = boost::json::serialize(raw);
    entity.refs = entity.raw;
    list.push_back(std::move(entity));
  }
  for (const bool merging :
       {false, true}) {  // by COPY into the table, and by way of the staging table
    SCOPED_TRACE(merging);
    const auto job = merging ? running() : lease;
    auto batch = list;
    if (merging) batch.push_back(batch.front());
    EXPECT_EQ(db_.commit_stage(job, batch_of(batch)).created,
              static_cast<std::int64_t>(texts.size()));
    for (const auto& entity : list) {
      const auto stored = only(job.id, "user", entity.external_id);
      EXPECT_EQ(stored.lane, entity.lane);
      EXPECT_EQ(json(stored.raw), json(entity.raw));
      EXPECT_EQ(json(stored.refs), json(entity.refs));
    }
  }
}

TEST_F(import_test, escapes_that_jsonb_refuses_cost_neither_batch_nor_entity) {
  const auto lease = running();
  auto entity = make_entity("user", "U1");
  entity.raw = R"({"k\u0000":"a\u0000b","s":"\ud83d x","ok":"\ud83d\ude00","bs":"\\u0000"})";
  entity.refs = R"({"channel":"\ude00"})";
  EXPECT_EQ(db_.commit_stage(lease, batch_of({entity, make_entity("user", "U2")})).created, 2);
  const auto stored = only(lease.id, "user", "U1");
  EXPECT_EQ(json(stored.raw),
            json(R"({"k\ufffd":"a\ufffdb","s":"\ufffd x","ok":"😀","bs":"\\u0000"})"));
  EXPECT_EQ(json(stored.refs), json(R"({"channel":"\ufffd"})"));
  EXPECT_TRUE(findings(lease.id).empty());
}

TEST_F(import_test, empty_refs_are_an_empty_object) {
  const auto lease = running();
  auto entity = make_entity("user", "U1");
  entity.refs.clear();
  db_.commit_stage(lease, batch_of({entity}));
  EXPECT_EQ(only(lease.id, "user", "U1").refs, "{}");
}

TEST_F(import_test, what_postgresql_cannot_store_costs_that_entity_alone) {
  for (const bool merging : {false, true}) {
    SCOPED_TRACE(merging);
    const auto lease = running();
    auto list = users(0, 100);
    list[7].raw = R"({"n":1e400000})";        // beyond numeric
    list[8].raw = "{broken";                  // not JSON
    list[50].raw = "{\"a\":\"\xff\"}";        // not UTF-8
    list[51].external_id = "nul\0byte"s;      // no text in PostgreSQL
    list[98].raw = std::string(20'000, '[');  // deeper than the parser goes
    std::string incompressible;
    for (int i = 0; i < 2000; ++i) incompressible += std::to_string(i * 7919);
    list[99].external_id = incompressible;  // longer than an index row
    if (merging) list.push_back(list[0]);
    const auto sums = db_.commit_stage(lease, batch_of(list));
    EXPECT_EQ(sums.created, 94);
    EXPECT_EQ(entities(lease.id), 94);
    const auto found = findings(lease.id);
    ASSERT_EQ(found.size(), 6U);
    for (const auto& finding : found) {
      EXPECT_EQ(static_cast<int>(finding.what), static_cast<int>(api::finding::kind::rejected));
      EXPECT_EQ(finding.type, "user");
      EXPECT_EQ(finding.reason, "unstorable");
      EXPECT_NE(finding.detail.find("SQLSTATE"), std::string::npos) << finding.detail;
    }
    EXPECT_EQ(number_at(db_.current_meta(lease.id), "users_rejected"), 6);
    EXPECT_EQ(number_at(db_.current_meta(lease.id), "users_processed"), 94);
    EXPECT_EQ(number_at(db_.current_meta(lease.id), "users_repeated"), merging ? 1 : 0);
    expect_true_counters(lease.id);
    EXPECT_EQ(db_.commit_stage(lease, batch_of(users(200, 210))).created, 10) << "goes on as usual";
  }
}

TEST_F(import_test, findings_take_any_bytes) {
  const auto lease = running();
  db_.add_finding(lease.id, {api::finding::kind::changed, "user", "a\0b"s, "p\xff", "r", "d\n\t'"});
  const auto found = findings(lease.id);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].item,
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(found[0].place, "p\xEF\xBF\xBD");
  EXPECT_EQ(found[0].detail, "d\n\t'");
}

TEST_F(import_test, a_finding_is_kept_and_counted_once) {
  const auto lease = running();
  const api::finding finding{api::finding::kind::rejected, "user", "U1", "p", "r", "d"};
  db_.add_finding(lease.id, finding);
  db_.add_finding(lease.id, finding);
  stage_batch batch;
  batch.findings = {finding, finding};
  db_.commit_stage(lease, batch);
  EXPECT_EQ(findings(lease.id).size(), 1U);
  expect_true_counters(lease.id);
  EXPECT_EQ(number_at(db_.current_meta(lease.id), "users_rejected"), 1);
  auto shifted = finding;  // the fields' borders count
  shifted.item = "U1p";
  shifted.place = "";
  db_.add_finding(lease.id, shifted);
  EXPECT_EQ(findings(lease.id).size(), 2U);
  expect_error(kind::not_found, "no job", [&] { db_.add_finding(4711, finding); });
}

TEST_F(import_test, nothing_is_added_once_totals_are_frozen) {
  const auto lease = exporting(sample_job(), users(0, 3));
  expect_error(kind::refused, "totals are frozen",
               [&] { db_.commit_stage(lease, batch_of(users(3, 4))); });
  stage_batch notes;
  notes.findings = {{api::finding::kind::note, "", "x", "", "r", ""}};
  db_.commit_stage(lease, notes);
  EXPECT_EQ(findings(lease.id).size(), 1U);
}

// -- missing references
// -------------------------------------------------------------------------------

TEST_F(import_test, missing_references_come_once_each_in_order) {
  const auto earlier = running(sample_job("acme"));
  db_.commit_stage(earlier, batch_of({make_entity("user", "U1")}));
  const auto lease = running(sample_job("acme"));
  const auto message = [](std::string id, std::string lane, std::int64_t seq, std::string refs) {
    auto entity = make_entity("message", std::move(id), std::move(lane), seq);
    entity.refs = std::move(refs);
    return entity;
  };
  db_.commit_stage(lease, batch_of({message("m1", "C2", 9, R"({"user":"U9"})"),
                                    message("m2", "C1", 5, R"({"user":"U9"})"),
                                    message("m3", "C1", 6, R"({"user":"U1"})"),
                                    message("m4", "C1", 7, R"({"user":"U2","x":"y"})"),
                                    message("m5", "C1", 8, R"({"other":"U5"})"),
                                    message("m6", "C1", 8, R"({"user":""})"),
                                    message("m7", "C1", 8, R"({"user":"o'b\"\\r"})")}));
  const auto missing = [&](bool add) {
    std::vector<std::string> seen;
    db_.for_each_missing_ref(lease.id, "message", "user", "user", [&](std::string_view id) {
      seen.emplace_back(id);
      // The session may be used in between: a stage adds what is missing.
      if (add) db_.commit_stage(lease, batch_of({make_entity("user", seen.back())}));
    });
    return seen;
  };
  const std::vector<std::string> expected{"U2", "U9", "o'b\"\\r"};
  EXPECT_EQ(missing(false), expected);
  const auto earlier_scope = db_.find_job(lease.id)->scope_id;
  EXPECT_EQ(db_.find_missing(earlier_scope, "user", {"U9", "o'b\"\\r", "U1", "U2", "U2"}),
            (std::vector<std::string>{"U2", "U2", "U9", "o'b\"\\r"}));
  EXPECT_EQ(missing(true), expected);
  EXPECT_TRUE(missing(false).empty());
  EXPECT_TRUE(db_.find_missing(earlier_scope, "user", expected).empty());
}

TEST_F(import_test, missing_references_are_read_in_pages_and_a_throwing_reader_does_no_harm) {
  const auto lease = running();
  std::vector<api::staged_entity> list;
  for (int i = 0; i < 2500; ++i) {
    list.push_back(make_entity("message", std::to_string(i), "l", i));
    list.back().refs = R"({"user":"U)" + std::to_string(i) + "\"}";
  }
  db_.commit_stage(lease, batch_of(list));
  int count = 0;
  const auto read = [&](int stop_at) {
    count = 0;
    db_.for_each_missing_ref(lease.id, "message", "user", "user", [&](std::string_view) {
      if (++count == stop_at) throw stop_at;
    });
  };
  EXPECT_THROW(read(1500), int);
  read(-1);
  EXPECT_EQ(count, 2500);
}

}  // namespace crossdock::store
