#include "tests/crash/crash_reference.hpp"

#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

namespace crossdock::testing {

using clock = std::chrono::steady_clock;

namespace {

constexpr std::int64_t messages = 5000;
constexpr std::chrono::milliseconds glance{5};

}  // namespace

const crash_reference& crash_reference::instance() {
  static const crash_reference reference;
  return reference;
}

crash_reference::crash_reference() : source_(files_, messages) {
  const auto prepared = place_.run({"db", "migrate"});
  if (prepared.status != 0) throw std::runtime_error(prepared.err);
  const auto place = fresh_place();
  const auto began = clock::now();
  const auto ran = place->run(command(*place));
  duration_ = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - began);
  if (ran.status != 0) throw std::runtime_error(ran.err);
  output_ = read_output(output(*place));
  expect_generated_totals(answer_of(ran), source_);
}

std::unique_ptr<program_place> crash_reference::fresh_place() const {
  auto place = std::make_unique<program_place>();
  place->copy_database(place_);
  return place;
}

std::vector<std::string> crash_reference::command(const program_place& place, bool fresh) const {
  auto arguments = program_place::bundle_run(
      source_.zip, output(place),
      {"--set", "source.emoji=" + source_.emoji, "--set", "target.max_bundle_bytes=1MiB"});
  if (fresh) arguments.push_back("--new");
  return arguments;
}

process_result crash_reference::finish(const program_place& place) const {
  const auto run = place.start(command(place));
  lease_ender lease(place, *run);
  while (!run->ended() && !lease.look()) std::this_thread::sleep_for(glance);
  return run->wait();
}

void crash_reference::expect_undisturbed(const program_place& place,
                                         const process_result& ran) const {
  ASSERT_EQ(ran.status, 0) << tail(ran.err);
  const auto answer = answer_of(ran);
  EXPECT_EQ(answer.at("state"), "done");
  expect_same(read_output(output(place)), output_);
  expect_tidy(output(place));
  expect_counters_are_the_tables(place, answer);
  expect_generated_totals(answer, source_);
  EXPECT_EQ(place.server(), 0) << "the private database runs on without a user";
}

bool lease_ender::look() {
  if (passed_) return true;
  const auto said = run_.errors_so_far();
  if (said.find("waiting for its lease to end") != said.npos) {
    place_.let_leases_end();
    passed_ = true;
  }
  // The first thing a run says once it works.
  if (said.find("\nextracting") != said.npos || said.find("extracting: done") != said.npos) {
    passed_ = true;
  }
  return passed_;
}

}  // namespace crossdock::testing
