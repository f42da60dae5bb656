#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>

#include "workflows/api/gate.hpp"
#include "workflows/slack_mattermost/mattermost/live/answer.hpp"
#include "workflows/slack_mattermost/mattermost/live/http_client.hpp"

namespace crossdock::mattermost {

/// Sends the requests of one exporter through the server's gate, up to a number of them at one
/// time, and hands the answers back on the exporter's own thread. Requests that had no effect
/// (refused connections, 429) go again by themselves, and so do repeatable ones in doubt: a server
/// that is away costs time only. Used by one thread.
class request_window {
 public:
  enum class repeat : std::uint8_t {
    safely,  ///< the same effect once or twice: reads, changes to a given value
    never,   ///< a second one may do it twice: the handler looks whether the first one did
  };
  using handler = std::function<void(const answer&)>;

  /// `stopping` is asked while waiting; both references must outlive this.
  request_window(http_client& client, api::target_gate& gate, int width,
                 std::function<bool()> stopping);
  ~request_window();
  request_window(const request_window&) = delete;
  request_window& operator=(const request_window&) = delete;

  /// Queues a request; `then` is called in run() and may submit more. They leave in the order in
  /// which they were submitted.
  void submit(http_request request, repeat may_repeat, handler then);
  /// Until everything submitted is answered. When the job stops, what has not left is answered with
  /// answer::unsent; what is on its way is waited for. A handler that throws ends it after that.
  void run();
  /// submit() and run() for one request.
  answer call(http_request request, repeat may_repeat);

 private:
  struct item {
    http_request request;
    repeat may_repeat;
    handler then;
  };
  struct arrival {
    item of;
    http_result result;
  };
  struct mailbox;

  bool send_one();
  void send(item next);
  void receive(arrival came);
  void drop_unsent();
  void wait(std::chrono::milliseconds at_most);

  http_client& client_;
  api::target_gate& gate_;
  const std::size_t width_;
  std::function<bool()> stopping_;
  std::deque<item> waiting_;
  std::size_t in_flight_ = 0;
  std::chrono::milliseconds gate_wait_{0};  ///< the gate's answer when it did not admit the first
  std::shared_ptr<mailbox> mailbox_;        ///< outlives this as long as an answer may come
};

}  // namespace crossdock::mattermost
