#pragma once

#include <cstdint>
#include <string>

#include <boost/json/object.hpp>

namespace crossdock::tools {

/// What a generated Slack export looks like. The same options give the same bytes.
struct export_options {
  int users = 100;                 ///< listed in users.json; every 20th is a bot
  int channels = 50;               ///< 60 % public, 20 % private, 15 % DMs, the rest group DMs
  std::int64_t messages = 20'000;  ///< exact, over all channels; `big_day_file` adds to them
  int days = 120;                  ///< from Monday 2024-01-01 on
  std::uint64_t seed = 1;

  std::int64_t upload_bytes = 0;      ///< stop giving files bytes under __uploads/ at this total
  std::int64_t upload_size = 65'536;  ///< their mean size; each is between half and 1.5 times it
  std::int64_t big_day_file = 0;      ///< adds a channel with one day file of at least this size

  std::int64_t ts_collisions = 0;   ///< messages that reuse the ts of one in another channel
  std::int64_t float_messages = 0;  ///< messages that carry a JSON float
  std::int64_t missing_roots = 0;   ///< replies whose thread root is not in the archive
  bool thread_root_fields = true;   ///< roots name their replies, as real exports do
  int compression = 1;              ///< deflate level of the JSON files, 0 to 9
};

/// What an export holds, counted while it is written. An importer must find exactly this.
/// `ts_collisions`, `float_messages` and `missing_roots` tell what was really placed: fewer than
/// asked for when the messages offer no room for more.
struct export_totals {
  std::int64_t users = 0;           ///< elements of users.json
  std::int64_t unlisted_bots = 0;   ///< bot ids that only messages name
  std::int64_t unlisted_users = 0;  ///< authors from other workspaces that only messages name
  std::int64_t channels = 0;        ///< conversations of all four lists
  std::int64_t messages = 0;        ///< distinct (channel, ts); replies included
  std::int64_t thread_roots = 0;    ///< roots with replies; missing ones not included
  std::int64_t thread_links = 0;    ///< replies; those below a missing root included
  std::int64_t missing_roots = 0;
  std::int64_t reactions = 0;     ///< (message, emoji, user)
  std::int64_t attachments = 0;   ///< distinct file ids, whatever their mode
  std::int64_t custom_emoji = 0;  ///< distinct custom names in reactions and texts
  std::int64_t edited = 0;
  std::int64_t ts_collisions = 0;
  std::int64_t ms_collisions = 0;  ///< messages in the same millisecond as the one before them
  std::int64_t float_messages = 0;
  std::int64_t day_files = 0;
  std::int64_t json_bytes = 0;  ///< uncompressed size of all JSON files
  std::int64_t upload_files = 0;
  std::int64_t upload_bytes = 0;
};

boost::json::object to_json(const export_totals& totals);

/// Writes the export as a zip to `path`, replacing it, in constant memory. Throws
/// std::invalid_argument for options that contradict each other, std::runtime_error when the file
/// cannot be written.
export_totals generate_export(const export_options& options, const std::string& path);

}  // namespace crossdock::tools
