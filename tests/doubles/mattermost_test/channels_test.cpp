#include <algorithm>

#include "tests/doubles/mattermost_test/fixture.hpp"

namespace crossdock::doubles::test {

namespace json = boost::json;

class channels : public captured {};
class teams : public captured {};

TEST_F(teams, names_are_checked_and_unique) {
  const auto made = [&](const char* name) {
    return admin.post("/teams", {{"name", name}, {"display_name", "X"}, {"type", "O"}});
  };
  EXPECT_THAT(made("dev"), has_status(201));
  EXPECT_THAT(made("crew"), refused_with(400, "app.team.save.existing.app_error"));
  EXPECT_THAT(made("admin"), refused_with(400, "model.team.is_valid.reserved.app_error"));
  EXPECT_THAT(made("Crew2"), refused_with(400, "model.team.is_valid.characters.app_error"));
  EXPECT_THAT(made("q"), refused_with(400, "model.team.is_valid.characters.app_error"));
  EXPECT_THAT(admin.get("/teams/name/nosuch"),
              refused_with(404, "app.team.get_by_name.missing.app_error"));
}

TEST_F(teams, joining_twice_is_no_error) {
  const auto alice = create_user("alice").id();
  const auto path = "/teams/" + team_id + "/members";
  for (int i = 0; i < 2; ++i) {
    const auto joined = admin.post(path, {{"team_id", team_id}, {"user_id", alice}});
    ASSERT_THAT(joined, has_status(201));
    EXPECT_EQ(joined.text("roles"), "team_user");
  }
  EXPECT_THAT(admin.post(path, {{"team_id", team_id}, {"user_id", unknown_id}}),
              refused_with(404, "app.user.missing_account.const"));
  EXPECT_THAT(admin.post(path, {{"team_id", unknown_id}, {"user_id", alice}}),
              refused_with(400, "api.context.invalid_body_param.app_error"));
  const auto members = admin.get(path).array();
  ASSERT_EQ(members.size(), 2U);
  EXPECT_LT(members[0].at("user_id").as_string(), members[1].at("user_id").as_string());
}

TEST_F(teams, a_batch_answers_in_the_order_of_the_request) {
  json::array wanted;
  std::vector<std::string> ids;
  for (const auto* name : {"zoe", "bob", "alice"}) {
    ids.push_back(create_user(name).id());
    wanted.push_back(json::object{{"team_id", team_id}, {"user_id", ids.back()}});
  }
  const auto joined = admin.post("/teams/" + team_id + "/members/batch", wanted);
  ASSERT_THAT(joined, has_status(201));
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(joined.array()[i].at("user_id"), json::value(ids[i]));
  const auto again = admin.post("/teams/" + team_id + "/members/batch?graceful=true", wanted);
  ASSERT_THAT(again, has_status(201));
  EXPECT_EQ(again.array()[0].at("user_id"), json::value(ids[0]));
  EXPECT_EQ(again.array()[0].at("member").at("user_id"), json::value(ids[0]));
  EXPECT_TRUE(again.array()[0].at("error").is_null());
  wanted.resize(257, wanted[0]);
  EXPECT_THAT(admin.post("/teams/" + team_id + "/members/batch", wanted), has_status(400));
}

struct channel_case {
  const char* name;
  json::object body;
  int status;
  const char* id = "";
};

void PrintTo(const channel_case& one, std::ostream* out) {
  *out << one.name;
}

class creating_a_channel : public captured, public ::testing::WithParamInterface<channel_case> {};

TEST_P(creating_a_channel, is_answered_as_captured) {
  ASSERT_THAT(create_channel("general"), has_status(201));
  ASSERT_THAT(admin.del("/channels/" + create_channel("attic").id()), has_status(200));
  const auto& one = GetParam();
  const auto answer = create_channel("other", one.body);
  if (one.status == 201) {
    EXPECT_THAT(answer, has_status(201));
  } else {
    EXPECT_THAT(answer, refused_with(one.status, one.id));
  }
}

constexpr auto exists = "store.sql_channel.save_channel.exists.app_error";
constexpr auto characters = "model.channel.is_valid.1_or_more.app_error";

INSTANTIATE_TEST_SUITE_P(
    captures, creating_a_channel,
    ::testing::Values(
        channel_case{"taken", {{"name", "general"}}, 400, exists},
        channel_case{"taken_by_the_other_type", {{"name", "general"}, {"type", "P"}}, 400, exists},
        channel_case{"taken_by_an_archived_one", {{"name", "attic"}}, 400, exists},
        channel_case{"automatic", {{"name", "town-square"}}, 400, exists},
        channel_case{"upper_case", {{"name", "Upper"}}, 400, characters},
        channel_case{"space", {{"name", "a b"}}, 400, characters},
        channel_case{"dot", {{"name", "a.b"}}, 400, characters},
        channel_case{"underscore_first", {{"name", "_x"}}, 400, characters},
        channel_case{"umlaut", {{"name", "müsli"}}, 400, characters},
        channel_case{"dash_last", {{"name", "x-"}}, 201},
        channel_case{"digit_first", {{"name", "2024-plan"}}, 201},
        channel_case{"one_letter", {{"name", "c"}}, 201},
        channel_case{"name_of_64", {{"name", std::string(64, 'n')}}, 201},
        channel_case{"display_name_is_checked_first",
                     {{"name", std::string(65, 'n')}, {"display_name", std::string(65, 'n')}},
                     400,
                     "model.channel.is_valid.display_name.app_error"},
        channel_case{"like_a_direct_channel",
                     {{"name", std::string(26, 'a') + "__" + std::string(26, 'b')}},
                     400,
                     "model.channel.is_valid.name.app_error"},
        channel_case{"like_an_id", {{"name", "abcdefghijkmnopqrstuvwxyz1"}}, 201},
        channel_case{"empty_display_name", {{"display_name", ""}}, 201},
        channel_case{"long_purpose",
                     {{"purpose", std::string(251, 'p')}},
                     400,
                     "model.channel.is_valid.purpose.app_error"},
        channel_case{"long_header",
                     {{"header", std::string(1025, 'h')}},
                     400,
                     "model.channel.is_valid.header.app_error"},
        channel_case{"no_team", {{"team_id", nullptr}}, 403, "api.context.permissions.app_error"},
        channel_case{"unknown_team",
                     {{"team_id", "zzzzzzzzzzzzzzzzzzzzzzzzzz"}},
                     404,
                     "app.channel.get_channels.not_found.app_error"},
        channel_case{
            "type_d", {{"type", "D"}}, 400, "api.channel.create_channel.direct_channel.app_error"},
        channel_case{"type_x", {{"type", "X"}}, 400, "model.channel.is_valid.type.app_error"},
        channel_case{"deleted",
                     {{"delete_at", 1500000000000}},
                     400,
                     "store.sql_channel.save.archived_channel.app_error"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(channels, some_fields_of_the_body_are_kept_and_others_not) {
  const auto before = system_now();
  const auto made = create_channel("old", {{"create_at", 1500000000000},
                                           {"creator_id", unknown_id},
                                           {"total_msg_count", 9},
                                           {"last_post_at", 1500000000000}});
  EXPECT_GE(made.number("create_at"), before);
  EXPECT_EQ(made.text("creator_id"), admin_id);
  EXPECT_EQ(made.number("total_msg_count"), 9);
  EXPECT_EQ(made.number("last_post_at"), 1500000000000);
}

TEST_F(channels, members_must_be_in_the_team) {
  const auto general = create_channel("general").id();
  const auto alice = new_user("alice");
  const auto bot = admin.post("/bots", {{"username", "slackbot"}}).text("user_id");
  const auto joined = join_channel(general, alice);
  ASSERT_THAT(joined, has_status(201));
  EXPECT_EQ(joined.text("roles"), "channel_user");
  EXPECT_EQ(joined.number("mention_count"), 0);
  EXPECT_EQ(join_channel(general, alice).number("mention_count"), 1);
  EXPECT_THAT(join_channel(general, bot),
              refused_with(404, "app.team.get_member.missing.app_error"));
  EXPECT_THAT(join_channel(general, unknown_id),
              refused_with(404, "app.user.missing_account.const"));
  EXPECT_EQ(admin.get("/channels/" + general + "/members").array().size(), 2U);
  const auto both =
      admin.post("/channels/" + general + "/members", {{"user_ids", json::array{alice, admin_id}}});
  ASSERT_THAT(both, has_status(201));
  EXPECT_EQ(both.array().size(), 2U);
}

TEST_F(channels, are_archived_and_restored_once) {
  const auto attic = create_channel("attic").id();
  EXPECT_THAT(admin.del("/channels/" + attic), has_status(200));
  EXPECT_THAT(admin.del("/channels/" + attic),
              refused_with(400, "api.channel.delete_channel.deleted.app_error"));
  const auto by_name = "/teams/" + team_id + "/channels/name/attic";
  EXPECT_THAT(admin.get(by_name), refused_with(404, "app.channel.get_by_name.missing.app_error"));
  EXPECT_GT(admin.get(by_name + "?include_deleted=true").number("delete_at"), 0);
  const auto restored = admin.post("/channels/" + attic + "/restore", json::object{});
  EXPECT_EQ(restored.number("total_msg_count"), 1);
  EXPECT_THAT(admin.post("/channels/" + attic + "/restore", json::object{}),
              refused_with(400, "api.channel.restore_channel.restored.app_error"));
  EXPECT_EQ(admin.get(by_name).number("total_msg_count"), 2);
  const auto square = admin.get("/teams/" + team_id + "/channels/name/town-square").id();
  EXPECT_THAT(admin.del("/channels/" + square),
              refused_with(400, "api.channel.delete_channel.cannot.app_error"));
}

TEST_F(channels, joining_and_leaving_is_announced) {
  const auto back = create_channel("back").id();
  const auto eve = new_user("eve");
  join_channel(back, eve);
  EXPECT_THAT(admin.del("/channels/" + back + "/members/" + admin_id), has_status(200));
  EXPECT_THAT(admin.get("/channels/" + back), has_status(200)) << "administrators see all";
  const auto list = admin.get("/channels/" + back + "/posts").object();
  std::vector<std::string> messages;
  for (const auto& [id, one] : list.at("posts").as_object()) {
    messages.emplace_back(one.at("message").as_string());
  }
  EXPECT_THAT(messages, ::testing::UnorderedElementsAre("mmadmin joined the channel.",
                                                        "eve added to the channel by mmadmin.",
                                                        "mmadmin left the channel."));
  EXPECT_EQ(admin.get("/channels/" + back).number("total_msg_count"), 0) << "they do not count";
}

TEST_F(channels, posts_are_counted_and_viewed) {
  const auto general = create_channel("general").id();
  const auto root = create_post(admin, general, "root", {{"create_at", 1500000000000}}).id();
  create_post(admin, general, "tomorrow", {{"create_at", 9000000000000}});
  create_post(admin, general, "reply", {{"root_id", root}, {"create_at", 9500000000000}});
  const auto where = admin.get("/channels/" + general);
  EXPECT_EQ(where.number("total_msg_count"), 3);
  EXPECT_EQ(where.number("total_msg_count_root"), 2);
  EXPECT_EQ(where.number("last_post_at"), 9500000000000);
  EXPECT_EQ(where.number("last_root_post_at"), 9000000000000);
  const auto viewed =
      admin.post("/channels/members/" + admin_id + "/view", {{"channel_id", general}});
  EXPECT_EQ(viewed.object().at("last_viewed_at_times"), (json::object{{general, 9500000000000}}));
  EXPECT_EQ(admin.get("/channels/" + general + "/stats").number("member_count"), 1);
}

TEST_F(channels, erased_ones_free_their_name) {
  const auto secret = create_channel("secret", {{"type", "P"}}).id();
  const auto post = create_post(admin, secret, "p").id();
  EXPECT_THAT(admin.del("/channels/" + secret + "?permanent=true"), has_status(200));
  EXPECT_THAT(admin.get("/posts/" + post), refused_with(404, "app.post.get.app_error"));
  EXPECT_THAT(create_channel("secret"), has_status(201));
}

TEST_F(channels, become_private) {
  const auto conv = create_channel("conv").id();
  EXPECT_EQ(admin.put("/channels/" + conv + "/privacy", {{"privacy", "P"}}).text("type"), "P");
  auto as_alice = as(new_user("alice"));
  EXPECT_THAT(as_alice.get("/channels/" + conv),
              refused_with(403, "api.context.permissions.app_error"));
}

TEST_F(channels, a_changed_purpose_is_announced) {
  const auto general = create_channel("general", {{"purpose", "p"}}).id();
  admin.put("/channels/" + general + "/patch", {{"purpose", "p2"}});
  const auto list = admin.get("/channels/" + general + "/posts").object();
  const auto newest = list.at("order").at(0).as_string();
  const auto& post = list.at("posts").at(newest);
  std::vector<std::string> types;
  for (const auto& [id, one] : list.at("posts").as_object())
    types.emplace_back(one.at("type").as_string());
  EXPECT_THAT(types,
              ::testing::UnorderedElementsAre("system_purpose_change", "system_join_channel"));
  EXPECT_EQ(post.at("create_at").as_int64(),
            list.at("posts").at(newest).at("update_at").as_int64());
}

TEST_F(channels, two_people_have_one_direct_channel) {
  const auto alice = create_user("alice").id();
  const auto bob = create_user("bob").id();
  const auto made = admin.post("/channels/direct", json::array{alice, bob});
  ASSERT_THAT(made, has_status(201));
  EXPECT_EQ(made.text("name"), std::min(alice, bob) + "__" + std::max(alice, bob));
  EXPECT_EQ(made.text("creator_id"), alice);
  EXPECT_EQ(made.object().at("shared"), false);
  EXPECT_EQ(admin.post("/channels/direct", json::array{bob, alice}).id(), made.id());
  EXPECT_EQ(admin.post("/channels/direct", json::array{alice, alice}).text("name"),
            alice + "__" + alice);
  EXPECT_THAT(admin.post("/channels/direct", json::array{alice, unknown_id}),
              refused_with(400, "api.channel.create_direct_channel.invalid_user.app_error"));
  EXPECT_EQ(admin.get("/channels/" + made.id() + "/members").array().size(), 2U);
}

TEST_F(channels, whoever_makes_a_group_is_in_it) {
  const auto alice = create_user("alice").id();
  const auto bob = create_user("bob").id();
  const auto made = admin.post("/channels/group", json::array{bob, alice});
  ASSERT_THAT(made, has_status(201));
  EXPECT_EQ(made.text("display_name"), "alice, bob, mmadmin");
  std::vector<std::string> ids = {alice, bob, admin_id};
  std::ranges::sort(ids);
  EXPECT_EQ(made.text("name"), sha1_hex(ids[0] + ids[1] + ids[2]));
  EXPECT_EQ(made.text("creator_id"), "");
  EXPECT_EQ(admin.post("/channels/group", json::array{alice, bob, admin_id}).id(), made.id());
  json::array nine;
  for (char c = 'a'; c < 'j'; ++c) nine.emplace_back(std::string(26, c));
  EXPECT_THAT(admin.post("/channels/group", nine),
              refused_with(400, "api.channel.create_group.bad_size.app_error"));
}

}  // namespace crossdock::doubles::test
