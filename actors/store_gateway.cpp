#include "actors/store_gateway.hpp"

#include "actors/errors.hpp"

namespace crossdock {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

/// Quick repetitions of a transaction that lost a deadlock or serialization race.
constexpr int conflict_tries = 5;

template <class Result, class Call>
caf::result<Result> guarded(store::session_pool& pool, Call call) {
  for (int attempt = 1;; ++attempt) {
    try {
      auto session = pool.acquire();
      return Result(call(*session));
    } catch (const store::store_error& error) {
      if (error.why() == store::store_error::kind::conflict && attempt < conflict_tries) continue;
      return make_error(code_of(error.why()), error.what());
    }
  }
}

}  // namespace

store_actor::behavior_type store_worker(store_actor::pointer,
                                        std::shared_ptr<store::session_pool> pool) {
  return {
      [pool](take_atom, store::job_id job, const std::string& owner, caf::timespan ttl) {
        return guarded<store::job_row>(*pool, [&](store::session& s) {
          auto row = s.take_job(job, owner, duration_cast<milliseconds>(ttl));
          if (!row) {
            throw store::store_error(store::store_error::kind::lost,
                                     "job " + std::to_string(job) + " is not free to run");
          }
          return *row;
        });
      },
      [pool](adopt_atom, int limit) {
        return guarded<std::vector<store::job_id>>(
            *pool, [&](store::session& s) { return s.adoptable_jobs(limit); });
      },
      [pool](fence_atom, const store::job_lease& lease, const std::string& owner) {
        return guarded<std::int64_t>(
            *pool, [&](store::session& s) { return s.raise_epoch(lease, owner); });
      },
      [pool](stage_atom, const store::job_lease& lease, const std::string& stage) {
        return guarded<bool>(*pool, [&](store::session& s) {
          s.set_stage(lease, stage);
          return true;
        });
      },
      [pool](freeze_atom, const store::job_lease& lease) {
        return guarded<std::string>(*pool,
                                    [&](store::session& s) { return s.enter_exporting(lease); });
      },
      [pool](leave_atom, const store::job_lease& lease, job_state to, const std::string& error,
             const std::string& outputs, const std::string& patch) {
        return guarded<bool>(*pool, [&](store::session& s) {
          s.leave_job(lease, to, error, outputs, patch);
          return true;
        });
      },
      [pool](merge_atom, store::job_id job, const std::string& patch) {
        return guarded<std::string>(*pool,
                                    [&](store::session& s) { return s.merge_meta(job, patch); });
      },
      [pool](fold_atom, store::job_id job) {
        return guarded<std::string>(*pool, [&](store::session& s) { return s.fold_deltas(job); });
      },
      [pool](advance_atom, const std::string& group, store::job_id job) {
        return guarded<store::barrier_view>(
            *pool, [&](store::session& s) { return s.advance_barrier(group, job); });
      },
      [pool](renew_atom, const std::string& owner, caf::timespan ttl) {
        return guarded<std::vector<store::renewed_job>>(*pool, [&](store::session& s) {
          s.renew_lanes(owner, duration_cast<milliseconds>(ttl));
          return s.renew_jobs(owner, duration_cast<milliseconds>(ttl));
        });
      },
      [pool](release_atom, const std::string& owner) {
        return guarded<int>(*pool, [&](store::session& s) { return s.release_lanes(owner); });
      },
  };
}

store_actor::behavior_type store_gateway(store_actor::stateful_pointer<store_gateway_state> self,
                                         std::shared_ptr<store::session_pool> pool, int workers) {
  auto& state = self->state;
  for (int i = 0; i < std::max(workers, 2); ++i) {
    state.workers.push_back(self->spawn<caf::detached + caf::linked>(store_worker, pool));
  }
  auto shared = [self]() -> const store_actor& { return self->state.workers.front(); };
  auto of_job = [self](store::job_id job) -> const store_actor& {
    const auto& all = self->state.workers;
    return all[1 + static_cast<std::size_t>(job) % (all.size() - 1)];
  };
  return {
      [=](take_atom a, store::job_id job, std::string& owner, caf::timespan ttl) {
        return self->delegate(of_job(job), a, job, std::move(owner), ttl);
      },
      [=](adopt_atom a, int limit) { return self->delegate(shared(), a, limit); },
      [=](fence_atom a, store::job_lease lease, std::string& owner) {
        return self->delegate(of_job(lease.id), a, lease, std::move(owner));
      },
      [=](stage_atom a, store::job_lease lease, std::string& stage) {
        return self->delegate(of_job(lease.id), a, lease, std::move(stage));
      },
      [=](freeze_atom a, store::job_lease lease) {
        return self->delegate(of_job(lease.id), a, lease);
      },
      [=](leave_atom a, store::job_lease lease, job_state to, std::string& error,
          std::string& outputs, std::string& patch) {
        return self->delegate(of_job(lease.id), a, lease, to, std::move(error), std::move(outputs),
                              std::move(patch));
      },
      [=](merge_atom a, store::job_id job, std::string& patch) {
        return self->delegate(of_job(job), a, job, std::move(patch));
      },
      [=](fold_atom a, store::job_id job) { return self->delegate(of_job(job), a, job); },
      [=](advance_atom a, std::string& group, store::job_id job) {
        return self->delegate(of_job(job), a, std::move(group), job);
      },
      [=](renew_atom a, std::string& owner, caf::timespan ttl) {
        return self->delegate(shared(), a, std::move(owner), ttl);
      },
      [=](release_atom a, std::string& owner) {
        return self->delegate(shared(), a, std::move(owner));
      },
  };
}

}  // namespace crossdock
