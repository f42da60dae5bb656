#include "actors/cli/job_worker.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <thread>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "actors/cli/exit_code.hpp"
#include "actors/cli/progress_display.hpp"
#include "actors/cli/text_layout.hpp"
#include "actors/core/job_counters.hpp"
#include "actors/core/progress.hpp"
#include "actors/job_resolver.hpp"
#include "actors/job_run.hpp"
#include "actors/report.hpp"

namespace crossdock::cli {

namespace json = boost::json;

namespace {

constexpr std::chrono::milliseconds ask_again{500};

/// False when somebody else keeps working on it.
bool wait_until_free(const database& where, store::job_id job) {
  auto db = where.connect();
  const auto deadline =
      std::chrono::steady_clock::now() + defaults::lease_ttl + 5 * defaults::lease_renewal;
  for (bool told = false;; told = true) {
    const auto row = db.find_job(job);
    if (!row || row->state != job_state::running) return true;
    const auto free = db.adoptable_jobs(1'000'000);
    if (std::find(free.begin(), free.end(), job) != free.end()) return true;
    if (std::chrono::steady_clock::now() > deadline) return false;
    if (!told) {
      std::cerr << "job " << job << " is held by another process, or by one that was killed a "
                << "moment ago: waiting for its lease to end" << std::endl;
    }
    std::this_thread::sleep_for(ask_again);
  }
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

std::string report_of(const store::job_row& job) {
  return job.output.empty() ? std::string() : job.output + "/report.json";
}

void print_json(const store::job_row& job, const job_ended& ended) {
  json::object result{{"job_id", job.id},
                      {"workflow", job.workflow},
                      {"state", to_string(ended.state)},
                      {"meta", json::parse(job.meta)},
                      {"outputs", json::parse(job.outputs)},
                      {"report", report_of(job)},
                      {"error", ended.error}};
  std::cout << json::serialize(result) << std::endl;
}

void print_summary(const store::job_row& job, const job_ended& ended) {
  const auto meta = json::parse(job.meta).as_object();
  std::cout << "job " << job.id << ": " << to_string(ended.state);
  if (!ended.error.empty()) std::cout << ": " << ended.error;
  std::cout << "\n";
  for (const auto& type : job.types) {
    const auto count = export_counts(meta, type.plural);
    if (count.total == 0 && counter(meta, type.plural + "_rejected") == 0) continue;
    std::cout << "  " << padded(type.plural, 16) << right_aligned(count_text(count.exported), 12)
              << " moved";
    if (count.skipped) std::cout << ", " << count_text(count.skipped) << " skipped";
    if (count.failed) std::cout << ", " << count_text(count.failed) << " failed";
    if (const auto rejected = counter(meta, type.plural + "_rejected")) {
      std::cout << ", " << count_text(rejected) << " rejected";
    }
    std::cout << "\n";
  }
  const bool complete = ended.state == job_state::done ||
                        ended.state == job_state::done_with_failures;
  if (complete && !job.output.empty()) std::cout << "report: " << job.output << "/report.md\n";
  std::cout << std::flush;
}

std::vector<std::string> stages_of(const work_order& order, const store::job_row& job) {
  return resolve_job(job, order.plugins, config::process_environment{}).stages;
}

job_ended run_here(const work_order& order, const store::job_row& job,
                   signals& interrupts) {
  progress_display display(run_progress(stages_of(order, job), job.types));
  job_run run(options_of(order));
  interrupts.set_stop([&run] { run.stop(); });
  const auto ended = run.run(job.id, [&](const job_progress& now) {
    if (!order.json) display.show(now);
  });
  interrupts.set_stop({});
  return ended;
}

}  // namespace

int work_on(const work_order& order, store::job_id job, signals& interrupts) {
  if (!wait_until_free(order.where, job)) {
    throw usage_error("job " + std::to_string(job) +
                      " is being worked on by another process; `crossdock job show " +
                      std::to_string(job) + "` tells how far it is");
  }
  auto db = order.where.connect();
  const auto ended = run_here(order, *db.find_job(job), interrupts);
  const auto row = *db.find_job(job);
  if (order.json) {
    print_json(row, ended);
  } else {
    print_summary(row, ended);
  }
  if (ended.state == job_state::queued || ended.state == job_state::running) {
    if (interrupts.received() == SIGTERM) return exit_code::done;
    return interrupts.received() == SIGINT ? exit_code::interrupted : exit_code::failed;
  }
  return exit_code_of(ended.state);
}

}  // namespace crossdock::cli
