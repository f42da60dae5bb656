#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "workflows/api/stage.hpp"

namespace crossdock::slack {

/// Keeps count of the threads whose root was not seen before their replies, and stages a
/// placeholder for each root that the export does not have. A channel's messages usually come in
/// order, so that little is left to look up. Memory is bounded: beyond `max_ids` roots of a
/// channel, or roots in question, the database is asked for all of them instead. Not thread-safe.
class thread_roots {
 public:
  explicit thread_roots(api::stage_context& context, std::size_t max_ids = 100'000)
      : context_(context), max_ids_(max_ids) {}

  /// Messages come channel by channel; what is known of the last one's roots goes.
  void begin_channel(std::string_view id);
  /// A message that says it has a thread below it.
  void see_root(const std::string& message_id);
  void see_reply(const std::string& root_id);
  /// After the last message. `saw_all` as in unlisted_users. Returns how many placeholders were
  /// staged.
  std::size_t finish(bool saw_all);

 private:
  void stage_placeholder(const std::string& root_id);

  api::stage_context& context_;
  std::size_t max_ids_;
  std::string channel_;
  std::unordered_set<std::string> roots_;        ///< of the channel
  std::unordered_set<std::string> in_question_;  ///< roots of replies, not in roots_ at their time
  bool overflowed_ = false;
  std::size_t placeholders_ = 0;
};

}  // namespace crossdock::slack
