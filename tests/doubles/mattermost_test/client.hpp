#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "tests/doubles/mattermost/mattermost_double.hpp"

/// A client for the double's own tests: plain sockets, so that it sees exactly what was sent.
namespace crossdock::doubles::test {

struct answer {
  int status = 0;  ///< 0: the connection ended before a whole answer
  std::string body;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string broken;                          ///< why there is no whole answer

  boost::json::value json() const;
  boost::json::object object() const { return json().as_object(); }
  boost::json::array array() const { return json().as_array(); }
  /// A text member of the object; fails the test when it is absent.
  std::string text(std::string_view key) const;
  std::int64_t number(std::string_view key) const;
  std::string id() const { return text("id"); }
};

/// One form field of a multipart body.
struct form_field {
  std::string name;
  std::string content;
  std::string filename;  ///< empty: not a file
};

class client {
 public:
  client(const mattermost_double& server, std::string token);
  client(std::uint16_t port, std::string token);
  ~client();

  /// `path` without "/api/v4", unless it begins with "/plugins/" or "/__double".
  answer get(const std::string& path);
  answer post(const std::string& path, const boost::json::value& body);
  answer put(const std::string& path, const boost::json::value& body);
  answer del(const std::string& path);
  answer post_form(const std::string& path, const std::vector<form_field>& fields);
  answer send(const std::string& method, const std::string& path, const std::string& body,
              const std::string& content_type);
  /// Times that a connection was opened: keep-alive shows in it.
  int connections() const { return connections_; }

 private:
  class link;
  std::uint16_t port_;
  std::string token_;
  std::unique_ptr<link> link_;
  int connections_ = 0;
};

/// A PNG header of that size: all that the server looks at.
std::string png(int width, int height);

/// A zip whose members are stored; names as given.
std::string make_zip(const std::vector<std::pair<std::string, std::string>>& members);

}  // namespace crossdock::doubles::test
