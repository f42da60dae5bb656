#include <functional>

#include "tests/doubles/mattermost_test/fixture.hpp"

/// What depends on the server's configuration and version, and the rate limit.
namespace crossdock::doubles::test {

namespace json = boost::json;

namespace {

double_options with(const std::function<void(double_options&)>& change) {
  double_options options;
  change(options);
  return options;
}

}  // namespace

class a_server : public captured {};

TEST_F(a_server, says_how_it_is) {
  EXPECT_EQ(admin.get("/system/ping?get_server_status=true").text("database_status"), "OK");
  const auto config = admin.get("/config/client?format=old");
  EXPECT_EQ(config.text("Version"), "6.7.0");
  EXPECT_EQ(config.text("MaxFileSize"), "104857600");
  EXPECT_EQ(config.text("MaxPostSize"), "16383");
  EXPECT_EQ(admin.get("/plugins").object().at("active"), json::array{});
  EXPECT_EQ(admin.get("/license/client?format=old").text("IsLicensed"), "false");
}

TEST_F(a_server, answers_carry_its_headers) {
  const auto answer = admin.get("/users/me");
  EXPECT_EQ(answer.headers.at("content-type"), "application/json");
  EXPECT_EQ(answer.headers.at("x-request-id").size(), 26U);
  EXPECT_THAT(answer.headers.at("x-version-id"), ::testing::StartsWith("6.7.0."));
  EXPECT_THAT(answer.headers.at("date"), ::testing::EndsWith(" GMT"));
}

TEST_F(a_server, an_unknown_route_is_plain_text_with_json_in_it) {
  const auto answer = admin.get("/nope/nope");
  EXPECT_THAT(answer, refused_with(404, "api.context.404.app_error"));
  EXPECT_EQ(answer.headers.at("content-type"), "text/plain; charset=utf-8");
  EXPECT_FALSE(answer.headers.contains("x-version-id"));
  EXPECT_EQ(
      answer.text("detailed_error"),
      "There doesn't appear to be an api call for the url='/api/v4/nope/nope'.  Typo? are you "
      "missing a team_id or user_id as part of the url?");
}

TEST_F(a_server, errors_name_the_request) {
  const auto answer = admin.get("/users/username/nobody");
  EXPECT_EQ(answer.text("request_id"), answer.headers.at("x-request-id"));
  EXPECT_EQ(answer.text("detailed_error"), "");
}

TEST_F(a_server, counts_requests_by_route) {
  server.reset_request_counts();
  for (int i = 0; i < 3; ++i) admin.get("/users/" + admin_id);
  admin.get("/users/me");
  const auto counts = server.request_counts();
  EXPECT_EQ(counts.at("GET /api/v4/users/{}"), 4U);
  EXPECT_EQ(server.request_total(), 4U);
  EXPECT_EQ(admin.get("/__double/requests").number("GET /api/v4/users/{}"), 4);
  EXPECT_EQ(admin.connections(), 1);
}

TEST(empty_server, makes_the_first_user_its_administrator) {
  mattermost_double server(with([](double_options& options) { options.seeded = false; }));
  client nobody(server, "");
  const auto first = nobody.post(
      "/users", {{"username", "first"}, {"email", "first@example.test"}, {"password", "Passw0rd"}});
  EXPECT_EQ(first.text("roles"), "system_admin system_user");
}

class without_features : public captured {
 protected:
  without_features()
      : captured(with([](double_options& options) {
          options.config.enable_custom_emoji = false;
          options.config.enable_file_attachments = false;
          options.config.restrict_creation_to_domains = "example.test";
          options.config.min_password = 12;
        })) {}
};

TEST_F(without_features, says_which_is_off) {
  EXPECT_THAT(admin.get("/emoji"), refused_with(501, "api.emoji.disabled.app_error"));
  EXPECT_THAT(admin.post_form("/files", {{"files", "x", "x.txt"}}),
              refused_with(501, "api.file.attachments.disabled.app_error"));
  EXPECT_THAT(create_user("far", {{"email", "far@elsewhere.test"}}),
              refused_with(400, "api.user.create_user.accepted_domain.app_error"));
  EXPECT_THAT(create_user("short", {{"password", "12345678"}}),
              refused_with(400, "api.user.check_user_password.invalid.app_error"));
}

TEST(without_tokens, only_sessions_count) {
  double_options options;
  options.config.enable_user_access_tokens = false;
  mattermost_double server(options);
  client by_token(server, server.admin_token());
  EXPECT_THAT(by_token.get("/users/me"),
              refused_with(401, "api.context.session_expired.app_error"));
  const auto login = by_token.post(
      "/users/login", {{"login_id", options.admin_username}, {"password", options.admin_password}});
  client by_session(server, login.headers.at("token"));
  const auto me = by_session.get("/users/me").id();
  EXPECT_THAT(by_session.post("/users/" + me + "/tokens", {{"description", "x"}}),
              refused_with(501, "app.user_access_token.disabled"));
}

TEST(closed_server, takes_no_strangers) {
  double_options options;
  options.config.enable_open_server = false;
  mattermost_double closed(options);
  client nobody(closed, "");
  const json::object body = {
      {"username", "x"}, {"email", "x@example.test"}, {"password", "Passw0rd"}};
  EXPECT_THAT(nobody.post("/users", body),
              refused_with(403, "api.user.create_user.no_open_server"));
  options.config.enable_user_creation = false;
  mattermost_double no_creation(options);
  client stranger(no_creation, "");
  client admin(no_creation, no_creation.admin_token());
  EXPECT_THAT(stranger.post("/users", body),
              refused_with(501, "api.user.create_user.signup_email_disabled.app_error"));
  EXPECT_THAT(admin.post("/users", body), has_status(201));
}

class small_limits : public captured {
 protected:
  small_limits()
      : captured(with([](double_options& options) {
          options.config.max_users_per_team = 2;
          options.config.max_channels_per_team = 3;
          options.config.max_file_size = 10;
        })) {}
};

TEST_F(small_limits, hold) {
  new_user("second");
  const auto third = create_user("third").id();
  const json::object wanted = {{"team_id", team_id}, {"user_id", third}};
  constexpr auto full = "app.team.join_user_to_team.save_member.max_accounts.app_error";
  EXPECT_THAT(admin.post("/teams/" + team_id + "/members", wanted), refused_with(400, full));
  const auto batch =
      admin.post("/teams/" + team_id + "/members/batch?graceful=true", json::array{wanted});
  ASSERT_THAT(batch, has_status(201));
  EXPECT_TRUE(batch.array()[0].at("member").is_null());
  EXPECT_EQ(batch.array()[0].at("error").at("id"), json::value(full));
  EXPECT_EQ(batch.array()[0].at("error").at("detailed_error"),
            "limit exceeded: what: TeamMember count: 3 metadata: team members limit exceeded");
  const auto c3 = create_channel("c3");  // after the two automatic ones
  ASSERT_THAT(c3, has_status(201));
  EXPECT_THAT(create_channel("c4"),
              refused_with(400, "api.channel.create_channel.max_channel_limit.app_error"));
  const auto large = admin.post_form(
      "/files", {{"channel_id", c3.id(), ""}, {"files", "eleven bytes", "big.bin"}});
  EXPECT_THAT(large, refused_with(413, "api.file.upload_file.too_large_detailed.app_error"));
  EXPECT_EQ(large.text("message"),
            "Unable to upload file big.bin. -1 bytes exceeds the maximum allowed 10 bytes.");
}

class version_11 : public captured {
 protected:
  version_11()
      : captured(with([](double_options& options) { options.server_version = "11.6.0"; })) {}
};

TEST_F(version_11, is_stricter) {
  const auto general = create_channel("general").id();
  EXPECT_THAT(create_post(admin, general, std::string(16384, 'm')),
              refused_with(400, "model.post.is_valid.message_length.app_error"));
  const auto post = create_post(admin, general, "p", {{"edit_at", 1500000000000}});
  EXPECT_EQ(post.number("edit_at"), 0);
  EXPECT_THAT(admin.post("/reactions",
                         {{"user_id", admin_id}, {"post_id", post.id()}, {"emoji_name", "nosuch"}}),
              refused_with(404, "app.emoji.get_by_name.no_result"));
  EXPECT_THAT(create_user("u", {{"password", std::string(72, 'p')}}), has_status(201));
  EXPECT_THAT(create_channel("x", {{"display_name", ""}}),
              refused_with(400, "api.context.invalid_body_param.app_error"));
  EXPECT_THAT(create_post(admin, general, "x", {{"props", {{"x", std::string(300001, 'y')}}}}),
              refused_with(413, "api.context.request_body_too_large.app_error"));
  EXPECT_EQ(create_channel("old", {{"create_at", 1500000000000}}).number("create_at"),
            1500000000000);
}

class rate_limited : public ::testing::TestWithParam<retry_after_form> {};

TEST_P(rate_limited, tells_when_to_come_back) {
  double_options options;
  options.config.rate = {true, 3, 3, GetParam()};
  options.clock = [] { return millis{1500000000000}; };
  mattermost_double server(options);
  client admin(server, server.admin_token());
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"3", "1"}, {"2", "1"}, {"1", "1"}, {"0", "2"}};
  for (const auto& [remaining, reset] : expected) {
    const auto answer = admin.get("/users/me");
    ASSERT_THAT(answer, has_status(200));
    EXPECT_EQ(answer.headers.at("x-ratelimit-limit"), "4");
    EXPECT_EQ(answer.headers.at("x-ratelimit-remaining"), remaining);
    EXPECT_EQ(answer.headers.at("x-ratelimit-reset"), reset);
  }
  for (int i = 0; i < 5; ++i) {
    const auto answer = admin.get("/users/me");
    ASSERT_THAT(answer, has_status(429));
    EXPECT_EQ(answer.headers.at("content-type"), "text/plain; charset=utf-8");
    EXPECT_EQ(answer.headers.at("x-ratelimit-remaining"), "0");
    EXPECT_EQ(answer.headers.at("x-ratelimit-reset"), "2");
    const auto header = answer.headers.find("retry-after");
    switch (GetParam()) {
      case retry_after_form::seconds:
        EXPECT_EQ(header->second, "1");
        EXPECT_EQ(answer.body, "limit exceeded\n");
        break;
      case retry_after_form::date:
        EXPECT_EQ(header->second, "Fri, 14 Jul 2017 02:40:01 GMT");
        break;
      case retry_after_form::text:
        EXPECT_EQ(header, answer.headers.end());
        EXPECT_EQ(answer.body, "limit exceeded, retry after 1 seconds\n");
        break;
      case retry_after_form::none: EXPECT_EQ(header, answer.headers.end()); break;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(forms, rate_limited,
                         ::testing::Values(retry_after_form::seconds, retry_after_form::date,
                                           retry_after_form::text, retry_after_form::none));

}  // namespace crossdock::doubles::test
