#pragma once

#include <functional>
#include <memory>

#include "actors/engine_options.hpp"
#include "actors/job_events.hpp"

namespace crossdock {

/// An engine for a program that works on one job and waits for it. No CAF in this header.
class job_run {
 public:
  explicit job_run(engine_options options);
  ~job_run();
  job_run(const job_run&) = delete;
  job_run& operator=(const job_run&) = delete;

  /// Works on the job until it has come to rest here; `progress` is called on this thread with
  /// every new meta.
  job_ended run(store::job_id job, const std::function<void(const job_progress&)>& progress);
  /// Asks for the job to be given back in an orderly way; run() then returns with state queued.
  /// Does not wait. From any thread.
  void stop();

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace crossdock
