#include "workflows/slack_mattermost/mattermost/live/request_window.hpp"

#include <exception>
#include <mutex>

namespace crossdock::mattermost {

namespace {

/// How soon a stopped job is noticed while the server is silent.
constexpr std::chrono::milliseconds look_around{200};

}  // namespace

/// Where the client's threads leave what came.
struct request_window::mailbox {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<arrival> arrived;
  bool woken = false;  ///< the gate may have room
};

request_window::request_window(http_client& client, api::target_gate& gate, int width,
                               std::function<bool()> stopping)
    : client_(client),
      gate_(gate),
      width_(static_cast<std::size_t>(width)),
      stopping_(std::move(stopping)),
      mailbox_(std::make_shared<mailbox>()) {}

request_window::~request_window() {
  gate_.forget(this);
}

void request_window::submit(http_request request, repeat may_repeat, handler then) {
  waiting_.push_back({std::move(request), may_repeat, std::move(then)});
}

void request_window::run() {
  std::exception_ptr failed;
  while (in_flight_ > 0 || (!waiting_.empty() && !failed)) {
    if (stopping_()) drop_unsent();
    while (!failed && send_one()) {
    }
    if (in_flight_ == 0 && waiting_.empty()) break;
    const bool gate_is_shut = !waiting_.empty() && in_flight_ < width_;
    wait(gate_is_shut ? std::min(gate_wait_, look_around) : look_around);
    std::deque<arrival> arrived;
    {
      const std::lock_guard lock(mailbox_->mutex);
      arrived.swap(mailbox_->arrived);
      mailbox_->woken = false;
    }
    for (auto& came : arrived) {
      --in_flight_;
      try {
        if (!failed) receive(std::move(came));
      } catch (...) {
        failed = std::current_exception();
        waiting_.clear();
      }
    }
  }
  if (failed) std::rethrow_exception(failed);
}

answer request_window::call(http_request request, repeat may_repeat) {
  answer result;
  submit(std::move(request), may_repeat, [&](const answer& came) { result = came; });
  run();
  return result;
}

/// False when nothing may be sent now.
bool request_window::send_one() {
  if (waiting_.empty() || in_flight_ >= width_) return false;
  const auto wait = gate_.enter(this, [box = mailbox_] {
    {
      const std::lock_guard lock(box->mutex);
      box->woken = true;
    }
    box->changed.notify_one();
  });
  if (wait) {
    gate_wait_ = *wait;
    return false;
  }
  auto next = std::move(waiting_.front());
  waiting_.pop_front();
  send(std::move(next));
  return true;
}

void request_window::send(item next) {
  ++in_flight_;
  // Kept for a repetition; a body is small, or a piece of a file.
  auto copy = next.request;
  client_.send(std::move(copy),
               [box = mailbox_, &gate = gate_, next = std::move(next)](http_result result) mutable {
                 gate.leave(reply_of(result));
                 {
                   const std::lock_guard lock(box->mutex);
                   box->arrived.push_back({std::move(next), std::move(result)});
                 }
                 box->changed.notify_one();
               });
}

void request_window::receive(arrival came) {
  const bool again = had_no_effect(came.result) ||
                     (came.of.may_repeat == repeat::safely &&
                      reply_of(came.result).what == api::server_reply::kind::unavailable);
  if (again) {
    // In front: it was first in its lane, and keeps its place.
    waiting_.push_front(std::move(came.of));
    return;
  }
  came.of.then(answer::from(std::move(came.result)));
}

void request_window::drop_unsent() {
  auto dropped = std::move(waiting_);
  waiting_.clear();
  for (const auto& item : dropped) item.then(answer::never_sent());
  // Handlers may have asked for more, which is not sent either.
  if (!waiting_.empty()) drop_unsent();
}

void request_window::wait(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mailbox_->mutex);
  mailbox_->changed.wait_for(lock, at_most,
                             [&] { return !mailbox_->arrived.empty() || mailbox_->woken; });
}

}  // namespace crossdock::mattermost
