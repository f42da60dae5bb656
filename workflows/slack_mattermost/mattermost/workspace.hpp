#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <boost/json/object.hpp>

#include "workflows/api/exporter.hpp"
#include "workflows/slack_mattermost/mattermost/bundle_options.hpp"
#include "workflows/slack_mattermost/text/names.hpp"

namespace crossdock::mattermost {

/// What a Slack conversation becomes.
enum class channel_kind : std::uint8_t {
  open,    ///< a public channel
  closed,  ///< a private channel
  direct,  ///< a direct or group message of 2 to 8 people (with oneself: one)
};

struct known_user {
  std::string shown_name;  ///< as people see it in Slack
  std::string username;
  std::string email;
  std::string email_obstacle;  ///< why `email` is made up; empty: it is the source's
  bool is_bot = false;         ///< gets a bot line
};

struct known_channel {
  channel_kind kind = channel_kind::open;
  std::string name;  ///< target name; of direct ones empty
  std::string display_name;
  std::vector<std::string> members;      ///< usernames, sorted, each once
  std::unordered_set<std::string> pins;  ///< ts of pinned messages, as the channel lists them
  /// A direct conversation of the same people that comes earlier: the target has only one.
  std::string same_as;
  bool widened = false;  ///< a group message of more than 8 people, made a private channel
};

/// The people, channels and emoji of a scope with their names in the target. Built once, then only
/// read: safe to share between threads. Memory: grows with people, channels and memberships, not
/// with messages.
class workspace final : public slack::name_resolver {
 public:
  /// The name in the target of a user or channel that an earlier delivery has settled; nothing for
  /// those that are still to get one.
  using settled_names =
      std::function<std::optional<std::string>(std::string_view type, const api::entity_view&)>;
  /// Reads users, channels and custom emoji of the scope. Deterministic: names given by earlier
  /// jobs stay, new ones follow in the order of external ids. Name changes are reported.
  /// Without `settled` an entity's target id is its name.
  workspace(api::target_context& context, const bundle_options& options,
            settled_names settled = {});

  std::optional<std::string> user(std::string_view slack_id) const override;
  std::optional<std::string> channel(std::string_view slack_id) const override;
  std::optional<std::string> usergroup(std::string_view) const override { return std::nullopt; }
  bool custom_emoji(std::string_view slack_name) const override;
  std::optional<std::string> emoji_alias(std::string_view slack_name) const override;

  const known_user* find_user(std::string_view id) const;
  const known_channel* find_channel(std::string_view id) const;
  /// Ids of the channels (not direct ones) a user belongs to, sorted.
  const std::vector<std::string>& channels_of(std::string_view user_id) const;
  /// The blob key of a custom emoji's picture, aliases followed; empty when there is none.
  std::string emoji_blob(std::string_view slack_name) const;
  const std::string& team() const { return team_; }
  const std::string& bot_owner() const { return bot_owner_; }

 private:
  struct draft;

  void read_users(api::target_context& context, const bundle_options& options, draft& work);
  void read_channels(api::target_context& context, draft& work);
  void read_emoji(api::target_context& context);
  void name_people(api::target_context& context, const bundle_options& options, draft& work);
  void name_channels(api::target_context& context, draft& work);
  void fill_members(draft& work);
  void find_twins();

  template <class Value>
  using by_id = std::map<std::string, Value, std::less<>>;

  settled_names settled_;
  std::string team_;
  std::string bot_owner_;
  by_id<known_user> users_;
  by_id<known_channel> channels_;
  by_id<std::vector<std::string>> memberships_;
  by_id<std::string> emoji_alias_;  ///< every listed emoji → what it is an alias of, or empty
  std::unordered_set<std::string> emoji_pictures_;  ///< names with a usable picture
};

}  // namespace crossdock::mattermost
