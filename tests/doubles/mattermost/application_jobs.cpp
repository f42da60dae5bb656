#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "tests/doubles/mattermost/application.hpp"

namespace crossdock::doubles {

void application::run_jobs(const std::stop_token& stopping) {
  std::unique_lock lock(mutex_);
  const auto pending = [this] { return std::ranges::find(state_->jobs, "pending", &job::status); };
  while (!stopping.stop_requested()) {
    job_created_.wait(lock, stopping, [&] { return pending() != state_->jobs.end(); });
    if (stopping.stop_requested()) return;
    job_created_.wait_for(lock, stopping, options_.job_pickup, [] { return false; });
    if (stopping.stop_requested()) return;
    const auto next = pending();
    if (next == state_->jobs.end()) continue;
    const auto id = next->id;
    auto now = options_.clock();
    record({{"kind", "job_begin"}, {"now", now}, {"id", id}});
    auto more = begin_job(id, now);
    while (more && !stopping.stop_requested()) {
      lock.unlock();
      std::this_thread::yield();
      lock.lock();
      now = options_.clock();
      record({{"kind", "job_step"}, {"now", now}, {"id", id}});
      more = advance_job(id, now);
    }
  }
}

namespace {

void end_job(job& which, const std::string& status, millis now) {
  which.status = status;
  which.progress = status == "error" ? -1 : 0;
  which.last_activity_at = now;
}

/// The server puts this sentence before every error of an import, whatever went wrong.
void fail_job(job& which, const import_failure& failure, millis now) {
  end_job(which, "error", now);
  which.data["error"] = "We could not count the users. — " + failure.text;
  which.data["line_number"] = std::to_string(failure.line);
}

}  // namespace

bool application::begin_job(const std::string& id, millis now) {
  state_->now = now;
  auto* which = state_->find_job(id);
  which->status = "in_progress";
  which->start_at = which->last_activity_at = now;
  const auto* name = which->data.if_contains("import_file");
  const auto* file =
      name && name->is_string() ? find_in(state_->imports, name->as_string()) : nullptr;
  try {
    if (!file) throw std::runtime_error("Unable to open the import file.");
    import_ = std::make_unique<import_run>(options_, rules_, read_import_archive(**file));
  } catch (const std::runtime_error& wrong) {
    fail_job(*which, {wrong.what(), 0}, now);
    return false;
  }
  return true;
}

bool application::advance_job(const std::string& id, millis now) {
  state_->now = now;
  auto* which = state_->find_job(id);
  // A restart in between has ended the job.
  if (!import_ || (which->status != "in_progress" && which->status != "cancel_requested")) {
    return false;
  }
  if (which->status == "cancel_requested") {
    end_job(*which, "canceled", now);
    import_.reset();
    return false;
  }
  const auto more = import_->step(*state_);
  which->last_activity_at = now;
  if (more) return true;
  if (const auto& failure = import_->failure()) {
    fail_job(*which, *failure, now);
  } else {
    end_job(*which, "success", now);
    state_->imports.erase(std::string(which->data.at("import_file").as_string()));
  }
  import_.reset();
  return false;
}

}  // namespace crossdock::doubles
