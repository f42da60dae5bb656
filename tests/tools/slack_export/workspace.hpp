#pragma once

#include <cstdint>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "tests/tools/slack_export/options.hpp"

namespace crossdock::tools {

inline constexpr const char* team_id = "T00000001";

/// Every 20th user is a bot, so that its messages can name a bot id that users.json lists.
inline constexpr int bot_every = 20;

std::string user_id(int number);
std::string user_name(int number);
std::string bot_id(int user_number);
boost::json::object user_json(int number, std::uint64_t seed);

inline constexpr const char* big_channel_name = "firehose";

enum class channel_kind : std::uint8_t { public_channel, private_channel, direct, group_direct };

/// One conversation. Members are a function of its number, so that large workspaces need no memory.
struct channel {
  channel_kind kind = channel_kind::public_channel;
  int number = 0;  ///< within its kind
  std::string id;
  std::string name;  ///< empty for direct messages
  int first_member = 0;
  int member_step = 1;
  int member_count = 1;

  /// The user number of a member; `index` counts around.
  int member(std::int64_t index, int users) const;
  const std::string& folder() const { return name.empty() ? id : name; }
};

/// All users and conversations of an export.
class workspace {
 public:
  explicit workspace(const export_options& options);

  int users() const { return users_; }
  /// The number of the four lists' conversations; one more when there is a big day file.
  int channels() const { return public_ + private_ + direct_ + group_direct_; }
  int public_channels() const { return public_; }
  /// Public channels first, then private, direct, group direct: index in [0, channels()).
  channel at(int index) const;
  /// The share of the messages that a channel gets, relative to the others; early ones are busy.
  static std::int64_t weight(int index) { return 1'000'000 / (index + 3); }
  /// The element of channels.json, groups.json, dms.json or mpims.json.
  boost::json::object channel_json(const channel& item) const;

 private:
  int users_;
  std::uint64_t seed_;
  int public_;
  int private_;
  int direct_;
  int group_direct_;
  int big_channel_;  ///< index of the channel of the big day file, or -1
};

}  // namespace crossdock::tools
