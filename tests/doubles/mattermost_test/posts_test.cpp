#include <atomic>

#include "tests/doubles/mattermost_test/fixture.hpp"

namespace crossdock::doubles::test {

namespace json = boost::json;

constexpr millis past = 1500000000000;

class posts : public captured {
 protected:
  posts() : posts(double_options{}) {}
  explicit posts(double_options options) : captured(std::move(options)) {
    general = create_channel("general").id();
  }
  answer create(const std::string& message, const json::object& more = {}) {
    return create_post(admin, general, message, more);
  }
  std::string general;
};

TEST_F(posts, an_administrator_sets_the_time_and_nobody_the_author) {
  const auto alice = new_user("alice");
  const auto made = create("as alice?", {{"create_at", past}, {"user_id", alice}});
  ASSERT_THAT(made, has_status(201));
  EXPECT_EQ(made.text("user_id"), admin_id);
  EXPECT_EQ(made.number("create_at"), past);
  EXPECT_EQ(made.number("update_at"), past);
  EXPECT_EQ(create("negative", {{"create_at", -5}}).number("create_at"), -5);
  EXPECT_EQ(create("future", {{"create_at", past * 2}}).number("create_at"), past * 2);
  EXPECT_GT(create("zero", {{"create_at", 0}}).number("create_at"), past);
}

TEST_F(posts, others_post_now_until_they_are_administrators) {
  const auto eve = new_user("eve");
  join_channel(general, eve);
  auto as_eve = as(eve);
  EXPECT_GT(create_post(as_eve, general, "e1", {{"create_at", past}}).number("create_at"), past);
  admin.put("/users/" + eve + "/roles", {{"roles", "system_user system_admin"}});
  EXPECT_EQ(create_post(as_eve, general, "e3", {{"create_at", past}}).number("create_at"), past);
  admin.put("/users/" + eve + "/roles", {{"roles", "system_user"}});
  EXPECT_GT(create_post(as_eve, general, "e4", {{"create_at", past}}).number("create_at"), past);
}

TEST_F(posts, of_a_bot_are_marked) {
  const auto bot = admin.post("/bots", {{"username", "migbot"}}).text("user_id");
  auto as_bot = as(bot);
  EXPECT_THAT(create_post(as_bot, general, "b1"),
              refused_with(403, "api.context.permissions.app_error"));
  admin.post("/teams/" + team_id + "/members", {{"team_id", team_id}, {"user_id", bot}});
  join_channel(general, bot);
  const auto made = create_post(as_bot, general, "b2", {{"create_at", past}});
  EXPECT_GT(made.number("create_at"), past);
  EXPECT_EQ(made.object().at("props"), (json::object{{"from_bot", "true"}}));
}

TEST_F(posts, only_edit_at_of_the_other_times_is_kept) {
  const auto made = create("all", {{"create_at", past},
                                   {"update_at", past + 5},
                                   {"edit_at", past + 6},
                                   {"delete_at", past + 7}});
  EXPECT_EQ(made.number("edit_at"), past + 6);
  EXPECT_EQ(made.number("update_at"), past);
  EXPECT_EQ(made.number("delete_at"), 0);
}

struct post_case {
  const char* name;
  json::object body;
  int status;
  const char* id = "";
};

void PrintTo(const post_case& one, std::ostream* out) {
  *out << one.name;
}

class creating_a_post : public posts, public ::testing::WithParamInterface<post_case> {};

TEST_P(creating_a_post, is_answered_as_captured) {
  const auto& one = GetParam();
  const auto answer = create("x", one.body);
  if (one.status == 201) {
    EXPECT_THAT(answer, has_status(201));
  } else {
    EXPECT_THAT(answer, refused_with(one.status, one.id));
  }
}

std::string repeated(const std::string& what, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += what;
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    captures, creating_a_post,
    ::testing::Values(
        post_case{"time_as_text",
                  {{"create_at", "1500000000000"}},
                  400,
                  "api.context.invalid_body_param.app_error"},
        post_case{"time_as_fraction",
                  {{"create_at", 1500000000000.5}},
                  400,
                  "api.context.invalid_body_param.app_error"},
        post_case{"own_id",
                  {{"id", "abcdefghijkmnopqrstuvwxyz1"}},
                  400,
                  "app.post.save.existing.app_error"},
        post_case{"empty", {{"message", ""}}, 201}, post_case{"blank", {{"message", "  "}}, 201},
        post_case{"longest", {{"message", std::string(16383, 'm')}}, 201},
        post_case{"longest_in_four_byte_letters", {{"message", repeated("😀", 16383)}}, 201},
        post_case{"too_long",
                  {{"message", std::string(16384, 'm')}},
                  400,
                  "model.post.is_valid.msg.app_error"},
        post_case{"nul", {{"message", std::string("a\0b", 3)}}, 500, "app.post.save.app_error"},
        post_case{"big_props", {{"props", {{"x", std::string(8001, 'y')}}}}, 201},
        post_case{"huge_props",
                  {{"props", {{"x", std::string(800001, 'y')}}}},
                  400,
                  "model.post.is_valid.props.app_error"},
        post_case{"system_type",
                  {{"type", "system_join_channel"}},
                  400,
                  "api.context.invalid_param.app_error"},
        post_case{"attachment_type", {{"type", "slack_attachment"}}, 201},
        post_case{"custom_type", {{"type", "custom_x"}}, 201},
        post_case{
            "no_channel", {{"channel_id", nullptr}}, 403, "api.context.permissions.app_error"},
        post_case{
            "malformed_channel", {{"channel_id", "x"}}, 403, "api.context.permissions.app_error"},
        post_case{"unknown_root",
                  {{"root_id", "zzzzzzzzzzzzzzzzzzzzzzzzzz"}},
                  400,
                  "api.post.create_post.root_id.app_error"},
        post_case{"malformed_root",
                  {{"root_id", "short"}},
                  400,
                  "api.post.create_post.root_id.app_error"},
        post_case{"eleven_files",
                  {{"file_ids", json::array(11, "zzzzzzzzzzzzzzzzzzzzzzzzzz")}},
                  400,
                  "model.post.is_valid.file_ids.app_error"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(posts, mentions_and_hashtags_are_found) {
  const auto made = create("**b** @alice ~general #tag <https://x.test|y>");
  EXPECT_EQ(made.text("hashtags"), "#tag");
  EXPECT_EQ(made.object().at("props").at("channel_mentions").at("general"),
            (json::object{{"display_name", "general"}, {"team_name", "crew"}}));
}

TEST_F(posts, attachments_get_all_their_fields) {
  const auto made =
      create("", {{"props", {{"attachments", {{{"text", "att"}, {"fallback", "f"}}}}}}});
  const auto shown = made.object();
  const auto& attachment = shown.at("props").at("attachments").at(0).as_object();
  EXPECT_EQ(attachment.size(), 16U);
  EXPECT_EQ(attachment.at("text"), "att");
  EXPECT_TRUE(attachment.at("fields").is_null());
  EXPECT_EQ(shown.at("metadata").at("embeds").at(0).at("type"), "message_attachment");
}

TEST_F(posts, replies_need_a_root_of_the_same_channel) {
  const auto root = create("root", {{"create_at", past + 1000}}).id();
  const auto reply = create("reply", {{"root_id", root}, {"create_at", past + 2000}});
  EXPECT_EQ(reply.number("reply_count"), 1);
  EXPECT_THAT(create("rr", {{"root_id", reply.id()}}),
              refused_with(400, "api.post.create_post.root_id.app_error"));
  const auto secret = create_channel("secret", {{"type", "P"}}).id();
  EXPECT_THAT(create_post(admin, secret, "oc", {{"root_id", root}}),
              refused_with(400, "api.post.create_post.channel_root_id.app_error"));
}

TEST_F(posts, a_reply_older_than_its_root_moves_the_root_back) {
  const auto root = create("root", {{"create_at", past + 1000}}).id();
  const auto reply = create("reply", {{"root_id", root}, {"create_at", past + 2000}}).id();
  const auto older = create("older", {{"root_id", root}, {"create_at", past + 500}});
  EXPECT_EQ(older.number("reply_count"), 2);
  const auto thread = admin.get("/posts/" + root + "/thread").object();
  EXPECT_EQ(thread.at("order"), (json::array{root, reply, older.id(), root}));
  EXPECT_EQ(thread.at("posts").at(root).at("update_at"), past + 500);
  EXPECT_EQ(thread.at("posts").at(root).at("reply_count"), 2);
}

TEST_F(posts, an_archived_channel_takes_none) {
  const auto attic = create_channel("attic").id();
  const auto post = create_post(admin, attic, "before").id();
  admin.del("/channels/" + attic);
  EXPECT_THAT(create_post(admin, attic, "late"),
              refused_with(400, "api.post.create_post.can_not_post_to_deleted.error"));
  EXPECT_THAT(
      admin.post("/reactions", {{"user_id", admin_id}, {"post_id", post}, {"emoji_name", "tada"}}),
      refused_with(403, "api.reaction.save.archived_channel.app_error"));
}

TEST_F(posts, an_administrator_may_write_into_others_conversations) {
  const auto direct = admin.post("/channels/direct",
                                 json::array{create_user("alice").id(), create_user("bob").id()});
  EXPECT_THAT(create_post(admin, direct.id(), "dm", {{"create_at", past}}), has_status(201));
}

TEST_F(posts, a_channel_one_is_not_in_is_closed) {
  auto as_alice = as(new_user("alice"));
  EXPECT_THAT(create_post(as_alice, general, "x"),
              refused_with(403, "api.context.permissions.app_error"));
}

TEST_F(posts, are_edited_pinned_and_deleted) {
  const auto post = create("first", {{"create_at", past}}).id();
  const auto edited =
      admin.put("/posts/" + post + "/patch", {{"message", "edited"}, {"create_at", 5}});
  EXPECT_EQ(edited.text("message"), "edited");
  EXPECT_EQ(edited.number("create_at"), past);
  EXPECT_GT(edited.number("edit_at"), past);
  EXPECT_THAT(admin.post("/posts/" + post + "/pin", json::object{}), has_status(200));
  EXPECT_EQ(admin.get("/channels/" + general + "/pinned").object().at("order"), json::array{post});
  EXPECT_THAT(admin.del("/posts/" + post), has_status(200));
  EXPECT_THAT(admin.get("/posts/" + post), refused_with(404, "app.post.get.app_error"));
}

TEST_F(posts, lists_go_by_time_newest_first) {
  std::vector<std::string> ids;
  for (int i = 0; i < 6; ++i) {
    ids.push_back(create("m" + std::to_string(i), {{"create_at", past + i * 1000}}).id());
  }
  const auto path = "/channels/" + general + "/posts?per_page=2&";
  const auto before = admin.get(path + "before=" + ids[4]).object();
  EXPECT_EQ(before.at("order"), (json::array{ids[3], ids[2]}));
  EXPECT_EQ(before.at("next_post_id"), json::value(ids[4]));
  EXPECT_EQ(before.at("prev_post_id"), json::value(ids[1]));
  EXPECT_EQ(admin.get(path + "before=" + ids[4] + "&page=1").object().at("order"),
            (json::array{ids[1], ids[0]}));
  const auto after = admin.get(path + "after=" + ids[1]).object();
  EXPECT_EQ(after.at("order"), (json::array{ids[3], ids[2]}));
  const auto newest = admin.get("/channels/" + general + "/posts?per_page=3").object();
  EXPECT_EQ(newest.at("order").as_array().size(), 3U);
  EXPECT_EQ(newest.at("order").at(1), json::value(ids[5]));  // the message about joining is now
  EXPECT_EQ(newest.at("next_post_id"), "");
  EXPECT_EQ(newest.at("prev_post_id"), json::value(ids[3]));
}

TEST_F(posts, changed_ones_are_asked_for_by_time) {
  const auto old = create("old", {{"create_at", past}}).id();
  create("older", {{"create_at", past - 1}});
  const auto since = admin.get("/channels/" + general + "/posts?since=" + std::to_string(past - 1));
  std::vector<std::string> found;
  const auto whole = since.object();
  for (const auto& id : whole.at("order").as_array()) found.emplace_back(id.as_string());
  EXPECT_THAT(found, ::testing::Contains(old));
  EXPECT_EQ(found.size(), 2U);  // and the message about joining
}

TEST_F(posts, an_ephemeral_one_is_shown_and_not_kept) {
  const auto shown =
      admin.post("/posts/ephemeral",
                 {{"user_id", admin_id}, {"post", {{"channel_id", general}, {"message", "eph"}}}});
  ASSERT_THAT(shown, has_status(201));
  EXPECT_EQ(shown.text("type"), "system_ephemeral");
  EXPECT_EQ(shown.number("update_at"), 0);
  EXPECT_THAT(admin.get("/posts/" + shown.id()), refused_with(404, "app.post.get.app_error"));
}

TEST_F(posts, are_found_by_their_words_and_by_ids) {
  const auto post = create("hello past", {{"create_at", past}}).id();
  const auto found = admin.post("/teams/" + team_id + "/posts/search",
                                {{"terms", "hello"}, {"is_or_search", false}});
  EXPECT_EQ(found.object().at("order"), json::array{post});
  EXPECT_TRUE(found.object().at("matches").is_null());
  EXPECT_EQ(admin.post("/posts/ids", json::array{post, unknown_id}).array().size(), 1U);
}

TEST_F(posts, carry_an_etag) {
  const auto post = create("p", {{"create_at", past}}).id();
  EXPECT_EQ(admin.get("/posts/" + post).headers.at("etag"), "6.7.0." + post + ".1500000000000");
}

class pending_posts : public captured {
 protected:
  pending_posts() : captured(with_clock()) { general = create_channel("general").id(); }
  static double_options with_clock() {
    double_options options;
    time = past;
    options.clock = [] { return time.load(); };
    return options;
  }
  static inline std::atomic<millis> time{0};
  std::string general;
};

TEST_F(pending_posts, a_key_makes_one_post_within_thirty_seconds) {
  const auto create = [&](const char* key) {
    return create_post(admin, general, "p", {{"pending_post_id", key}});
  };
  const auto first = create("k:1");
  EXPECT_EQ(first.text("pending_post_id"), "k:1");
  time += 29'999;
  const auto again = create("k:1");
  ASSERT_THAT(again, has_status(201));
  EXPECT_EQ(again.id(), first.id());
  EXPECT_EQ(again.text("pending_post_id"), "");
  EXPECT_FALSE(again.object().contains("metadata"));
  EXPECT_NE(create("k:2").id(), first.id());
  time += 1;
  EXPECT_NE(create("k:1").id(), first.id());
}

TEST_F(pending_posts, a_restart_forgets_them) {
  const auto first = create_post(admin, general, "p", {{"pending_post_id", "k"}}).id();
  server.restart();
  admin.get("/system/ping");  // finds the old connection closed
  EXPECT_NE(create_post(admin, general, "p", {{"pending_post_id", "k"}}).id(), first);
}

class reactions : public posts {
 protected:
  answer react(client& who, const std::string& user_id, const std::string& name,
               const json::object& more = {}) {
    return who.post("/reactions",
                    changed({{"user_id", user_id}, {"post_id", post}, {"emoji_name", name}}, more));
  }
  std::string post = create("p", {{"create_at", past}}).id();
};

TEST_F(reactions, keep_their_time_and_repeat_without_harm) {
  EXPECT_EQ(react(admin, admin_id, "tada", {{"create_at", past}}).number("create_at"), past);
  EXPECT_GT(react(admin, admin_id, "tada").number("create_at"), past);
  const auto stored = admin.get("/posts/" + post + "/reactions").array();
  ASSERT_EQ(stored.size(), 1U);
  EXPECT_EQ(stored[0].at("create_at"), past);
  EXPECT_EQ(
      admin.post("/posts/ids/reactions", json::array{post}).object().at(post).as_array().size(),
      1U);
  const auto path = "/users/" + admin_id + "/posts/" + post + "/reactions/tada";
  EXPECT_THAT(admin.del(path), has_status(200));
  EXPECT_THAT(admin.del(path), has_status(200));
  EXPECT_TRUE(admin.get("/posts/" + post + "/reactions").array().empty());
}

TEST_F(reactions, are_of_oneself_only) {
  const auto alice = new_user("alice");
  join_channel(general, alice);
  auto as_alice = as(alice);
  EXPECT_THAT(react(admin, alice, "heart"),
              refused_with(403, "api.reaction.save_reaction.user_id.app_error"));
  EXPECT_EQ(react(as_alice, alice, "heart", {{"create_at", past}}).number("create_at"), past);
}

TEST_F(reactions, names_are_checked) {
  for (const auto* name : {"thumbsup", "nosuch_emoji", "thumbsup_medium_skin_tone", "+1", "TADA"}) {
    EXPECT_THAT(react(admin, admin_id, name), has_status(200)) << name;
  }
  for (const auto* name : {"+1::skin-tone-4", ":tada:"}) {
    EXPECT_THAT(react(admin, admin_id, name),
                refused_with(400, "model.reaction.is_valid.emoji_name.app_error"));
  }
  for (const auto& name : {std::string(), std::string(65, 'x')}) {
    EXPECT_THAT(react(admin, admin_id, name),
                refused_with(400, "api.reaction.save_reaction.invalid.app_error"));
  }
  EXPECT_THAT(react(admin, admin_id, "heart", {{"post_id", unknown_id}}),
              refused_with(404, "app.post.get.app_error"));
  EXPECT_THAT(react(admin, admin_id, "heart", {{"post_id", "x"}}),
              refused_with(400, "api.reaction.save_reaction.invalid.app_error"));
  admin.del("/posts/" + post);
  EXPECT_THAT(react(admin, admin_id, "heart"), refused_with(404, "app.post.get.app_error"));
}

}  // namespace crossdock::doubles::test
