#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "workflows/slack_mattermost/mattermost/bundle_exporters.hpp"
#include "workflows/slack_mattermost/mattermost/parts.hpp"
#include "workflows/slack_mattermost/mattermost/post_renderer.hpp"

namespace crossdock::mattermost {

/// Messages, a conversation per lane and a thread per group: a root with all its replies is one
/// line. A root that an earlier delivery has written is repeated for replies that come later; the
/// server recognises it.
class message_exporter final : public api::exporter {
 public:
  message_exporter(std::shared_ptr<const bundle_job> job, api::target_context& context);
  api::delivery_result deliver(const api::delivery& work) override;

 private:
  struct parsed;

  source_files files_written_with(const boost::json::object& message);
  void deliver_group(std::span<const parsed> messages, const known_channel& channel,
                     part_writer& part, api::delivery_result& result);
  std::optional<post_body> render_into(const parsed& message, bool has_replies,
                                       const known_channel& channel, thread& to,
                                       api::delivery_result& result,
                                       std::vector<post_body>& broadcasts);
  std::optional<post_body> earlier_root(const std::string& root_id, const known_channel& channel);
  void report_moved(const post_body& post);
  void append(thread item, part_writer& part, const std::string& external_id);
  render_context rendering(const known_channel& channel, const source_files& bytes) const;

  std::shared_ptr<const bundle_job> job_;
  api::target_context& context_;
  std::int64_t file_budget_;
  source_files files_;  ///< of the messages being delivered
};

}  // namespace crossdock::mattermost
