#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "actors/core/job_counters.hpp"
#include "actors/job_run.hpp"
#include "tests/store/database.hpp"

namespace crossdock {
namespace {

/// What the plugin of these tests shall do wrong, and what it did.
struct play {
  int entities = 20;
  unsigned lanes = 4;
  std::atomic<int> stage_throws{0};     ///< so many runs of the stage throw half-way
  std::atomic<int> delivery_throws{0};  ///< so many deliveries throw
  std::string source_problem;           ///< the stage ends with a source_error
  std::string target_problem;           ///< no target is made: a target_error
  int failing = 0;                      ///< so many entities fail for good
  std::int64_t blob_bytes = 0;          ///< one blob of so many bytes
  std::atomic<int> stage_runs{0};
  std::atomic<int> exporters{0};  ///< made so far
  std::function<void()> on_delivery;
  std::mutex mutex;
  std::map<std::string, int> delivered;
};

class played_stage final : public api::stage {
 public:
  explicit played_stage(play& p) : play_(p) {}
  void run(api::stage_context& context) override {
    ++play_.stage_runs;
    if (!play_.source_problem.empty()) throw api::source_error(play_.source_problem);
    if (play_.blob_bytes > 0) context.put_blob({"blob", "blob", play_.blob_bytes});
    for (int i = 0; i < play_.entities; ++i) {
      if (i == play_.entities / 2 && play_.stage_throws-- > 0) {
        throw std::runtime_error("the stage fell over");
      }
      if (context.begin_unit("unit " + std::to_string(i)).done) continue;
      const auto id = "item-" + std::to_string(i);
      context.count("units_read", 1);
      context.put({"item", id, api::hash_lane(id, play_.lanes), i, i, "{}", "{}"});
      context.end_unit();
      context.commit();
    }
  }

 private:
  play& play_;
};

class played_exporter final : public api::exporter {
 public:
  explicit played_exporter(play& p) : play_(p) {}
  api::delivery_result deliver(const api::delivery& work) override {
    if (play_.on_delivery) play_.on_delivery();
    if (play_.delivery_throws-- > 0) throw std::runtime_error("the exporter fell over");
    api::delivery_result result;
    const std::lock_guard lock(play_.mutex);
    for (const auto& entity : work.entities) {
      ++play_.delivered[entity.external_id];
      const bool fails = std::stoi(entity.external_id.substr(5)) < play_.failing;
      result.outcomes.push_back({entity.id,
                                 fails ? api::outcome_kind::failed : api::outcome_kind::success,
                                 "t", "permanent", "no", "refused"});
    }
    return result;
  }

 private:
  play& play_;
};

class played_target final : public api::target {
 public:
  explicit played_target(play& p) : play_(p) {}
  void prepare(api::target_context&) override {}
  std::unique_ptr<api::exporter> make_exporter(std::string_view, api::target_context&) override {
    ++play_.exporters;
    return std::make_unique<played_exporter>(play_);
  }
  std::string finish(api::target_context&) override { return R"({"finished":true})"; }

 private:
  play& play_;
};

class played_source_plugin final : public api::source_plugin {
 public:
  explicit played_source_plugin(play& p) : play_(p) {}
  std::string_view name() const override { return "played"; }
  std::string_view summary() const override { return "a test"; }
  std::string_view options_schema() const override { return "{}"; }
  std::vector<std::string> stages() const override { return {"reading"}; }
  std::vector<api::type_name> types() const override { return {{"item", "items"}}; }
  std::unique_ptr<api::stage> make_stage(std::string_view) const override {
    return std::make_unique<played_stage>(play_);
  }
  std::unique_ptr<api::blob_reader> make_blob_reader(const api::job_info&,
                                                     const boost::json::object&) const override {
    return nullptr;
  }
  std::string identify(const std::string&, const boost::json::object&) const override {
    return "played";
  }

