// Many small jobs at once on one engine with its default sizes: what a job costs beyond the bare
// cost of its rows (the same steps through the store on as many threads as the engine runs jobs,
// without actors), and memory and threads at their peak against one job's. Twice: every job alone
// in its barrier group, and all of them in a few groups. Every job must end done with exact
// counters; otherwise the program ends with exit code 1.
//
//   bench_engine [JOBS [RUNNING]]     default 1000, and as many running at a time as by default
#include <algorithm>
#include <atomic>
#include <functional>
#include <iostream>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "actors/engine.hpp"
#include "observability/logging.hpp"
#include "tests/bench/measure.hpp"
#include "tests/bench/private_server.hpp"
#include "tests/bench/small_jobs.hpp"

namespace crossdock::bench {
namespace {

constexpr int shared_groups = 4;
constexpr std::chrono::milliseconds sampling{5};
/// Longer without a word from the engine means that it stands still.
constexpr std::chrono::minutes patience{2};

struct run_result {
  double seconds = 0;
  std::int64_t threads = 0;     ///< at most at a time
  std::int64_t memory_kib = 0;  ///< of this process up to now
};

/// Most threads of this process at a time, until it is asked.
class thread_watch {
 public:
  std::int64_t most() {
    sampler_.request_stop();
    sampler_.join();
    return most_;
  }

 private:
  std::atomic<std::int64_t> most_{0};
  std::jthread sampler_{[this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      most_ = std::max(most_.load(), process_status("Threads"));
      std::this_thread::sleep_for(sampling);
    }
  }};
};

std::vector<store::job_id> create(const private_server& server, int jobs,
                                  const std::function<std::string(int)>& group) {
  auto db = server.connect();
  std::vector<store::job_id> result;
  for (int i = 0; i < jobs; ++i) result.push_back(small_jobs::create(db, group(i)));
  return result;
}

void check(const private_server& server, const std::vector<store::job_id>& jobs) {
  auto db = server.connect();
  for (const auto job : jobs) small_jobs::check(db.find_job(job).value());
}

engine_options options_for(const private_server& server, int running) {
  engine_options options;
  store::pool_options pool;
  pool.url = server.url();
  options.pool = std::make_shared<store::session_pool>(std::move(pool));
  options.resolve = [](const store::job_row&) { return small_jobs::plan(); };
  options.max_running = running;
  return options;
}

/// Hands all jobs to the engine and waits until the last has ended.
void await_all(engine& running, const std::vector<store::job_id>& jobs) {
  caf::scoped_actor self{running.system()};
  const auto registry = running.registry();
  for (const auto job : jobs) {
    self->send(registry, watch_atom_v, job, caf::actor_cast<caf::actor>(self));
    self->send(registry, run_atom_v, job);
  }
  std::size_t ended = 0;
  bool silent = false;
  self->receive_while([&] {
    return ended < jobs.size() && !silent;
  })([](progress_atom, const job_progress&) {}, [&ended](ended_atom, const job_ended&) { ++ended; },
     caf::after(patience) >> [&silent] { silent = true; });
  if (silent) {
    throw std::runtime_error(
        fmt::format("the engine stands still: {} of {} jobs have ended", ended, jobs.size()));
  }
}

run_result with_engine(const private_server& server, const std::vector<store::job_id>& jobs,
                       int running) {
  run_result result;
  thread_watch threads;
  {
    engine all(options_for(server, running));
    const auto begin = clock::now();
    await_all(all, jobs);
    result.seconds = seconds_since(begin);
  }
  result.threads = threads.most();
  result.memory_kib = process_status("VmHWM");
  check(server, jobs);
  return result;
}

/// Seconds for the same jobs without an actor, on as many threads as the engine runs jobs; each has
/// a session, so the pool's size is the limit.
double without_actors(const private_server& server, const std::vector<store::job_id>& jobs,
                      int running) {
  const int carriers = std::min(running, store::pool_options{}.size);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  const auto begin = clock::now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < carriers; ++i) {
      threads.emplace_back([&] {
        try {
          auto db = server.connect();
          for (auto at = next++; at < jobs.size(); at = next++) small_jobs::carry(db, jobs[at]);
        } catch (const std::exception& error) {
          failed = true;
          std::cerr << error.what() << std::endl;
        }
      });
    }
  }
  const double seconds = seconds_since(begin);
  if (failed) throw std::runtime_error("the jobs without actors did not get done");
  check(server, jobs);
  return seconds;
}

void run(int jobs, int running) {
  const private_server server;
  const auto own_group = [](int i) { return "own group " + std::to_string(i); };
  const auto shared_group = [](int i) { return "group " + std::to_string(i % shared_groups); };

  // Memory only grows, so the small run comes first.
  const auto one = with_engine(server, create(server, 1, own_group), running);
  const auto own = with_engine(server, create(server, jobs, own_group), running);
  const auto shared = with_engine(server, create(server, jobs, shared_group), running);
  const double bare_ms =
      1000 * without_actors(server, create(server, jobs, own_group), running) / jobs;

  std::cout << fmt::format("one job, first on a new engine: {:.1f} ms\n", 1000 * one.seconds);
  const auto overhead = [&](const std::string& name, const run_result& result) {
    const double ms = 1000 * result.seconds / jobs;
    std::cout << fmt::format("{}: {:.2f} ms per job, {:.2f} ms without actors\n", name, ms,
                             bare_ms);
    print_figure(fmt::format("engine_{}_jobs_{}_overhead_per_job", jobs, name), ms - bare_ms, "ms",
                 "same rows without actors", bare_ms);
  };
  overhead("own_groups", own);
  overhead("shared_groups", shared);
  print_figure(fmt::format("engine_{}_jobs_peak_memory", jobs),
               static_cast<double>(shared.memory_kib) / 1024, "MiB", "one job",
               static_cast<double>(one.memory_kib) / 1024);
  print_figure(fmt::format("engine_{}_jobs_peak_threads", jobs),
               static_cast<double>(std::max(own.threads, shared.threads)), "threads", "one job",
               static_cast<double>(one.threads));
}

}  // namespace
}  // namespace crossdock::bench

int main(int argc, char** argv) try {
  using namespace crossdock;  // NOLINT(google-build-using-namespace): one function
  logging::log_options log;
  log.level = "warning";
  logging::set_up_logging(log);
  bench::run(argc > 1 ? bench::positive_number(argv[1]) : 1000,
             argc > 2 ? bench::positive_number(argv[2]) : defaults::max_running_jobs);
  return 0;
} catch (const std::exception& error) {
  std::cerr << "bench_engine: " << error.what() << std::endl;
  return 1;
}
