/// post_loop URL TOKEN TEAM CONNECTIONS: reads all posts of a team's channels from a Mattermost
/// server, then posts the same bodies again with cpprestsdk alone, so many at one time, and prints
/// the number of posts and the milliseconds of the posting: what a migration costs that knows
/// everything beforehand and keeps no account.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <future>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <cpprest/http_client.h>
#include <pplx/threadpool.h>

namespace {

namespace http = web::http;
using web::json::value;

constexpr int pool_threads = 4;
constexpr int page_size = 200;

class server {
 public:
  server(const std::string& url, const std::string& token) : client_(url), token_(token) {}

  pplx::task<http::http_response> send(const http::method& method, const std::string& target,
                                       const std::string& body) {
    http::http_request request(method);
    request.set_request_uri("/api/v4" + target);
    request.headers().add("Authorization", "Bearer " + token_);
    if (!body.empty()) request.set_body(body, "application/json");
    return client_.request(request);
  }

  value get(const std::string& target) {
    auto response = send(http::methods::GET, target, {}).get();
    if (response.status_code() != http::status_codes::OK) {
      throw std::runtime_error("GET " + target + ": " + std::to_string(response.status_code()));
    }
    return response.extract_json(true).get();
  }

 private:
  http::client::http_client client_;
  std::string token_;
};

/// Bodies as an exporter sends them, oldest first in each channel.
std::vector<std::string> read_bodies(server& from, const std::string& team) {
  std::vector<std::string> bodies;
  const auto team_id = from.get("/teams/name/" + team).at("id").as_string();
  const auto me = from.get("/users/me").at("id").as_string();
  const auto channels = from.get("/users/" + me + "/teams/" + team_id + "/channels");
  for (const auto& channel : channels.as_array()) {
    const auto id = channel.at("id").as_string();
    for (int page = 0;; ++page) {
      const auto list =
          from.get("/channels/" + id + "/posts?per_page=" + std::to_string(page_size) +
                   "&page=" + std::to_string(page));
      for (const auto& post_id : list.at("order").as_array()) {
        const auto& post = list.at("posts").at(post_id.as_string());
        if (!post.at("props").has_field("crossdock_id")) continue;
        auto body = value::object();
        for (const char* key : {"channel_id", "message", "create_at", "props"}) {
          body[key] = post.at(key);
        }
        if (!post.at("root_id").as_string().empty()) body["root_id"] = post.at("root_id");
        body["pending_post_id"] = value::string(me + ":again-" + std::to_string(bodies.size()));
        bodies.push_back(body.serialize());
      }
      if (list.at("order").size() < page_size) break;
    }
  }
  return bodies;
}

/// One request after the other until all are taken; many of these run at one time.
struct posting {
  server& to;
  const std::vector<std::string>& bodies;
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> refused{0};
  std::atomic<int> running{0};
  std::promise<void> done{};

  void one() {
    const auto index = next++;
    if (index >= bodies.size()) {
      if (--running == 0) done.set_value();
      return;
    }
    to.send(http::methods::POST, "/posts", bodies[index])
        .then([this](http::http_response response) {
          const auto status = response.status_code();
          return response.extract_string(true).then([this, status](const std::string&) {
            if (status != http::status_codes::Created) ++refused;
            one();
          });
        });
  }
};

int run(const std::string& url, const std::string& token, const std::string& team,
        int connections) {
  crossplat::threadpool::initialize_with_threads(pool_threads);
  server to(url, token);
  const auto bodies = read_bodies(to, team);
  posting all{to, bodies};
  all.running = connections;
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < connections; ++i) all.one();
  all.done.get_future().wait();
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began);
  if (all.refused > 0) throw std::runtime_error(std::to_string(all.refused) + " refused");
  std::cout << bodies.size() << ' ' << took.count() << '\n';
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    if (count != 5) throw std::runtime_error("usage: post_loop URL TOKEN TEAM CONNECTIONS");
    return run(arguments[1], arguments[2], arguments[3], std::stoi(arguments[4]));
  } catch (const std::exception& error) {
    std::cerr << "post_loop: " << error.what() << '\n';
    return 1;
  }
}
