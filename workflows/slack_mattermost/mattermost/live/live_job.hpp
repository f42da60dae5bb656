#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "workflows/api/exporter.hpp"
#include "workflows/slack_mattermost/mattermost/live/live_options.hpp"
#include "workflows/slack_mattermost/mattermost/live/request_window.hpp"
#include "workflows/slack_mattermost/mattermost/workspace.hpp"

/// What the parts of a live target share.
namespace crossdock::mattermost {

/// What the server says of itself and of whose token we have.
struct server_facts {
  std::string version;
  std::string admin_id;
  std::string admin_name;
  std::string team_id;
  std::int64_t max_file_bytes = 0;
  bool takes_emoji = false;
  bool overrides_names = false;  ///< shows a post under the name in its props
};

/// The people and channels of the scope with the server's ids, as far as they are settled. Read
/// only.
struct directory {
  std::shared_ptr<const workspace> names;
  std::unordered_map<std::string, std::string> users;      ///< user entity → id
  std::unordered_map<std::string, std::string> usernames;  ///< username → id
  std::unordered_map<std::string, std::string> channels;   ///< channel entity → id
};

/// One job's hold on its server; made by the target, used by all of its exporters. Thread-safe
/// after open().
class live_job {
 public:
  explicit live_job(live_options options);

  /// Asks the server who we are and what it allows; finds the team or makes it. Waits while the
  /// server is away. Throws api::target_error for what a person must change.
  void open(api::target_context& context);

  /// Everything sent for `context` goes through this. One per exporter.
  std::unique_ptr<request_window> window(api::target_context& context, int width);

  /// For the exporters of channels, which come after the last user.
  const directory& people(api::target_context& context);
  /// For those of messages and what belongs to them, which come after the last channel.
  const directory& everything(api::target_context& context);

  const live_options& options() const { return options_; }
  const server_facts& server() const { return facts_; }

 private:
  void ask_who(request_window& window);
  void ask_config(request_window& window);
  void find_team(request_window& window);
  directory look(api::target_context& context, bool with_channels);

  const live_options options_;
  http_client client_;
  std::shared_ptr<api::target_gate> gate_;
  server_facts facts_;
  std::once_flag people_known_;
  std::once_flag everything_known_;
  directory people_;
  directory everything_;
};

/// Throws api::target_paused when the answer says that the token is not valid any more, and
/// api::stage_stopped when the job stops before there was an answer.
void require_session(const answer& came);

/// The outcome of an entity whose request was refused, or that must be tried again.
api::outcome refusal(const api::claimed_entity& entity, const answer& came);
api::outcome delivered(const api::claimed_entity& entity, std::string target_id);
api::outcome skipped(const api::claimed_entity& entity, std::string why);
api::outcome unsent(const api::claimed_entity& entity);

}  // namespace crossdock::mattermost
