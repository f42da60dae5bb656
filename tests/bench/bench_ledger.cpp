// Merges per second on one job's meta: through the progress ledger with 8 concurrent writers,
// against one UPDATE per merge with 8 clients and with 1 on the same server, whichever is faster. A
// merge counts when it is durable in job.meta. The sums are compared with the exact ones after each
// run; a difference ends the program with exit code 1.
//
//   bench_ledger [MERGES [ROUNDS]]     through the ledger, default 800000 3; best of the rounds
#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <thread>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <pqxx/pqxx>

#include "actors/errors.hpp"
#include "actors/progress_ledger.hpp"
#include "actors/store_gateway.hpp"
#include "tests/bench/measure.hpp"
#include "tests/bench/private_server.hpp"

namespace crossdock::bench {
namespace {

namespace json = boost::json;

constexpr int writers = 8;
/// Each writer has channels of its own, as lanes have one holder. Few, so that meta stays small: a
/// large one would make every single UPDATE slower.
constexpr int channels_each = 2;
/// The UPDATEs are slower by far: so many are enough for a rate.
constexpr int reference_merges = 4'000;
/// What a writer sends before it waits until all of it is durable, so that memory stays bounded.
constexpr int window = 20'000;

/// The i-th merge of a writer: what became of one claim of messages.
meta_patch merge_of(int writer, int i) {
  meta_patch patch;
  patch.incr = {{"messages_exported", 1 + i % 3},
                {"reactions_exported", i % 5},
                {"attachments_exported", i % 2},
                {"bytes_sent", 671 + i % 1000}};
  patch.max = {{"newest_message_us", 1'700'000'000'000'000 + std::int64_t{i} * writers + writer}};
  patch.nested["channels"] =
      json::object{{fmt::format("C{}", writer * channels_each + i % channels_each),
                    json::object{{"last_merge", i}}}};
  return patch;
}

/// What `per_writer` merges of each of `by` writers must add up to, by plain counting.
json::object expected_meta(int by, int per_writer) {
  std::map<std::string, std::int64_t> numbers;
  json::object channels;
  for (int writer = 0; writer < by; ++writer) {
    for (int i = 0; i < per_writer; ++i) {
      auto patch = merge_of(writer, i);
      for (const auto& [key, by_how_much] : patch.incr) numbers[key] += by_how_much;
      auto& newest = numbers["newest_message_us"];
      newest = std::max(newest, patch.max.at("newest_message_us"));
      for (const auto& [channel, state] : patch.nested.at("channels").as_object()) {
        channels[channel] = state;
      }
    }
  }
  json::object meta;
  for (const auto& [key, number] : numbers) meta[key] = number;
  meta["channels"] = std::move(channels);
  return meta;
}

store::job_id create_job(store::session& db) {
  store::new_job job;
  job.workflow = "bench";
  job.workflow_digest = "0";
  job.config = "{}";
  job.source = "/nowhere";
  job.barrier_group = "bench";
  job.types = {{"message", "messages", 0}};
  return db.create_job(job).id;
}

/// Runs `write(writer)` on a thread for each writer, and says how many merges per second that made.
double rate_of(int by, int per_writer, const std::function<void(int)>& write) {
  const auto begin = clock::now();
  {
    std::vector<std::jthread> threads;
    for (int writer = 0; writer < by; ++writer) threads.emplace_back(write, writer);
  }
  return by * static_cast<double>(per_writer) / seconds_since(begin);
}

/// Throws std::runtime_error unless the job's meta is exactly what the merges add up to.
void check_sums(store::session& db, store::job_id job, int by, int per_writer) {
  const auto meta = json::parse(db.find_job(job).value().meta);
  const json::value expected = expected_meta(by, per_writer);
  if (meta != expected) {
    throw std::runtime_error("meta is " + json::serialize(meta) + "\ninstead of " +
                             json::serialize(expected));
  }
}

/// The engine's scheduler settings.
struct system_config : caf::actor_system_config {
  system_config() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", std::size_t{2});
    add_message_types<caf::id_block::crossdock>();
  }
};

void wait_until_durable(caf::scoped_actor& self, const ledger_actor& ledger) {
  caf::error failure;
  self->request(ledger, defaults::store_request, flush_atom_v)
      .receive([](const std::string&) {}, [&](caf::error& error) { failure = std::move(error); });
  if (!failure) return;
  // On a writer's thread nobody catches: the sums could only be wrong.
  std::cerr << "the ledger did not write: " << describe(failure) << std::endl;
  std::_Exit(EXIT_FAILURE);
}

double ledger_rate(const private_server& server, int per_writer) {
  auto db = server.connect();
  const auto job = create_job(db);
  store::pool_options options;
  options.url = server.url();
  const auto pool = std::make_shared<store::session_pool>(std::move(options));
  system_config config;
  caf::actor_system system{config};
  auto store = system.spawn(store_gateway, pool, defaults::store_workers);
  auto ledger = system.spawn(progress_ledger, ledger_config{job}, store);
  const double rate = rate_of(writers, per_writer, [&](int writer) {
    caf::scoped_actor self{system};
    for (int i = 0; i < per_writer; ++i) {
      self->send(ledger, merge_atom_v, merge_of(writer, i));
      if ((i + 1) % window == 0) wait_until_durable(self, ledger);
    }
    wait_until_durable(self, ledger);
  });
  caf::anon_send_exit(ledger, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(store, caf::exit_reason::user_shutdown);
  check_sums(db, job, writers, per_writer);
  return rate;
}

/// The floor of that way: one round trip per merge, nothing read back.
double update_rate(const private_server& server, int clients) {
  auto db = server.connect();
  const auto job = create_job(db);
  const int per_client = reference_merges / clients;
  const double rate = rate_of(clients, per_client, [&](int client) {
    auto own = server.connect();
    own.raw().prepare("merge",
                      "UPDATE crossdock.job SET meta = crossdock.merge_meta(meta, $2::jsonb), "
                      "updated_at = now() WHERE id = $1");
    pqxx::nontransaction tx{own.raw()};
    for (int i = 0; i < per_client; ++i) {
      tx.exec(pqxx::prepped{"merge"}, {job, to_json(merge_of(client, i))});
    }
  });
  check_sums(db, job, clients, per_client);
  return rate;
}

void run(int merges, int rounds) {
  const private_server server;
  double ledger = 0;
  std::map<int, double> updates;
  for (int round = 0; round < rounds; ++round) {
    ledger = std::max(ledger, ledger_rate(server, merges / writers));
    for (int clients : {1, writers}) {
      updates[clients] = std::max(updates[clients], update_rate(server, clients));
    }
  }
  for (const auto& [clients, rate] : updates) {
    std::cout << fmt::format("one UPDATE per merge, {} client(s): {:.0f} merges/s\n", clients,
                             rate);
  }
  print_figure("ledger", ledger, "merges/s", "one UPDATE per merge",
               std::max(updates[1], updates[writers]));
}

}  // namespace
}  // namespace crossdock::bench

int main(int argc, char** argv) try {
  using crossdock::bench::positive_number;
  crossdock::bench::run(argc > 1 ? positive_number(argv[1]) : 800'000,
                        argc > 2 ? positive_number(argv[2]) : 3);
  return 0;
} catch (const std::exception& error) {
  std::cerr << "bench_ledger: " << error.what() << std::endl;
  return 1;
}