 private:
  play& play_;
};

class played_target_plugin final : public api::target_plugin {
 public:
  explicit played_target_plugin(play& p) : play_(p) {}
  std::string_view name() const override { return "played"; }
  std::string_view summary() const override { return "a test"; }
  std::string_view options_schema() const override { return "{}"; }
  std::vector<std::string> types() const override { return {"item"}; }
  std::vector<order_rule> order_rules() const override { return {}; }
  bool complete_per_job() const override { return true; }
  std::unique_ptr<api::target> make_target(const api::job_info&,
                                           const boost::json::object&) const override {
    if (!play_.target_problem.empty()) throw api::target_error(play_.target_problem);
    return std::make_unique<played_target>(play_);
  }

 private:
  play& play_;
};

/// Cuts this process's connections to the database as a broken network does: what a server process
/// is doing it goes on with, and nobody hears of it.
void cut_connections() {
  constexpr int highest = 1024;
  for (int handle = 0; handle < highest; ++handle) {
    sockaddr_un peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(handle, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
    const bool database = peer.sun_family == AF_UNIX &&
                          std::string_view(peer.sun_path).find(".s.PGSQL.") != std::string::npos;
    if (database) ::shutdown(handle, SHUT_RDWR);
  }
}

/// The engine with real threads on a real database.
class supervision_test : public ::testing::Test {
 protected:
  engine_options options() {
    engine_options result;
    store::pool_options pool;
    pool.url = database_.url();
    result.pool = std::make_shared<store::session_pool>(pool);
    result.restarts = {3, std::chrono::minutes(1), std::chrono::milliseconds(10),
                       std::chrono::milliseconds(20)};
    result.resolve = [this](const store::job_row&) {
      job_plan plan;
      plan.source = &source_;
      plan.target = &target_;
      plan.stages = {"reading"};
      plan.types = types_.empty() ? std::vector<type_plan>{{"item", 0, workers_, 3}} : types_;
      plan.failures = limit_;
      plan.files = files_;
      return plan;
    };
    return result;
  }

  store::job_id create(std::string group = {}) {
    store::new_job job;
    job.workflow = "played";
    job.workflow_digest = "0";
    job.config = "{}";
    job.source = "/nowhere";
    job.barrier_group = group.empty() ? "group " + std::to_string(++jobs_) : std::move(group);
    job.types = {{"item", "items", 0}, {"rest", "rests", 1}};
    return database_.connect().create_job(job).id;
  }

  job_ended run(store::job_id job) {
    job_run here(options());
    return here.run(job, [](const job_progress&) {});
  }

  store::job_row row(store::job_id job) { return *database_.connect().find_job(job); }
  std::int64_t count(store::job_id job, std::string_view key) {
    return counter(boost::json::parse(row(job).meta).as_object(), key);
  }
  void expect_each_delivered_once() {
    EXPECT_EQ(play_.delivered.size(), static_cast<std::size_t>(play_.entities));
    for (const auto& [id, times] : play_.delivered) EXPECT_EQ(times, 1) << id;
  }

  testing::test_database database_;
  play play_;
  played_source_plugin source_{play_};
  played_target_plugin target_{play_};
  std::optional<failure_limit> limit_;
  int workers_ = 2;
  std::vector<type_plan> types_;  ///< empty: items only
  std::optional<std::int64_t> files_;
  int jobs_ = 0;
};

TEST_F(supervision_test, a_job_ends_done_with_all_counters_and_frozen_totals) {
  const auto job = create();
  const auto ended = run(job);
  EXPECT_EQ(ended.state, job_state::done) << ended.error;
  EXPECT_EQ(count(job, "items_processed"), 20);
  EXPECT_EQ(count(job, "items_exported"), 20);
  const auto meta = boost::json::parse(row(job).meta).as_object();
  EXPECT_EQ(meta.at("totals").at("items").as_int64(), 20);
  EXPECT_TRUE(meta.at("totals_frozen").as_bool());
  EXPECT_TRUE(meta.at("durations_ms").as_object().contains("reading"));
  EXPECT_EQ(boost::json::parse(row(job).outputs), boost::json::parse(R"({"finished":true})"));
  expect_each_delivered_once();
}

TEST_F(supervision_test, a_stage_that_throws_is_started_again_and_goes_on_where_it_stood) {
  play_.stage_throws = 2;
  const auto job = create();
  EXPECT_EQ(run(job).state, job_state::done);
  EXPECT_EQ(play_.stage_runs, 3);
  EXPECT_EQ(count(job, "items_processed"), 20);
  EXPECT_EQ(count(job, "items_created"), 20);
}

TEST_F(supervision_test, a_commit_that_ends_after_its_connection_counts_once) {
  auto db = database_.connect();
  testing::query(db, R"(CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS
                     $$ BEGIN PERFORM pg_sleep(2); RETURN NULL; END $$)");
  testing::query(db, R"(CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON crossdock.source_unit
                     DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.unit = 'unit 7')
                     EXECUTE FUNCTION linger())");
  std::thread saboteur([&db] {
    const auto commits = [&db] {
      return testing::query_number(db, R"(SELECT count(*) FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event = 'PgSleep')") > 0;
    };
    for (int i = 0; i < 1000 && !commits(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    cut_connections();
  });
  const auto job = create();
  const auto ended = run(job);
  saboteur.join();
  EXPECT_EQ(ended.state, job_state::done) << ended.error;
  EXPECT_EQ(play_.stage_runs, 2);
  EXPECT_EQ(count(job, "units_read"), 20);
  EXPECT_EQ(count(job, "items_processed"), 20);
  EXPECT_EQ(count(job, "items_repeated"), 0);
}

TEST_F(supervision_test, a_batch_that_meets_conflicts_is_written_again_without_a_restart) {
  auto db = database_.connect();
  testing::query(db, "CREATE SEQUENCE conflicts");
  testing::query(db, R"(CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN
        IF nextval('conflicts') <= 3 THEN
          RAISE EXCEPTION 'a deadlock' USING ERRCODE = 'deadlock_detected';
        END IF;
        RETURN new;
      END $$)");
  testing::query(db, R"(CREATE TRIGGER conflict BEFORE INSERT ON crossdock.source_unit FOR EACH ROW
                     EXECUTE FUNCTION conflict())");
  const auto job = create();
  EXPECT_EQ(run(job).state, job_state::done);
  EXPECT_EQ(play_.stage_runs, 1);
  EXPECT_EQ(count(job, "units_read"), 20);
  EXPECT_EQ(count(job, "items_processed"), 20);
}

TEST_F(supervision_test, a_batch_that_meets_nothing_but_conflicts_fails_the_job_with_the_reason) {
  auto db = database_.connect();
  testing::query(db, R"(CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'a deadlock' USING ERRCODE = 'deadlock_detected'; END $$)");
  testing::query(db, R"(CREATE TRIGGER conflict BEFORE INSERT ON crossdock.source_unit FOR EACH ROW
                     EXECUTE FUNCTION conflict())");
  const auto ended = run(create());
  EXPECT_EQ(ended.state, job_state::failed);
  EXPECT_NE(ended.error.find("a deadlock"), std::string::npos) << ended.error;
}

TEST_F(supervision_test, a_stage_that_keeps_throwing_fails_the_job_with_the_reason) {
  play_.stage_throws = 1000;
  const auto job = create();
  const auto ended = run(job);
  EXPECT_EQ(ended.state, job_state::failed);
  EXPECT_NE(row(job).error.find("the stage fell over"), std::string::npos);
  EXPECT_EQ(play_.stage_runs, 4) << "once, and three restarts";
}

TEST_F(supervision_test, an_exporter_that_keeps_throwing_fails_the_job_with_the_reason) {
  play_.delivery_throws = 1000;
  const auto job = create();
  EXPECT_EQ(run(job).state, job_state::failed);
  EXPECT_NE(row(job).error.find("the exporter fell over"), std::string::npos);
  EXPECT_EQ(testing::query_number(*std::make_unique<store::session>(database_.url()),
                                  "select count(*) from crossdock.lane where owner is not null"),
            0);
}

TEST_F(supervision_test, an_exporter_that_throws_is_started_again) {
  play_.delivery_throws = 2;
  const auto job = create();
  EXPECT_EQ(run(job).state, job_state::done);
  expect_each_delivered_once();
}

TEST_F(supervision_test, a_type_has_at_most_one_exporter_more_than_lanes) {
  play_.lanes = 1;
  workers_ = 5;
  EXPECT_EQ(run(create()).state, job_state::done);
  EXPECT_LE(play_.exporters, 2);
  expect_each_delivered_once();
}

TEST_F(supervision_test, a_type_with_many_lanes_gets_all_its_exporters) {
  play_.lanes = 16;
  workers_ = 4;
  play_.on_delivery = [this] {
    for (int i = 0; i < 500 && play_.exporters < workers_; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  };
  EXPECT_EQ(run(create()).state, job_state::done);
  EXPECT_EQ(play_.exporters, workers_);
  expect_each_delivered_once();
}

TEST_F(supervision_test, a_source_that_a_person_must_mend_fails_the_job_at_once) {
  play_.source_problem = "the archive is not complete";
  const auto job = create();
  const auto ended = run(job);
  EXPECT_EQ(ended.state, job_state::failed);
  EXPECT_EQ(row(job).error, "the archive is not complete");
  EXPECT_EQ(play_.stage_runs, 1);
}

TEST_F(supervision_test, a_target_that_cannot_be_made_fails_the_job_with_the_reason) {
  play_.target_problem = "this server is too old";
  const auto job = create();
  const auto ended = run(job);
  EXPECT_EQ(ended.state, job_state::failed);
  EXPECT_EQ(ended.error, "this server is too old");
  EXPECT_EQ(row(job).state, job_state::failed);
}

TEST_F(supervision_test, a_job_ends_although_the_next_cohort_begins_with_its_last_entity) {
  // The second type stays empty: nothing but the barrier tells the first job that it is through.
  types_ = {{"item", 0, 2, 3}, {"rest", 1, 2, 3}};
  play_.on_delivery = [] { std::this_thread::sleep_for(std::chrono::milliseconds(100)); };
  const auto first = create("one group");
  const auto second = create("one group");
  job_run here(options());
  job_ended other;
  std::thread beside([&] {
    job_run there(options());
    other = there.run(second, [](const job_progress&) {});
  });
  const auto ended = here.run(first, [](const job_progress&) {});
  beside.join();
  EXPECT_EQ(ended.state, job_state::done);
  EXPECT_EQ(other.state, job_state::done);
}

TEST_F(supervision_test, failures_end_the_job_honestly) {
  play_.failing = 3;
  const auto job = create();
  EXPECT_EQ(run(job).state, job_state::done_with_failures);
  EXPECT_EQ(count(job, "items_failed"), 3);
  EXPECT_EQ(count(job, "items_exported"), 17);
}

TEST_F(supervision_test, more_failures_than_allowed_pause_the_job_and_resume_allows_as_many_again) {
  play_.failing = 20;
  play_.on_delivery = [] { std::this_thread::sleep_for(std::chrono::milliseconds(300)); };
  limit_ = failure_limit::parse("2");
  const auto job = create();
  auto ended = run(job);
  int pauses = 0;
  for (; ended.state == job_state::paused && pauses < 20; ended = run(job)) {
    EXPECT_NE(ended.error.find("limit reached"), std::string::npos) << ended.error;
    EXPECT_GT(count(job, "items_failed"), 2 * pauses++);
    database_.connect().set_desired(job, desired_state::run, "test");
  }
  EXPECT_GE(pauses, 2);
  EXPECT_EQ(ended.state, job_state::done_with_failures);
  EXPECT_EQ(count(job, "items_failed"), 20);
  expect_each_delivered_once();
}

TEST_F(supervision_test, more_files_than_allowed_pause_the_job_before_the_export_once) {
  play_.blob_bytes = 1001;
  files_ = 1001;
  EXPECT_EQ(run(create()).state, job_state::done);
  files_ = 1000;
  play_.delivered.clear();
  const auto job = create();
  const auto ended = run(job);
  EXPECT_EQ(ended.state, job_state::paused);
  EXPECT_NE(ended.error.find("1001 bytes of files (limits.files is 1000)"), std::string::npos)
      << ended.error;
  EXPECT_TRUE(play_.delivered.empty());
  database_.connect().set_desired(job, desired_state::run, "test");
  EXPECT_EQ(run(job).state, job_state::done);
  expect_each_delivered_once();
}

TEST_F(supervision_test, a_limit_is_marked_as_passed_with_the_pause_and_not_before) {
  // The pause does not get through: as if the process had been killed just before it.
  auto db = database_.connect();
  testing::query(db, R"(CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                     $$ BEGIN RAISE EXCEPTION 'no pause'; END $$)");
  testing::query(db, R"(CREATE TRIGGER refuse BEFORE UPDATE ON crossdock.job FOR EACH ROW
                     WHEN (new.state = 'paused') EXECUTE FUNCTION refuse())");
  play_.blob_bytes = 1001;
  files_ = 1000;
  const auto many_files = create();
  EXPECT_EQ(run(many_files).state, job_state::running);
  files_.reset();
  play_.failing = 20;
  play_.on_delivery = [] { std::this_thread::sleep_for(std::chrono::milliseconds(300)); };
  limit_ = failure_limit::parse("2");
  const auto many_failures = create();
  EXPECT_EQ(run(many_failures).state, job_state::running);
  testing::query(db, "DROP TRIGGER refuse ON crossdock.job");
  testing::query(db, "UPDATE crossdock.job SET lease_until = now() - interval '1 s'");
  testing::query(db, "UPDATE crossdock.lane SET owner = NULL, lease_until = NULL");

  EXPECT_EQ(row(many_files).meta.find("files_limit_reached"), std::string::npos);
  EXPECT_EQ(row(many_failures).meta.find("failures_accepted"), std::string::npos);
  EXPECT_EQ(run(many_failures).state, job_state::paused);
  EXPECT_NE(row(many_failures).meta.find("failures_accepted"), std::string::npos);
  files_ = 1000;
  const auto again = run(many_files);
  EXPECT_EQ(again.state, job_state::paused);
  EXPECT_NE(again.error.find("limits.files"), std::string::npos) << again.error;
}

TEST_F(supervision_test, a_drain_gives_the_job_back_and_another_run_completes_it) {
  const auto job = create();
  job_run* running = nullptr;
  play_.on_delivery = [&running] { running->stop(); };
  {
    job_run here(options());
    running = &here;
    const auto ended = here.run(job, [](const job_progress&) {});
    EXPECT_EQ(ended.state, job_state::queued);
  }
  EXPECT_EQ(testing::query_number(*std::make_unique<store::session>(database_.url()),
                                  "select count(*) from crossdock.lane where owner is not null"),
            0);
  play_.on_delivery = nullptr;
  EXPECT_EQ(run(job).state, job_state::done);
  expect_each_delivered_once();
}

TEST_F(supervision_test, an_operators_cancel_is_obeyed) {
  const auto job = create();
  std::atomic<bool> asked{false};
  play_.on_delivery = [&] {
    if (!asked.exchange(true)) database_.connect().set_desired(job, desired_state::cancel, "test");
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
  };
  play_.entities = 200;
  EXPECT_EQ(run(job).state, job_state::canceled);
}

}  // namespace
}  // namespace crossdock
