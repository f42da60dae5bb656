#include <gtest/gtest.h>

#include "workflows/slack_mattermost/mattermost/live/answer.hpp"

namespace crossdock::mattermost {
namespace {

using namespace std::chrono_literals;
using reply = api::server_reply::kind;

http_result result(int status, std::string body = {}, std::string retry = {}) {
  http_result r;
  r.response.status = status;
  r.response.body = std::move(body);
  r.response.retry_after = std::move(retry);
  return r;
}

http_result lost(bool in_doubt) {
  return {{}, {"connection reset", in_doubt}};
}

const std::string taken =
    R"({"id":"app.user.save.username_exists.app_error","message":"An account with that username already exists.","status_code":400})";

TEST(answer, a_refusal_carries_the_servers_own_id_and_words) {
  const auto came = answer::from(result(400, taken));
  EXPECT_EQ(came.what(), answer::kind::refused);
  EXPECT_TRUE(came.refused_with("app.user.save.username_exists.app_error"));
  EXPECT_EQ(came.reason(), "HTTP 400: An account with that username already exists.");
  EXPECT_EQ(reply_of(result(400, taken)).what, reply::served);
}

TEST(answer, an_error_of_the_server_itself_is_about_the_request) {
  const auto body = R"({"id":"app.post.save.app_error","message":"Unable to save the Post."})";
  EXPECT_EQ(answer::from(result(500, body)).what(), answer::kind::refused);
  EXPECT_EQ(reply_of(result(500, body)).what, reply::served);
  EXPECT_FALSE(had_no_effect(result(500, body)));
}

TEST(answer, an_error_without_an_id_is_about_the_server_and_leaves_doubt) {
  for (const int status : {500, 502, 504}) {
    EXPECT_EQ(answer::from(result(status, "<html>Bad Gateway</html>")).what(),
              answer::kind::in_doubt);
    EXPECT_EQ(reply_of(result(status)).what, reply::unavailable);
    EXPECT_FALSE(had_no_effect(result(status)));
  }
}

TEST(answer, what_was_turned_away_unseen_may_go_again) {
  EXPECT_TRUE(had_no_effect(result(429, "limit exceeded\n")));
  EXPECT_TRUE(had_no_effect(result(503, "no healthy upstream")));
  EXPECT_TRUE(had_no_effect(lost(false)));
  EXPECT_FALSE(had_no_effect(lost(true)));
  EXPECT_FALSE(had_no_effect(result(201)));
}

TEST(answer, no_answer_is_doubt) {
  const auto came = answer::from(lost(true));
  EXPECT_EQ(came.what(), answer::kind::in_doubt);
  EXPECT_EQ(came.reason(), "connection reset");
  EXPECT_EQ(reply_of(lost(true)).what, reply::unavailable);
}

TEST(answer, bodies_of_another_kind_read_as_empty) {
  for (const char* body : {"", "[]", "null", "{", "\"text\"", "{\"id\":5}"}) {
    const auto came = answer::from(result(201, body));
    EXPECT_EQ(came.text("id"), "") << body;
    EXPECT_TRUE(came.array().empty());
  }
}

TEST(retry_after, is_read_in_every_form) {
  constexpr std::int64_t now = 1'795'526'640;  // Tue, 24 Nov 2026 13:24:00 GMT
  EXPECT_EQ(retry_after(result(429, "", "7").response, now), 7s);
  EXPECT_EQ(retry_after(result(429, "", "0.5").response, now), 500ms);
  EXPECT_EQ(retry_after(result(429, "", "Tue, 24 Nov 2026 13:24:09 GMT").response, now), 9s);
  EXPECT_EQ(retry_after(result(429, "", "Tue, 24 Nov 2026 13:20:00 GMT").response, now), 0s);
  EXPECT_EQ(retry_after(result(429, "limit exceeded, retry after 7 seconds").response, now), 7s);
  EXPECT_EQ(retry_after(result(429, "try again in 3s").response, now), 3s);
  for (const char* odd : {"", "soon", "-5", "7 apples", "1e300", "1e999", "nan"}) {
    EXPECT_EQ(retry_after(result(429, "limit exceeded\n", odd).response, now), std::nullopt) << odd;
  }
}

TEST(form, no_part_can_end_another) {
  const std::string hostile = "--crossdock-form-boundary--\r\n";
  const auto [body, type] = make_form({{"files", "a\"\r\nX: y.txt", "text/plain", hostile}});
  const auto boundary = type.substr(type.find('=') + 1);
  EXPECT_EQ(hostile.find(boundary), std::string::npos);
  EXPECT_NE(body.find("filename=\"a%22%0D%0AX: y.txt\""), std::string::npos);
  EXPECT_EQ(body.find("\r\nX: y"), std::string::npos);
}

TEST(url, everything_but_plain_letters_is_encoded) {
  EXPECT_EQ(url_encode("a b/c?d&e%"), "a%20b%2Fc%3Fd%26e%25");
}

}  // namespace
}  // namespace crossdock::mattermost
