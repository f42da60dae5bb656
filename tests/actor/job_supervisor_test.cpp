#include "actors/job_supervisor.hpp"

#include <thread>

#include "tests/actor/actor_fixture.hpp"

namespace crossdock {
namespace {

/// A stage that reads for as long as nobody stops it.
struct endless {
  std::atomic<bool> runs = false;
  std::atomic<bool> stopped = false;
};

class endless_stage final : public api::stage {
 public:
  explicit endless_stage(endless& e) : endless_(e) {}
  void run(api::stage_context& context) override {
    endless_.runs = true;
    constexpr int far_too_long = 10'000;
    try {
      for (int i = 0; i < far_too_long; ++i) {
        context.check_stop();
        std::this_thread::sleep_for(1ms);
      }
    } catch (const api::stage_stopped&) {
      endless_.stopped = true;
      throw;
    }
  }

 private:
  endless& endless_;
};

class endless_source final : public api::source_plugin {
 public:
  explicit endless_source(endless& e) : endless_(e) {}
  std::string_view name() const override { return "endless"; }
  std::string_view summary() const override { return "a test"; }
  std::string_view options_schema() const override { return "{}"; }
  std::vector<std::string> stages() const override { return {"reading"}; }
  std::vector<api::type_name> types() const override { return {{"item", "items"}}; }
  std::unique_ptr<api::stage> make_stage(std::string_view) const override {
    return std::make_unique<endless_stage>(endless_);
  }
  std::unique_ptr<api::blob_reader> make_blob_reader(const api::job_info&,
                                                     const boost::json::object&) const override {
    return nullptr;
  }
  std::string identify(const std::string&, const boost::json::object&) const override {
    return "endless";
  }

 private:
  endless& endless_;
};

/// What the supervisor's neighbours hear is of no interest here.
barrier_actor::behavior_type deaf_barrier(barrier_actor::pointer) {
  return {[](watch_atom, const std::string&, store::job_id, const barrier_listener&) {},
          [](unwatch_atom, store::job_id) {}, [](advance_atom, store::job_id) {}, [](tick_atom) {}};
}
registry_actor::behavior_type deaf_registry(registry_actor::pointer) {
  return {[](run_atom, store::job_id) {},
          [](watch_atom, store::job_id, const caf::actor&) {},
          [](progress_atom, const job_progress&) {},
          [](ended_atom, const job_ended&) {},
          [](renew_atom, const std::vector<store::renewed_job>&) {},
          [](drain_atom) { return true; },
          [](tick_atom) {}};
}

TEST(job_supervisor_test, a_stage_whose_supervisor_died_is_stopped) {
  struct config : caf::actor_system_config {
    config() {
      set("scheduler.policy", caf::atom("sharing"));
      add_message_types<caf::id_block::crossdock>();
    }
  };
  endless play;
  endless_source source(play);
  fake_store_script script;
  script.job.emplace();
  script.job->id = 7;
  script.job->meta = "{}";
  config with;
  caf::actor_system system(with);
  caf::scoped_actor self(system);
  supervisor_config of_job;
  of_job.job = 7;
  of_job.process = "process";
  of_job.store = self->spawn<caf::linked>(fake_store, &script);
  of_job.barrier = self->spawn<caf::linked>(deaf_barrier);
  of_job.registry = self->spawn<caf::linked>(deaf_registry);
  of_job.resolve = [&source](const store::job_row&) {
    job_plan plan;
    plan.source = &source;
    plan.stages = {"reading"};
    return plan;
  };
  const auto supervisor = system.spawn(job_supervisor, std::move(of_job));
  caf::anon_send(supervisor, run_atom_v);
  const auto within = [](const std::atomic<bool>& flag) {
    for (int i = 0; i < 500 && !flag; ++i) std::this_thread::sleep_for(10ms);
    return flag.load();
  };
  ASSERT_TRUE(within(play.runs));
  caf::anon_send_exit(supervisor, caf::exit_reason::kill);
  EXPECT_TRUE(within(play.stopped));
}

}  // namespace
}  // namespace crossdock
