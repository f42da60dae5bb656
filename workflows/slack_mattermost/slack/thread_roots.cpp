#include "workflows/slack_mattermost/slack/thread_roots.hpp"

#include "workflows/slack_mattermost/slack/message_entities.hpp"

namespace crossdock::slack {

void thread_roots::begin_channel(std::string_view id) {
  if (channel_ == id) return;
  channel_ = id;
  roots_.clear();
}

void thread_roots::see_root(const std::string& message_id) {
  if (roots_.size() < max_ids_) roots_.insert(message_id);
}

void thread_roots::see_reply(const std::string& root_id) {
  if (overflowed_ || roots_.contains(root_id)) return;
  in_question_.insert(root_id);
  if (in_question_.size() <= max_ids_) return;
  overflowed_ = true;
  in_question_.clear();
}

std::size_t thread_roots::finish(bool saw_all) {
  if (saw_all && !overflowed_) {
    const std::vector<std::string> ids(in_question_.begin(), in_question_.end());
    for (const auto& id : context_.find_missing(type::message, ids)) stage_placeholder(id);
  } else {
    context_.for_each_missing_ref(
        type::message, ref::root, type::message,
        [this](std::string_view id) { stage_placeholder(std::string(id)); });
  }
  return placeholders_;
}

void thread_roots::stage_placeholder(const std::string& root_id) {
  ++placeholders_;
  context_.count("placeholder_roots", 1);  // first: outside of a unit a put may commit
  context_.report(
      {api::finding::kind::changed,
       type::message,
       root_id,
       {},
       "root_missing",
       "the thread's first message is not in the export; a placeholder stands for it so "
       "that the replies stay together"});
  context_.put(placeholder_root(root_id));
}

}  // namespace crossdock::slack
