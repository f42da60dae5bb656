#pragma once

#include "actors/job_supervisor.hpp"

/// How a supervisor asks the store, and how it lets go of its job: because the job has come to rest
/// or because an answer of the store says that it is not ours any more. Parts of the supervisor,
/// called on its thread only.
namespace crossdock {

using supervisor_ptr = supervisor_actor::stateful_pointer<supervisor_state>;

/// Runs `action` after the delay unless another timer is set or the job ends before.
void set_timer(supervisor_ptr self, std::chrono::milliseconds delay, std::function<void()> action);

/// Stops all work of the job and leaves it in state `to`, merging `patch` into its meta. The first
/// reason stands.
void begin_end(supervisor_ptr self, job_state to, std::string error, std::string outputs = {},
               meta_patch patch = {});
/// The lease is gone: whoever has the job now must not be disturbed.
void lose(supervisor_ptr self, const std::string& why);
/// Goes on with an end that has begun once nothing works for the job any more; to be called by
/// whatever ends.
void end_if_quiet(supervisor_ptr self);

/// What becomes of a request that the store did not grant: repeated, or the end of the job here.
void store_failed(supervisor_ptr self, const caf::error& error);

/// Asks the store, repeating while the database is away. One request at a time.
template <class Result, class OnResult, class... Args>
void ask_store(supervisor_ptr self, OnResult on_result, Args... args) {
  self->state.store_request = [self, on_result, args...] {
    self->request(self->state.config.store, defaults::store_request, args...)
        .then(
            [self, on_result](Result& result) {
              self->state.outage = {};
              on_result(result);
            },
            [self](caf::error& error) { store_failed(self, error); });
  };
  self->state.store_request();
}

}  // namespace crossdock
