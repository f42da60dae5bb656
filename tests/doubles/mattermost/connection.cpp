#include "tests/doubles/mattermost/connection.hpp"

#include <chrono>
#include <utility>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>

namespace crossdock::doubles {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

/// More than the largest file a default server takes, so that the application refuses larger ones.
constexpr std::uint64_t max_body_bytes = 512ULL * 1024 * 1024;

}  // namespace

connection::connection(asio::ip::tcp::socket socket, application& app, outage down)
    : socket_(std::move(socket)),
      app_(app),
      down_(std::move(down)),
      timer_(socket_.get_executor()) {
  error_code ignored;  // the client may be gone already: reading will tell
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

void connection::run() {
  asio::dispatch(socket_.get_executor(), [self = shared_from_this()] { self->read(); });
}

void connection::reset() {
  asio::dispatch(socket_.get_executor(), [self = shared_from_this()] { self->reset_now(); });
}

void connection::reset_now() {
  error_code ignored;  // closed is what it shall be
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
  timer_.cancel();
}

void connection::read() {
  parser_.emplace();
  parser_->body_limit(max_body_bytes);
  http::async_read(socket_, buffer_, *parser_,
                   [self = shared_from_this()](error_code failed, std::size_t) {
                     if (!failed) self->on_request();
                   });
}

void connection::on_request() {
  auto message = parser_->release();
  keep_alive_ = message.keep_alive();
  request_.method = message.method_string();
  request_.target = message.target();
  request_.authorization = message[http::field::authorization];
  request_.content_type = message[http::field::content_type];
  request_.body = std::move(message.body());
  fault_.reset();
  int delay = 0;
  if (!request_.target.starts_with("/__double/")) {
    auto verdict = app_.faults().decide(request_.method, request_.target);
    fault_ = std::move(verdict.act);
    delay = verdict.delay_before_ms;
  }
  after(delay, &connection::act);
}

void connection::after(int ms, void (connection::*step)()) {
  if (ms == 0) return (this->*step)();
  timer_.expires_after(std::chrono::milliseconds(ms));
  timer_.async_wait([self = shared_from_this(), step](error_code canceled) {
    if (!canceled) (self.get()->*step)();
  });
}

void connection::act() {
  if (!socket_.is_open()) return;
  if (!fault_) return answer();
  switch (fault_->kind) {
    case fault_kind::reset_before: return reset_now();
    case fault_kind::restart:
    case fault_kind::away: reset_now(); return down_(*fault_);
    case fault_kind::status: response_ = fault_answer(*fault_); return send_answer();
    default: return answer();
  }
}

void connection::answer() {
  response_ = app_.handle(request_);
  if (!fault_) return send_answer();
  switch (fault_->kind) {
    case fault_kind::reset_after: return reset_now();
    case fault_kind::status_after: response_ = fault_answer(*fault_); return send_answer();
    case fault_kind::half_response: {
      auto bytes = serialize(response_);
      bytes.resize(bytes.size() / 2);
      return write(std::move(bytes), true);
    }
    case fault_kind::late_answer: return after(fault_->ms, &connection::send_answer);
    default: return send_answer();
  }
}

void connection::send_answer() {
  if (socket_.is_open()) write(serialize(response_), !keep_alive_);
}

void connection::write(std::string bytes, bool last) {
  outgoing_ = std::move(bytes);
  asio::async_write(socket_, asio::buffer(outgoing_),
                    [self = shared_from_this(), last](error_code failed, std::size_t) {
                      if (failed) return;
                      if (!last) return self->read();
                      error_code ignored;  // the client may have closed first
                      self->socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
                    });
}

http_response connection::fault_answer(const fault& what) const {
  if (what.status == 429) {
    return too_many_requests(what.retry_after, what.form, app_.options().clock());
  }
  http_response response;
  response.status = what.status;
  response.content_type = "text/html";
  response.body =
      what.body.empty() ? "<html>" + std::to_string(what.status) + "</html>" : what.body;
  return response;
}

std::string connection::serialize(const http_response& response) const {
  const auto reason = http::obsolete_reason(static_cast<http::status>(response.status));
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " ";
  text.append(reason.data(), reason.size());
  text += "\r\nContent-Type: " + response.content_type;
  text += "\r\nDate: " + http_date(app_.options().clock());
  for (const auto& [name, value] : response.headers) text += "\r\n" + name + ": " + value;
  if (!keep_alive_) text += "\r\nConnection: close";
  if (response.status != 204) text += "\r\nContent-Length: " + std::to_string(response.body.size());
  text += "\r\n\r\n";
  if (request_.method != "HEAD" && response.status != 204) text += response.body;
  return text;
}

}  // namespace crossdock::doubles
