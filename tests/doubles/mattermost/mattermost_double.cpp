#include "tests/doubles/mattermost/mattermost_double.hpp"

#include <utility>

#include "tests/doubles/mattermost/application.hpp"
#include "tests/doubles/mattermost/http_server.hpp"

namespace crossdock::doubles {

mattermost_double::mattermost_double(double_options options)
    : app_(std::make_unique<application>(std::move(options))) {
  port_ = app_->options().port;
  start();
}

mattermost_double::~mattermost_double() {
  stop();
}

std::string mattermost_double::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

const std::string& mattermost_double::admin_token() const {
  return app_->options().admin_token;
}

void mattermost_double::stop() {
  http_.reset();
  app_->stop();
}

void mattermost_double::start() {
  if (http_) return;
  app_->start();
  http_ = std::make_unique<http_server>(*app_, port_, app_->options().threads);
  port_ = http_->port();
}

void mattermost_double::restart() {
  stop();
  start();
}

fault_plan& mattermost_double::faults() {
  return app_->faults();
}

boost::json::object mattermost_double::state_json(const state_view& view) {
  return app_->state_json(view);
}

std::string mattermost_double::state_text(const state_view& view) {
  return pretty(app_->state_json(view));
}

std::map<std::string, std::uint64_t> mattermost_double::request_counts() {
  return app_->request_counts();
}

std::uint64_t mattermost_double::request_total() {
  std::uint64_t total = 0;
  for (const auto& [route, count] : app_->request_counts()) total += count;
  return total;
}

void mattermost_double::reset_request_counts() {
  app_->reset_request_counts();
}

}  // namespace crossdock::doubles
