#include "tests/doubles/mattermost_test/fixture.hpp"

namespace crossdock::doubles::test {

namespace json = boost::json;

class people : public captured {};

TEST_F(people, a_created_account_is_shown_whole) {
  const auto before = system_now();
  const auto alice = create_user("alice", {{"first_name", "Alice"},
                                           {"last_name", "A"},
                                           {"nickname", "al"},
                                           {"position", "dev"},
                                           {"locale", "de"}});
  ASSERT_THAT(alice, has_status(201));
  const auto shown = alice.object();
  std::vector<std::string> keys;
  for (const auto& [key, value] : shown) keys.emplace_back(key);
  EXPECT_THAT(keys, ::testing::ElementsAre("id", "create_at", "update_at", "delete_at", "username",
                                           "auth_data", "auth_service", "email", "nickname",
                                           "first_name", "last_name", "position", "roles",
                                           "notify_props", "last_password_update", "locale",
                                           "timezone", "disable_welcome_email"));
  EXPECT_EQ(shown.at("username"), "alice");
  EXPECT_EQ(shown.at("first_name"), "Alice");
  EXPECT_EQ(shown.at("position"), "dev");
  EXPECT_EQ(shown.at("locale"), "de");
  EXPECT_EQ(shown.at("roles"), "system_user");
  EXPECT_GE(alice.number("create_at"), before);
  EXPECT_EQ(alice.id().size(), 26U);
}

struct user_case {
  const char* name;
  json::object body;
  int status;
  const char* id = "";     ///< of the error
  const char* shown = "";  ///< the username in the answer
};

void PrintTo(const user_case& one, std::ostream* out) {
  *out << one.name;
}

class creating_a_user : public captured, public ::testing::WithParamInterface<user_case> {};

TEST_P(creating_a_user, is_answered_as_captured) {
  ASSERT_THAT(create_user("alice"), has_status(201));
  const auto& one = GetParam();
  const auto answer = create_user("someone", one.body);
  if (one.status != 201) {
    EXPECT_THAT(answer, refused_with(one.status, one.id));
    return;
  }
  ASSERT_THAT(answer, has_status(201));
  if (*one.shown) {
    EXPECT_EQ(answer.text("username"), one.shown);
  }
  EXPECT_EQ(answer.text("roles"), "system_user");
}

constexpr auto name_error = "model.user.is_valid.username.app_error";
constexpr auto password_error = "api.user.check_user_password.invalid.app_error";
constexpr auto email_error = "model.user.is_valid.email.app_error";

INSTANTIATE_TEST_SUITE_P(
    captures, creating_a_user,
    ::testing::Values(
        user_case{"username_taken",
                  {{"username", "alice"}},
                  400,
                  "app.user.save.username_exists.app_error"},
        user_case{"email_taken",
                  {{"email", "alice@example.test"}},
                  400,
                  "app.user.save.email_exists.app_error"},
        user_case{"both_taken",
                  {{"username", "alice"}, {"email", "alice@example.test"}},
                  400,
                  "app.user.save.username_exists.app_error"},
        user_case{"email_taken_in_upper_case",
                  {{"email", "ALICE@Example.TEST"}},
                  400,
                  "app.user.save.email_exists.app_error"},
        user_case{"upper_case", {{"username", "UPPER.Case"}}, 201, "", "upper.case"},
        user_case{"digit_first", {{"username", "9lives"}}, 201, "", "9lives"},
        user_case{"underscore_first", {{"username", "_us"}}, 201, "", "_us"},
        user_case{"dots_and_dashes", {{"username", "a.b-c_d"}}, 201, "", "a.b-c_d"},
        user_case{"space", {{"username", "a b"}}, 400, name_error},
        user_case{"umlaut", {{"username", "müller"}}, 400, name_error},
        user_case{"reserved", {{"username", "matterbot"}}, 400, name_error},
        user_case{"here_is_not_reserved", {{"username", "here"}}, 201, "", "here"},
        user_case{"one_letter", {{"username", "x"}}, 201, "", "x"},
        user_case{"name_of_64", {{"username", std::string(64, 'w')}}, 201},
        user_case{"name_of_65", {{"username", std::string(65, 'w')}}, 400, name_error},
        user_case{"no_password", {{"password", nullptr}}, 400, password_error},
        user_case{"short_password", {{"password", "abc"}}, 400, password_error},
        user_case{"password_of_64", {{"password", std::string(64, 'p')}}, 201},
        user_case{"password_of_65", {{"password", std::string(65, 'p')}}, 400, password_error},
        user_case{"no_email", {{"email", nullptr}}, 400, email_error},
        user_case{"no_real_email", {{"email", "not an email"}}, 400, email_error},
        user_case{"own_id",
                  {{"id", "abcdefghijkmnopqrstuvwxyz1"}},
                  400,
                  "app.user.save.existing.app_error"},
        user_case{"roles_are_ignored", {{"roles", "system_admin system_user"}}, 201},
        user_case{"unknown_field", {{"slack_thing", "x"}}, 201},
        user_case{"long_first_name",
                  {{"first_name", std::string(65, 'n')}},
                  400,
                  "model.user.is_valid.first_name.app_error"},
        user_case{"long_position",
                  {{"position", std::string(129, 'n')}},
                  400,
                  "model.user.is_valid.position.app_error"},
        user_case{"service_and_password",
                  {{"auth_service", "gitlab"}, {"auth_data", "1005"}},
                  400,
                  "model.user.is_valid.auth_data_pwd.app_error"},
        user_case{"service_without_data", {{"auth_service", "gitlab"}, {"password", nullptr}}, 201},
        user_case{"made_up_service",
                  {{"auth_service", "slack"}, {"auth_data", "x1"}, {"password", nullptr}},
                  201}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(people, a_body_that_is_no_json_is_refused) {
  EXPECT_THAT(admin.send("POST", "/users", R"({"username":)", "application/json"),
              refused_with(400, "api.context.invalid_body_param.app_error"));
}

TEST_F(people, create_at_is_ignored_and_delete_at_is_kept) {
  const auto before = system_now();
  const auto past =
      create_user("past", {{"create_at", 1500000000000}, {"delete_at", 1500000000001}});
  ASSERT_THAT(past, has_status(201));
  EXPECT_EQ(past.number("delete_at"), 1500000000001);
  EXPECT_GE(past.number("create_at"), before);
}

TEST_F(people, auth_data_is_unique_and_never_shown) {
  const json::object gitlab = {
      {"auth_service", "gitlab"}, {"auth_data", "1001"}, {"password", nullptr}};
  const auto first = create_user("gl1", gitlab);
  ASSERT_THAT(first, has_status(201));
  EXPECT_EQ(first.text("auth_data"), "");
  EXPECT_EQ(first.text("auth_service"), "gitlab");
  EXPECT_THAT(create_user("gl2", gitlab), refused_with(500, "app.user.save.app_error"));
}

TEST_F(people, who_signs_up_cannot_name_a_service) {
  client nobody(server, "");
  EXPECT_THAT(nobody.post("/users", user_body("open")), has_status(201));
  EXPECT_THAT(
      nobody.post(
          "/users",
          user_body("gl", {{"auth_service", "gitlab"}, {"auth_data", "7"}, {"password", nullptr}})),
      refused_with(400, password_error));
}

TEST_F(people, are_found_by_name_email_and_id) {
  const auto alice = create_user("alice").id();
  EXPECT_EQ(admin.get("/users/username/alice").id(), alice);
  const auto by_email = admin.get("/users/email/alice%40example.test");
  EXPECT_EQ(by_email.id(), alice);
  EXPECT_FALSE(by_email.object().contains("notify_props"));
  EXPECT_EQ(admin.get("/users/" + alice).id(), alice);
  EXPECT_THAT(admin.get("/users/username/nobody"),
              refused_with(404, "app.user.get_by_username.app_error"));
  EXPECT_THAT(admin.get("/users/email/zz@example.test"),
              refused_with(404, "app.user.missing_account.const"));
  const auto malformed = admin.get("/users/short");
  EXPECT_THAT(malformed, refused_with(400, "api.context.invalid_url_param.app_error"));
  EXPECT_EQ(malformed.text("message"), "Invalid or missing user_id parameter in request URL.");
  const auto named =
      admin.post("/users/usernames", json::array{"alice", "nobody", "mmadmin"}).array();
  ASSERT_EQ(named.size(), 2U);
  EXPECT_EQ(named[0].at("id"), json::value(alice));
  EXPECT_EQ(admin.post("/users/ids", json::array{alice, admin_id}).array().size(), 2U);
}

TEST_F(people, lists_are_sorted_by_name_and_cut_into_pages) {
  create_user("zoe");
  create_user("9lives");
  create_user("_us");
  const auto page = admin.get("/users?per_page=2&page=0").array();
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].at("username"), "9lives");
  EXPECT_EQ(page[1].at("username"), "_us");
}

TEST_F(people, a_changed_account_keeps_to_the_rules) {
  create_user("gluser");
  const auto alice = create_user("alice").id();
  const auto patched = admin.put("/users/" + alice + "/patch", {{"nickname", "allie"}});
  ASSERT_THAT(patched, has_status(200));
  EXPECT_EQ(patched.text("nickname"), "allie");
  EXPECT_THAT(admin.put("/users/" + alice + "/patch", {{"username", "gluser"}}),
              refused_with(400, "app.user.save.username_exists.app_error"));
  EXPECT_THAT(admin.put("/users/" + alice + "/patch", {{"username", "alicia"}}), has_status(200));
  EXPECT_THAT(create_user("alice", {{"email", "other@example.test"}}), has_status(201));
}

TEST_F(people, a_deactivated_account_keeps_its_name_and_loses_its_tokens) {
  const auto dan = create_user("dan").id();
  auto as_dan = as(dan);
  ASSERT_THAT(as_dan.get("/users/me"), has_status(200));
  ASSERT_THAT(admin.del("/users/" + dan), has_status(200));
  EXPECT_GT(admin.get("/users/" + dan).number("delete_at"), 0);
  EXPECT_THAT(as_dan.get("/users/me"), refused_with(401, "api.context.session_expired.app_error"));
  EXPECT_THAT(create_user("dan", {{"email", "dan2@example.test"}}),
              refused_with(400, "app.user.save.username_exists.app_error"));
  EXPECT_THAT(create_user("dan2", {{"email", "dan@example.test"}}),
              refused_with(400, "app.user.save.email_exists.app_error"));
  EXPECT_THAT(admin.post("/users/" + dan + "/tokens", {{"description", "y"}}), has_status(200));
  EXPECT_THAT(admin.put("/users/" + dan + "/active", {{"active", true}}), has_status(200));
  EXPECT_THAT(as_dan.get("/users/me"), has_status(200));
}

TEST_F(people, no_token_or_a_bad_one_is_an_expired_session) {
  client nobody(server, "");
  client stranger(server, unknown_id);
  EXPECT_THAT(nobody.get("/users/me"), refused_with(401, "api.context.session_expired.app_error"));
  EXPECT_THAT(stranger.get("/users/me"),
              refused_with(401, "api.context.session_expired.app_error"));
  EXPECT_THAT(nobody.get("/system/ping"), has_status(200));
}

TEST_F(people, a_token_needs_a_description) {
  const auto refused = admin.post("/users/" + admin_id + "/tokens", json::object{});
  EXPECT_THAT(refused, refused_with(400, "api.context.invalid_body_param.app_error"));
  EXPECT_EQ(refused.text("message"), "Invalid or missing description in request body.");
}

TEST_F(people, a_login_gives_a_session) {
  create_user("alice");
  client nobody(server, "");
  const auto login = nobody.post("/users/login", {{"login_id", "alice"}, {"password", password}});
  ASSERT_THAT(login, has_status(200));
  client alice(server, login.headers.at("token"));
  EXPECT_EQ(alice.get("/users/me").text("username"), "alice");
  EXPECT_THAT(nobody.post("/users/login", {{"login_id", "ghost"}, {"password", password}}),
              refused_with(401, "api.user.login.invalid_credentials_email_username"));
}

TEST_F(people, an_avatar_must_be_an_image) {
  const auto alice = create_user("alice").id();
  EXPECT_THAT(admin.post_form("/users/" + alice + "/image", {{"image", png(8, 8), "a.png"}}),
              has_status(200));
  EXPECT_EQ(admin.get("/users/" + alice + "/image").body, png(8, 8));
  EXPECT_THAT(admin.post_form("/users/" + alice + "/image", {{"image", "text", "a.png"}}),
              refused_with(400, "api.user.upload_profile_user.check_image_limits.app_error"));
}

TEST_F(people, another_login_service_needs_its_data) {
  const auto alice = create_user("alice").id();
  const auto taken =
      admin.put("/users/" + alice + "/auth", {{"auth_service", "gitlab"}, {"auth_data", "2001"}});
  EXPECT_EQ(taken.object(), (json::object{{"auth_data", "2001"}, {"auth_service", "gitlab"}}));
  EXPECT_THAT(
      admin.put("/users/" + alice + "/auth", {{"auth_service", ""}, {"auth_data", nullptr}}),
      refused_with(400, "api.user.update_user_auth.invalid_request"));
}

TEST_F(people, a_status_is_manual) {
  const auto alice = create_user("alice").id();
  const auto status =
      admin.put("/users/" + alice + "/status", {{"user_id", alice}, {"status", "dnd"}});
  EXPECT_EQ(status.text("status"), "dnd");
  EXPECT_EQ(status.object().at("manual"), true);
}

TEST_F(people, an_erased_account_frees_its_name) {
  const auto carol = new_user("carol");
  EXPECT_THAT(admin.del("/users/" + carol + "?permanent=true"), has_status(200));
  EXPECT_THAT(admin.get("/users/" + carol), refused_with(404, "app.user.missing_account.const"));
  EXPECT_THAT(create_user("carol"), has_status(201));
}

TEST_F(people, are_searched_by_the_beginning_of_a_name) {
  create_user("alice", {{"nickname", "Wonder"}});
  const auto gone = create_user("alicia").id();
  admin.del("/users/" + gone);
  EXPECT_EQ(admin.post("/users/search", {{"term", "ali"}}).array().size(), 1U);
  EXPECT_EQ(admin.post("/users/search", {{"term", "ali"}, {"allow_inactive", true}}).array().size(),
            2U);
  EXPECT_EQ(admin.post("/users/search", {{"term", "wond"}}).array().size(), 1U);
}

TEST_F(people, only_administrators_change_others) {
  const auto alice = create_user("alice").id();
  auto as_alice = as(alice);
  constexpr auto forbidden = "api.context.permissions.app_error";
  EXPECT_THAT(as_alice.put("/users/" + admin_id + "/patch", {{"nickname", "x"}}),
              refused_with(403, forbidden));
  EXPECT_THAT(as_alice.put("/users/" + alice + "/roles", {{"roles", "system_admin"}}),
              refused_with(403, forbidden));
  EXPECT_THAT(as_alice.get("/imports"), refused_with(403, forbidden));
  EXPECT_THAT(as_alice.get("/users/" + admin_id), has_status(200));
}

TEST_F(people, bots_are_accounts) {
  const auto made = admin.post("/bots", {{"username", "slackbot"}, {"display_name", "Slack Bot"}});
  ASSERT_THAT(made, has_status(201));
  EXPECT_EQ(made.text("owner_id"), admin_id);
  EXPECT_THAT(admin.post("/bots", {{"username", "slackbot"}}),
              refused_with(400, "app.user.save.username_exists.app_error"));
  EXPECT_EQ(admin.get("/bots?per_page=200").array().size(), 1U);
  EXPECT_EQ(admin.get("/users/username/slackbot").text("email"), "slackbot@localhost");
}

}  // namespace crossdock::doubles::test
