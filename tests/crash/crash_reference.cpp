#include "tests/crash/crash_reference.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace crossdock::testing {

using clock = std::chrono::steady_clock;

namespace {

constexpr std::int64_t messages = 5000;

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
  auto result = place.run(command(place));
  EXPECT_EQ(result.err.find("waiting for its lease to end"), std::string::npos) << result.err;
  return result;
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

}  // namespace crossdock::testing
