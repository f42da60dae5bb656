#include "actors/cli/job_worker.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <limits>
#include <thread>

#include <boost/json/parse.hpp>

#include "actors/cli/exit_code.hpp"
#include "actors/cli/job_result.hpp"
#include "actors/cli/progress_display.hpp"
#include "actors/cli/screen.hpp"
#include "actors/cli/source_fingerprint.hpp"
#include "actors/job_resolver.hpp"
#include "actors/job_run.hpp"
#include "actors/process_name.hpp"
#include "actors/report.hpp"

namespace crossdock::cli {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds ask_again{300};

bool is_free(store::session& db, const store::job_row& job) {
  if (job.state != job_state::running) return true;
  const auto free = db.adoptable_jobs(std::numeric_limits<int>::max());
  return std::find(free.begin(), free.end(), job.id) != free.end();
}

/// A process that was killed on this machine is no reason to wait.
void free_from_the_dead(store::session& db, store::job_id id) {
  const auto owner = db.job_owner(id);
  if (owner && has_ended(*owner)) db.end_leases(*owner);
}

/// The job, once nobody else works on it. Throws usage_error when somebody does.
store::job_row wait_until_free(store::session& db, store::job_id id) {
  free_from_the_dead(db, id);
  const auto number = std::to_string(id);
  const auto deadline = clock::now() + defaults::lease_ttl + 2 * defaults::lease_renewal;
  const auto first = db.find_job(id).value();
  auto job = first;
  for (bool told = false; !is_free(db, job); told = true) {
    // A job that moves has somebody who moves it.
    if (job.updated_at != first.updated_at || clock::now() > deadline) {
      throw usage_error("job " + number +
                        " is being worked on by another process; `crossdock job show " + number +
                        "` tells how far it is");
    }
    if (!told) {
      std::cerr << "job " << number
                << " is held by another process, or by one of another machine that was "
                << "killed a moment ago: waiting for its lease to end" << std::endl;
    }
    std::this_thread::sleep_for(ask_again);
    job = db.find_job(id).value();
  }
  return job;
}

engine_options options_of(const work_order& order) {
  engine_options options;
  store::pool_options pool;
  pool.url = order.where.url();
  pool.size = order.settings.database.pool_size;
  pool.max_overflow = order.settings.database.max_overflow;
  pool.timeout = order.settings.database.pool_timeout;
  options.pool = std::make_shared<store::session_pool>(std::move(pool));
  options.resolve = [&plugins = order.plugins](const store::job_row& row) {
    return resolve_job(row, plugins, config::process_environment{});
  };
  options.write_report = write_report;
  return options;
}

progress_display::form display_form(const work_order& order) {
  if (screen::is_terminal()) return progress_display::form::bars;
  return order.settings.log.format == config::log_format::json ? progress_display::form::log
                                                               : progress_display::form::lines;
}

/// What a job needs must be here before anything is done about it.
job_plan plan_of(const work_order& order, const store::job_row& job) {
  try {
    return resolve_job(job, order.plugins, config::process_environment{});
  } catch (const resolve_error& error) {
    throw usage_error(error.what());
  }
}

struct run_result {
  job_ended ended;
  store::job_row job;  ///< as it is then
};

run_result run_here(const work_order& order, const store::job_row& job, signals& interrupts) {
  const auto plan = plan_of(order, job);
  progress_display display(run_progress(plan.stages, job.types), display_form(order));
  job_run run(options_of(order));
  interrupts.set_stop([&run] {
    screen::instance().print("stopping in order; a second signal stops at once\n");
    run.stop();
  });
  run_result result;
  result.ended = run.run(job.id, [&](const job_progress& now) { display.show(now); });
  interrupts.set_stop({});
  // A connection made before the run may not have outlived it: the engine waits out a database that
  // is away.
  result.job = order.where.connect().find_job(job.id).value();
  const auto state = result.ended.state;
  if (state == job_state::done || state == job_state::done_with_failures) {
    display.show({job.id, step::done, result.job.meta});
  }
  return result;
}

/// What was read of one export must not be mixed with another one.
void require_same_source(const store::job_row& job) {
  const auto config = boost::json::parse(job.config).as_object();
  const auto* pinned = config.if_contains(source_fingerprint_key);
  if (!pinned) return;
  const auto number = std::to_string(job.id);
  if (!std::filesystem::exists(job.source)) {
    throw usage_error("the source of job " + number + ", " + job.source +
                      ", is not there any more: put it back, or cancel the job");
  }
  if (source_fingerprint(job.source) == std::string_view(pinned->as_string())) return;
  throw usage_error("job " + number + " was begun with another content of " + job.source +
                    ". Put that back to go on with it, or start over with `run --new`");
}

/// The job, once nobody else works on it, and wanted to run.
store::job_row take_up(const work_order& order, store::job_id id) {
  auto db = order.where.connect();
  auto job = wait_until_free(db, id);
  plan_of(order, job);  // throws before anything is done about the job
  require_same_source(job);
  const bool waits = job.state == job_state::queued || job.state == job_state::running;
  if (waits && job.desired == desired_state::run) return job;
  return db.set_desired(id, desired_state::run, who());
}

int exit_code_after(const job_ended& ended, const signals& interrupts) {
  const bool given_back = ended.state == job_state::queued;
  if (given_back && interrupts.received() == SIGTERM) return exit_code::done;
  if (given_back && interrupts.received() == SIGINT) return exit_code::interrupted;
  return exit_code_of(ended.state);
}

}  // namespace

log_use log_use_of_a_run() {
  return screen::is_terminal() ? log_use::beside_bars : log_use::full;
}

int work_on(const work_order& order, store::job_id id, signals& interrupts) {
  const auto [ended, row] = run_here(order, take_up(order, id), interrupts);
  if (order.json) {
    print_json(std::cout, row, ended);
  } else {
    print_summary(std::cout, row, ended);
  }
  return exit_code_after(ended, interrupts);
}

}  // namespace crossdock::cli
