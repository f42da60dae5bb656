#include "tests/doubles/mattermost/http_server.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include "tests/doubles/mattermost/connection.hpp"

namespace crossdock::doubles {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

class http_server::listener {
 public:
  listener(application& app, std::uint16_t port, unsigned threads)
      : app_(app), strand_(asio::make_strand(context_)), acceptor_(strand_), back_(strand_) {
    listen(port);
    port_ = acceptor_.local_endpoint().port();
    accept();
    for (unsigned i = 0; i < std::max(1U, threads); ++i) {
      threads_.emplace_back([this] { context_.run(); });
    }
  }

  ~listener() {
    asio::post(strand_, [this] {
      close();
      back_.cancel();
      stopped_ = true;
      work_.reset();
    });
    for (auto& one : threads_) one.join();
  }

  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  void listen(std::uint16_t port) {
    const tcp::endpoint where(asio::ip::address_v4::loopback(), port);
    acceptor_.open(where.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    acceptor_.bind(where);
    acceptor_.listen(asio::socket_base::max_listen_connections);
  }

  void accept() {
    acceptor_.async_accept(asio::make_strand(context_),
                           [this](error_code failed, tcp::socket peer) {
                             if (failed == asio::error::operation_aborted || !acceptor_.is_open())
                               return;
                             if (!failed) take(std::move(peer));
                             accept();
                           });
  }

  void take(tcp::socket peer) {
    std::erase_if(connections_, [](const auto& one) { return one.expired(); });
    auto made = std::make_shared<connection>(std::move(peer), app_, [this](const fault& what) {
      asio::post(strand_, [this, what] { go_down(what); });
    });
    connections_.push_back(made);
    made->run();
  }

  void close() {
    error_code ignored;  // closed is what it shall be
    acceptor_.close(ignored);
    for (const auto& one : connections_) {
      if (const auto alive = one.lock()) alive->reset();
    }
    connections_.clear();
  }

  void go_down(const fault& what) {
    if (stopped_ || !acceptor_.is_open()) return;
    close();
    if (what.kind == fault_kind::restart) app_.forget();
    back_.expires_after(std::chrono::milliseconds(what.ms));
    back_.async_wait([this](error_code canceled) {
      if (canceled || stopped_) return;
      listen(port_);
      accept();
    });
  }

  application& app_;
  asio::io_context context_;
  asio::strand<asio::io_context::executor_type> strand_;
  tcp::acceptor acceptor_;
  asio::steady_timer back_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  std::vector<std::weak_ptr<connection>> connections_;
  std::vector<std::jthread> threads_;
  std::uint16_t port_ = 0;
  bool stopped_ = false;
};

http_server::http_server(application& app, std::uint16_t port, unsigned threads)
    : listener_(std::make_unique<listener>(app, port, threads)) {}

http_server::~http_server() = default;

std::uint16_t http_server::port() const {
  return listener_->port();
}

}  // namespace crossdock::doubles
