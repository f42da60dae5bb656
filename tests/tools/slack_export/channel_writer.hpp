#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "tests/tools/slack_export/options.hpp"
#include "tests/tools/slack_export/random.hpp"
#include "tests/tools/slack_export/text.hpp"
#include "tests/tools/slack_export/timeline.hpp"
#include "tests/tools/slack_export/workspace.hpp"

namespace crossdock::tools {

/// What the channels of one export share while they are written one after the other. Bounded: the
/// sets hold the few authors and emoji there are, the ts lists a sample per day.
struct export_state {
  explicit export_state(const export_options& options)
      : ts_collisions(options.ts_collisions, options.messages),
        float_messages(options.float_messages, options.messages),
        missing_roots(options.missing_roots, options.messages),
        upload_bytes_left(options.upload_bytes) {}

  export_totals totals;
  quota ts_collisions;
  quota float_messages;
  quota missing_roots;
  std::set<std::string> unlisted_bots;
  std::set<std::string> unlisted_users;
  std::set<std::string> custom_emoji;
  std::int64_t upload_bytes_left;
  std::int64_t last_upload = 0;  ///< the highest file number that gets bytes

  static constexpr std::size_t ts_sample = 64;
  std::vector<std::vector<std::int64_t>> neighbour_ts;  ///< per day, of the channel before
  std::vector<std::vector<std::int64_t>> own_ts;        ///< per day, of the channel being written
};

/// Makes the messages of one channel in the order of their times. A thread is planned when its root
/// is written: later messages are reserved for the replies, so that the root can name them at once.
class channel_writer {
 public:
  channel_writer(const export_options& options, const workspace& space, const channel& where,
                 const timeline& when, std::uint64_t seed, export_state& state);

  /// The next message, of day `day`.
  boost::json::object next(int day);
  /// No thread waits for further replies.
  bool threads_complete() const { return planned_.empty(); }
  /// From now on only what was planned: begins no thread.
  void begin_no_threads() { threads_allowed_ = false; }
  std::int64_t written() const { return index_; }

 private:
  struct planned_reply {
    std::string root_ts;
    std::string root_user;
    int user = 0;
  };
  struct thread_plan;

  boost::json::object reply(const planned_reply& plan);
  boost::json::object top_level(int day);
  boost::json::object bot_message();
  boost::json::object membership_message();
  boost::json::object guest_message();
  boost::json::object user_message(int user);

  std::int64_t take_ts(int day);
  void count_ts(std::int64_t micros, int day);
  bool take_neighbour_ts(int day);
  void maybe_begin_thread(boost::json::object& root, const std::string& user);
  thread_plan plan_thread(const std::string& root_user);
  void make_orphan(boost::json::object& message);
  void add_text(boost::json::object& message);
  void add_reactions(boost::json::object& message);
  void add_files(boost::json::object& message, const std::string& user);
  void note_custom_emoji(const std::string& name);

  int random_member();

  const export_options& options_;
  const workspace& space_;
  const channel& where_;
  const timeline& when_;
  export_state& state_;
  random_source random_;
  std::map<std::int64_t, planned_reply> planned_;  ///< by message index
  bool threads_allowed_ = true;
  std::int64_t index_ = 0;
  std::int64_t now_ = 0;     ///< microseconds of the message being made
  std::int64_t before_ = 0;  ///< of the one before it
};

}  // namespace crossdock::tools
