#include "tests/crash/live_reference.hpp"

#include <cstdlib>
#include <stdexcept>

#include <gtest/gtest.h>

namespace crossdock::testing {

using clock = std::chrono::steady_clock;

namespace {

constexpr std::int64_t messages = 1500;

doubles::double_options options() {
  doubles::double_options result;
  result.threads = 2;
  return result;
}

}  // namespace

live_world::live_world(const std::string& source) : source_(source), server_(options()) {
  // A secret has no place among a program's arguments.
  ::setenv("MM_URL", server_.url().c_str(), 1);
  ::setenv("MM_TOKEN", server_.admin_token().c_str(), 1);
  ::setenv("MM_TEAM", "crew", 1);
}

std::vector<std::string> live_world::command() const {
  return {"run", "slack-to-mattermost", "--source", source_, "--json"};
}

std::string live_world::visible() {
  return server_.state_text({.system_posts = false});
}

const live_reference& live_reference::instance() {
  static const live_reference reference;
  return reference;
}

live_reference::live_reference() : source_(files_, messages) {
  const auto prepared = place_.run({"db", "migrate"});
  if (prepared.status != 0) throw std::runtime_error(prepared.err);
  const auto world = fresh_world();
  const auto began = clock::now();
  run_ = world->finish();
  duration_ = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - began);
  if (run_.status != 0) throw std::runtime_error(run_.out + run_.err);
  visible_ = world->visible();
}

std::unique_ptr<live_world> live_reference::fresh_world() const {
  auto world = std::make_unique<live_world>(source_.zip);
  world->place().copy_database(place_);
  return world;
}

void live_reference::expect_undisturbed(live_world& world, const process_result& ran) const {
  ASSERT_EQ(ran.status, 0) << tail(ran.err);
  const auto answer = answer_of(ran);
  EXPECT_EQ(answer.at("state"), "done");
  const auto visible = world.visible();
  // The texts are long: where they part is enough.
  const auto [mine, other] =
      std::mismatch(visible.begin(), visible.end(), visible_.begin(), visible_.end());
  EXPECT_TRUE(visible == visible_)
      << "here:\n"
      << std::string(mine, std::min(mine + 600, visible.end())) << "\nundisturbed:\n"
      << std::string(other, other + std::min<std::ptrdiff_t>(600, visible_.end() - other));
  expect_counters_are_the_tables(world.place(), answer);
}

}  // namespace crossdock::testing
