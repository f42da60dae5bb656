#include "tests/doubles/mattermost_test/fixture.hpp"

namespace crossdock::doubles::test {

namespace json = boost::json;

constexpr millis past = 1500000000000;
const std::string base = "/plugins/mm-importer/api/v1/";

class plugin : public captured {
 protected:
  plugin() : captured(installed()) { general = create_channel("general").id(); }
  static double_options installed() {
    double_options options;
    options.plugin = true;
    return options;
  }
  std::string general;
};

TEST_F(plugin, is_for_administrators_where_it_is_installed) {
  EXPECT_THAT(admin.get(base + "hello"), has_status(200));
  client nobody(server, "");
  EXPECT_THAT(nobody.get(base + "hello"), has_status(401));
  auto as_alice = as(new_user("alice"));
  const auto refused = as_alice.get(base + "hello");
  EXPECT_THAT(refused, has_status(403));
  EXPECT_TRUE(refused.object().contains("error"));
  mattermost_double without;
  client elsewhere(without, without.admin_token());
  EXPECT_THAT(elsewhere.get(base + "hello"), has_status(404));
}

TEST_F(plugin, posts_as_anybody_at_any_time_and_never_remembers) {
  const auto alice = new_user("alice");
  const json::object wanted = {
      {"user_id", alice}, {"channel_id", general}, {"message", "m"}, {"create_at", past}};
  const auto first = admin.post(base + "import", wanted).text("post_id");
  const auto post = admin.get("/posts/" + first);
  EXPECT_EQ(post.text("user_id"), alice);
  EXPECT_EQ(post.number("create_at"), past);
  EXPECT_NE(admin.post(base + "import", wanted).text("post_id"), first);
}

TEST_F(plugin, writes_into_archived_channels_but_does_not_react_there) {
  const auto alice = new_user("alice");
  EXPECT_THAT(admin.post(base + "channel/archive", {{"channel_id", general}}), has_status(200));
  const auto post = admin.post(
      base + "import",
      {{"user_id", alice}, {"channel_id", general}, {"message", "m"}, {"create_at", past}});
  ASSERT_THAT(post, has_status(200));
  const json::object reaction = {{"user_id", alice},
                                 {"post_id", post.text("post_id")},
                                 {"emoji_name", "tada"},
                                 {"create_at", past}};
  const auto refused = admin.post(base + "reaction", reaction);
  EXPECT_THAT(refused, has_status(403));
  EXPECT_THAT(refused.text("error"),
              ::testing::StartsWith("api.reaction.save.archived_channel.app_error"));
  admin.post(base + "channel/unarchive", {{"channel_id", general}});
  EXPECT_THAT(admin.post(base + "reaction", reaction), has_status(200));
  EXPECT_EQ(admin.get("/posts/" + post.text("post_id") + "/reactions").array().at(0).at("user_id"),
            json::value(alice));
}

TEST_F(plugin, stores_files_for_their_author) {
  const auto alice = new_user("alice");
  const auto by_form =
      admin.post_form(base + "attachment_multipart", {{"channel_id", general, ""},
                                                      {"filename", "größe.txt", ""},
                                                      {"user_id", alice, ""},
                                                      {"file", "content", "x"}});
  ASSERT_THAT(by_form, has_status(200));
  EXPECT_EQ(admin.get("/files/" + by_form.text("file_id") + "/info").text("name"), "größe.txt");
  const auto by_text = admin.post(base + "attachment", {{"channel_id", general},
                                                        {"filename", "a.txt"},
                                                        {"content_base64", "YWI="},
                                                        {"user_id", alice}});
  EXPECT_EQ(admin.get("/files/" + by_text.text("file_id")).body, "ab");
  const auto post = admin.post(base + "import", {{"user_id", alice},
                                                 {"channel_id", general},
                                                 {"message", "m"},
                                                 {"create_at", past},
                                                 {"file_ids", {by_text.text("file_id")}}});
  EXPECT_EQ(admin.get("/posts/" + post.text("post_id")).object().at("file_ids"),
            json::array{by_text.text("file_id")});
}

TEST_F(plugin, merges_channels_whose_names_become_one) {
  const auto make = [&](const char* name) {
    return admin
        .post(base + "channel",
              {{"team_id", team_id}, {"name", name}, {"display_name", name}, {"type", "O"}})
        .text("channel_id");
  };
  const auto first = make("Dev_Team");
  EXPECT_EQ(make("dev.team"), first);
  EXPECT_EQ(admin.get("/channels/" + first).text("name"), "dev-team");
  EXPECT_NE(make("общий"), make("общий"));
}

TEST_F(plugin, makes_members_and_conversations) {
  const auto alice = new_user("alice");
  const auto bob = new_user("bob");
  const auto carol = new_user("carol");
  EXPECT_EQ(
      admin.post(base + "channel/members", {{"channel_id", general}, {"user_ids", {alice, bob}}})
          .object()
          .at("added"),
      (json::array{alice, bob}));
  const auto direct = admin.post(base + "dm", {{"user_ids", {alice, bob}}}).text("channel_id");
  EXPECT_EQ(admin.get("/channels/" + direct + "/members").array().size(), 2U);
  const auto group =
      admin.post(base + "gdm", {{"user_ids", {alice, bob, carol}}}).text("channel_id");
  EXPECT_EQ(admin.get("/channels/" + group + "/members").array().size(), 3U);
  EXPECT_THAT(admin.post(base + "gdm", {{"user_ids", {alice, bob}}}), has_status(400));
}

}  // namespace crossdock::doubles::test
