#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "tests/doubles/mattermost/http_message.hpp"
#include "tests/doubles/mattermost/options.hpp"
#include "tests/doubles/mattermost/rules.hpp"
#include "tests/doubles/mattermost/state.hpp"

namespace crossdock::doubles {

/// One request on its way through a route. Valid during the call only.
struct call {
  state& db;
  const double_options& options;
  const server_rules& rules;
  const http_request& request;
  request_target target;
  std::vector<std::string> arguments;  ///< what the pattern's `{…}` stand for, in order
  const user* actor = nullptr;         ///< whose token it is; null: without one

  const server_config& config() const { return options.config; }
  bool is_admin() const { return actor && actor->is_admin(); }
  /// The body as JSON of that kind; refuses it naming `what`.
  boost::json::object body_object(std::string_view what) const;
  boost::json::array body_array(std::string_view what) const;
  boost::json::value body_json(std::string_view what) const;
  /// An argument that is a user's id, or `me`; refuses malformed ones.
  std::string user_argument(std::size_t index = 0) const;
  std::string id_argument(std::size_t index, std::string_view what) const;
  std::size_t page() const;
  std::size_t per_page(std::size_t otherwise = 60, std::size_t limit = 200) const;
};

using handler = http_response (*)(call&);

enum class access {
  open,     ///< without a token, too
  session,  ///< any account
  admin     ///< system administrators
};

struct route {
  std::string method;
  std::string pattern;  ///< "/api/v4/users/{}/patch"
  access needs = access::session;
  handler handle = nullptr;
  bool reads_only = false;  ///< a POST that changes nothing: not worth a line in the journal
};

struct route_match {
  const route* found = nullptr;
  std::vector<std::string> arguments;
};

class router {
 public:
  router();
  /// `found` is null for unknown routes. A literal element wins over a `{}`.
  route_match match(std::string_view method, const std::vector<std::string>& path) const;

 private:
  void add(std::vector<route> routes);

  struct compiled {
    route what;
    std::vector<std::string> elements;
  };
  std::map<std::pair<std::string, std::size_t>, std::vector<compiled>> by_shape_;
};

// One list for each routes_*.cpp.
std::vector<route> system_routes();
std::vector<route> user_routes();
std::vector<route> user_list_routes();
std::vector<route> bot_routes();
std::vector<route> team_routes();
std::vector<route> channel_routes();
std::vector<route> channel_member_routes();
std::vector<route> post_routes();
std::vector<route> post_list_routes();
std::vector<route> reaction_routes();
std::vector<route> file_routes();
std::vector<route> upload_routes();
std::vector<route> emoji_routes();
std::vector<route> job_routes();
std::vector<route> plugin_routes();

http_response json_response(int status, const boost::json::value& value);
/// 200 `{"status":"OK"}`
http_response ok_response();

}  // namespace crossdock::doubles
