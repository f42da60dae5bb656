// What a pass over the messages keeps in mind of people and threads, against a context that only
// remembers what it was asked.

#include <algorithm>
#include <map>
#include <set>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workflows/slack_mattermost/slack/message_entities.hpp"
#include "workflows/slack_mattermost/slack/thread_roots.hpp"
#include "workflows/slack_mattermost/slack/unlisted_users.hpp"

namespace crossdock::slack {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class remembering_context final : public api::stage_context {
 public:
  const api::job_info& job() const override { return job_; }
  const boost::json::object& options() const override { return options_; }
  api::unit_state begin_unit(std::string_view) override { return {}; }
  void checkpoint(std::int64_t) override {}
  void end_unit() override {}
  void put(api::staged_entity entity) override {
    staged.push_back(entity.type + " " + entity.external_id);
    raw[entity.external_id] = boost::json::parse(entity.raw).as_object();
  }
  void put_blob(api::blob) override {}
  void report(api::finding item) override { reported.push_back(item.item); }
  void count(std::string_view key, std::int64_t delta) override {
    counts[std::string(key)] += delta;
  }
  void set_meta(std::string_view, std::string_view) override {}
  void commit() override {}
  void check_stop() override {}
  void for_each_entity(std::string_view type,
                       const std::function<void(const api::entity_view&)>& use) override {
    if (type != type::channel) return;
    api::entity_view channel;
    channel.raw = R"({"members":["U1","U7",5]})";
    use(channel);
  }
  void finish_order(std::string_view) override {}
  void for_each_missing_ref(std::string_view type, std::string_view key, std::string_view,
                            const std::function<void(std::string_view)>& use) override {
    scanned.push_back(std::string(type) + "." + std::string(key));
    for (const auto& id : missing_in_database) use(id);
  }
  std::vector<std::string> find_missing(std::string_view,
                                        const std::vector<std::string>& ids) override {
    std::vector<std::string> missing;
    for (const auto& id : ids) {
      looked_up.insert(id);
      if (missing_in_database.contains(id)) missing.push_back(id);
    }
    std::sort(missing.begin(), missing.end());
    return missing;
  }

  std::vector<std::string> staged;
  std::map<std::string, boost::json::object> raw;
  std::vector<std::string> reported;
  std::map<std::string, std::int64_t> counts;
  std::set<std::string> missing_in_database;
  std::set<std::string> looked_up;
  std::vector<std::string> scanned;

 private:
  api::job_info job_;
  boost::json::object options_;
};

boost::json::object object(std::string_view text) {
  return boost::json::parse(boost::json::string_view(text.data(), text.size())).as_object();
}

}  // namespace

TEST(thread_roots, a_root_seen_before_its_replies_needs_no_look_up) {
  remembering_context context;
  thread_roots threads(context);
  threads.begin_channel("C1");
  threads.see_root("C1:1.0");
  threads.see_reply("C1:1.0");
  EXPECT_EQ(threads.finish(true), 0U);
  EXPECT_THAT(context.looked_up, IsEmpty());
  EXPECT_THAT(context.scanned, IsEmpty());
}

TEST(thread_roots, what_was_not_seen_before_is_looked_up_and_staged_if_missing) {
  remembering_context context;
  context.missing_in_database = {"C1:5.0", "C2:1.0"};
  thread_roots threads(context);
  threads.begin_channel("C1");
  threads.see_reply("C1:5.0");
  threads.see_reply("C1:5.0");
  threads.see_reply("C1:6.0");  // its root comes later, or in another file
  threads.see_root("C1:6.0");
  threads.begin_channel("C2");
  threads.see_reply("C2:1.0");
  EXPECT_EQ(threads.finish(true), 2U);
  EXPECT_THAT(context.looked_up, ElementsAre("C1:5.0", "C1:6.0", "C2:1.0"));
  EXPECT_THAT(context.staged, ElementsAre("message C1:5.0", "message C2:1.0"));
  EXPECT_EQ(context.counts["placeholder_roots"], 2);
  EXPECT_TRUE(is_placeholder(context.raw.at("C1:5.0")));
  EXPECT_EQ(context.raw.at("C1:5.0").at("ts"), "5.0");
}

TEST(thread_roots, more_than_it_may_keep_or_an_interrupted_pass_ask_the_database_for_all) {
  for (const bool interrupted : {false, true}) {
    remembering_context context;
    context.missing_in_database = {"C1:3.0"};
    thread_roots threads(context, interrupted ? 100 : 2);
    threads.begin_channel("C1");
    for (const auto* id : {"C1:1.0", "C1:2.0", "C1:3.0", "C1:4.0"}) threads.see_reply(id);
    EXPECT_EQ(threads.finish(!interrupted), 1U);
    EXPECT_THAT(context.scanned, ElementsAre("message.root"));
    EXPECT_THAT(context.staged, ElementsAre("message C1:3.0"));
  }
}

TEST(unlisted_users, are_made_from_the_first_message_that_names_them) {
  remembering_context context;
  unlisted_users users(context);
  users.know("U1");
  users.see("U1", object(R"({"user_profile":{"name":"one"}})"));
  users.see("B2", object(R"({"bot_id":"B2"})"));
  EXPECT_THAT(context.staged, IsEmpty());
  users.see("B2", object(R"({"bot_id":"B2","username":"builder"})"));
  users.see("B2", object(R"({"bot_id":"B2","username":"later"})"));
  users.see("U3", object(R"({"user_profile":{"name":"three","real_name":"Drei"}})"));
  EXPECT_THAT(context.staged, ElementsAre("user B2", "user U3"));
  EXPECT_EQ(context.raw.at("B2").at("name"), "builder");
  EXPECT_EQ(context.raw.at("B2").at("is_bot"), true);
  EXPECT_EQ(context.raw.at("U3").at("profile").at("real_name"), "Drei");
  EXPECT_TRUE(is_unlisted(context.raw.at("U3")));
}

TEST(unlisted_users, without_a_name_are_called_by_their_id_at_the_end) {
  remembering_context context;
  unlisted_users users(context);
  users.know("U1");
  users.see("U5");  // a reaction
  users.see("name:web hook", object("{}"));
  users.see(slackbot);
  users.see("");
  users.finish(true);  // and a channel has U7
  EXPECT_THAT(context.staged,
              ElementsAre("user U5", "user U7", "user USLACKBOT", "user name:web hook"));
  EXPECT_EQ(context.raw.at("U5").at("name"), "U5");
  EXPECT_EQ(context.raw.at("name:web hook").at("name"), "web hook");
  EXPECT_EQ(context.raw.at("USLACKBOT").at("name"), "slackbot");
  EXPECT_EQ(context.counts["unlisted_users"], 4);
  EXPECT_THAT(context.scanned, IsEmpty());
}

TEST(unlisted_users, of_an_interrupted_pass_come_from_the_database) {
  remembering_context context;
  context.missing_in_database = {"U8"};
  unlisted_users users(context);
  users.know("U1");
  users.finish(false);
  EXPECT_THAT(context.scanned, ElementsAre("message.user", "reaction.user"));
  EXPECT_THAT(context.staged, ElementsAre("user U7", "user U8"));
}

}  // namespace crossdock::slack
