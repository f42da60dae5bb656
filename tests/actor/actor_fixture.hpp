#pragma once

#include <atomic>
#include <chrono>
#include <optional>

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <gtest/gtest.h>

#include "actors/errors.hpp"
#include "actors/interfaces.hpp"

namespace crossdock {

using namespace std::chrono_literals;

/// Actors run only when told to, and the test owns the clock: nothing waits, nothing races.
class actor_test : public ::testing::Test {
 protected:
  struct config : caf::actor_system_config {
    config() {
      set("scheduler.policy", caf::atom("testing"));
      add_message_types<caf::id_block::crossdock>();
    }
  };
  ~actor_test() override { scheduler_.run(); }

  /// Until no actor has work.
  void settle() { scheduler_.run(); }
  void advance(std::chrono::milliseconds time) {
    scheduler_.run();
    scheduler_.clock().advance_time(time);
    scheduler_.run();
  }

  config config_;
  caf::actor_system system_{config_};
  caf::scheduler::test_coordinator& scheduler_ =
      dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
};

/// A store that answers from a script instead of a database.
struct fake_store_script {
  std::vector<std::string> merges;  ///< patches written, in order
  int folds = 0;
  int refuse_writes = 0;  ///< so many writes are answered with `refusal`
  ec refusal = ec::unavailable;
  std::vector<store::barrier_view> views;  ///< answers of advance, the last one repeats
  int recounts = 0;
  std::vector<store::job_id> adoptable;
  std::optional<store::job_row> job;     ///< what take gives; empty: somebody else has it
  std::atomic<int> refuse_releases = 0;  ///< so many releases are answered with `refusal`
  std::atomic<int> releases = 0;         ///< the others
};

inline store_actor::behavior_type fake_store(store_actor::pointer, fake_store_script* script) {
  auto write = [script](std::string meta) -> caf::result<std::string> {
    if (script->refuse_writes > 0) {
      --script->refuse_writes;
      return make_error(script->refusal, "the script says no");
    }
    return meta;
  };
  return {
      [script](take_atom, store::job_id, const std::string&,
               caf::timespan) -> caf::result<store::job_row> {
        if (!script->job) return make_error(ec::lost, "taken");
        return *script->job;
      },
      [script](adopt_atom, int) { return std::exchange(script->adoptable, {}); },
      [](fence_atom, const store::job_lease& lease, const std::string&) { return lease.epoch + 1; },
      [](stage_atom, const store::job_lease&, const std::string&) { return true; },
      [](freeze_atom, const store::job_lease&) { return std::string("{}"); },
      [](leave_atom, const store::job_lease&, job_state, const std::string&, const std::string&,
         const std::string&) { return true; },
      [script, write](merge_atom, store::job_id, const std::string& patch) {
        auto result = write("{\"merged\":" + std::to_string(script->merges.size() + 1) + "}");
        if (result.flag == caf::rt_value) script->merges.push_back(patch);
        return result;
      },
      [script, write](fold_atom, store::job_id) {
        auto result = write("{\"folded\":" + std::to_string(script->folds + 1) + "}");
        if (result.flag == caf::rt_value) ++script->folds;
        return result;
      },
      [script](advance_atom, const std::string&, store::job_id) {
        const auto index = std::min<std::size_t>(script->recounts++, script->views.size() - 1);
        return script->views.at(index);
      },
      [](renew_atom, const std::string&, caf::timespan) {
        return std::vector<store::renewed_job>();
      },
      [script](release_atom, const std::string&) -> caf::result<int> {
        if (script->refuse_releases > 0) {
          --script->refuse_releases;
          return make_error(script->refusal, "the script says no");
        }
        return ++script->releases;
      },
  };
}

/// A ledger that forgets everything.
inline ledger_actor::behavior_type no_ledger(ledger_actor::pointer) {
  return {[](merge_atom, const meta_patch&) {}, [](fold_atom) {},
          [](flush_atom) { return std::string("{}"); }, [](watch_atom, const meta_listener&) {},
          [](tick_atom) {}};
}

}  // namespace crossdock
