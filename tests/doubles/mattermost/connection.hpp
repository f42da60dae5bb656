#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "tests/doubles/mattermost/application.hpp"

namespace crossdock::doubles {

/// One client's connection: reads a request, asks the fault plan, lets the application answer,
/// writes, and reads on. Lives in a strand, owned by its pending operations.
class connection : public std::enable_shared_from_this<connection> {
 public:
  /// Called, in the connection's strand, when a fault takes the server down for some time.
  using outage = std::function<void(const fault& what)>;

  connection(boost::asio::ip::tcp::socket socket, application& app, outage down);

  void run();
  /// Ends it with RST; from any thread.
  void reset();

 private:
  void read();
  void on_request();
  void act();
  void answer();
  void write(std::string bytes, bool last);
  void after(int ms, void (connection::*step)());
  void send_answer();
  void reset_now();
  http_response fault_answer(const fault& what) const;
  std::string serialize(const http_response& response) const;

  boost::asio::ip::tcp::socket socket_;
  application& app_;
  outage down_;
  boost::asio::steady_timer timer_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  http_request request_;
  bool keep_alive_ = true;
  std::optional<fault> fault_;
  http_response response_;
  std::string outgoing_;
};

}  // namespace crossdock::doubles
