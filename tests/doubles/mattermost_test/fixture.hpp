#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/doubles/mattermost_test/client.hpp"

namespace crossdock::doubles::test {

/// The status, and for errors the id: what a captured answer is recognised by.
MATCHER_P2(refused_with, status, id, "") {
  *result_listener << "status " << arg.status << ", body " << arg.body.substr(0, 300);
  return arg.status == status && arg.object().at("id") == id &&
         arg.object().at("status_code") == status;
}

MATCHER_P(has_status, status, "") {
  *result_listener << "status " << arg.status << ", body " << arg.body.substr(0, 300) << arg.broken;
  return arg.status == status;
}

/// A server in the state of the captures: administrator `mmadmin`, team `crew`.
class captured : public ::testing::Test {
 protected:
  captured() : captured(double_options{}) {}
  explicit captured(double_options options)
      : server(std::move(options)), admin(server, server.admin_token()) {
    team_id = admin.get("/teams/name/crew").id();
    admin_id = admin.get("/users/me").id();
  }

  /// Defaults of the captures, changed by `more`; a null removes a default.
  answer create_user(const std::string& name, const boost::json::object& more = {}) {
    return admin.post("/users", user_body(name, more));
  }
  static boost::json::object user_body(const std::string& name,
                                       const boost::json::object& more = {}) {
    return changed({{"username", name}, {"email", name + "@example.test"}, {"password", password}},
                   more);
  }
  /// The user's id, and of a team member.
  std::string new_user(const std::string& name) {
    auto id = create_user(name).id();
    EXPECT_THAT(
        admin.post("/teams/" + team_id + "/members", {{"team_id", team_id}, {"user_id", id}}),
        has_status(201));
    return id;
  }
  answer create_channel(const std::string& name, const boost::json::object& more = {}) {
    return admin.post(
        "/channels",
        changed({{"team_id", team_id}, {"name", name}, {"display_name", name}, {"type", "O"}},
                more));
  }
  answer join_channel(const std::string& channel_id, const std::string& user_id) {
    return admin.post("/channels/" + channel_id + "/members", {{"user_id", user_id}});
  }
  answer create_post(client& who, const std::string& channel_id, const std::string& message,
                     const boost::json::object& more = {}) {
    return who.post("/posts", changed({{"channel_id", channel_id}, {"message", message}}, more));
  }
  /// A client with a personal access token of its own.
  client as(const std::string& user_id) {
    return {server,
            admin.post("/users/" + user_id + "/tokens", {{"description", "d"}}).text("token")};
  }

  static boost::json::object changed(boost::json::object body, const boost::json::object& more) {
    for (const auto& [key, value] : more) {
      if (value.is_null()) {
        body.erase(key);
      } else {
        body[key] = value;
      }
    }
    return body;
  }

  static constexpr const char* password = "Passw0rd-of-a-user";
  static constexpr const char* unknown_id = "zzzzzzzzzzzzzzzzzzzzzzzzzz";

  mattermost_double server;
  client admin;
  std::string team_id;
  std::string admin_id;
};

}  // namespace crossdock::doubles::test
