#include <algorithm>
#include <limits>
#include <set>

#include <boost/json/serialize.hpp>

#include "workflows/slack_mattermost/mattermost/lines.hpp"
#include "workflows/slack_mattermost/mattermost/lines_json.hpp"

namespace crossdock::mattermost {

namespace json = boost::json;
using namespace line_json;

namespace {

constexpr std::string_view opening = ",\"replies\":[";
constexpr std::string_view closing = "]}}";

void note(std::vector<line_note>& notes, std::string_view what, std::int64_t count) {
  if (count == 0) return;
  const auto same = std::find_if(notes.begin(), notes.end(),
                                 [what](const line_note& known) { return known.what == what; });
  if (same == notes.end()) {
    notes.push_back({what, count});
  } else {
    same->count += count;
  }
}

/// Returns how many duplicates it took out.
std::int64_t tidy_reactions(post_body& post) {
  std::int64_t duplicates = 0;
  if (post.reactions.empty()) return duplicates;
  std::set<std::pair<std::string, std::string>> seen;
  std::vector<reaction> kept;
  kept.reserve(post.reactions.size());
  for (auto& item : post.reactions) {
    if (!seen.emplace(item.user, item.emoji_name).second) {
      ++duplicates;
      continue;
    }
    item.create_at = std::max(item.create_at, post.create_at);
    kept.push_back(std::move(item));
  }
  post.reactions = std::move(kept);
  return duplicates;
}

json::array reactions_of(const post_body& post) {
  json::array list;
  list.reserve(post.reactions.size());
  for (const auto& item : post.reactions) {
    json::object entry;
    text(entry, "user", item.user);
    text(entry, "emoji_name", item.emoji_name);
    entry.emplace("create_at", item.create_at);
    list.push_back(std::move(entry));
  }
  return list;
}

json::array attachments_of(const post_body& post) {
  json::array list;
  list.reserve(post.attachments.size());
  for (const auto& file : post.attachments) {
    json::object entry;
    text(entry, "path", file.path);
    list.push_back(std::move(entry));
  }
  return list;
}

/// Which members of a post a line carries.
struct carried_members {
  bool props = true;
  bool pin = true;
  bool reactions = true;
  bool attachments = true;
};

void add_body(json::object& content, const post_body& post, const carried_members& carried) {
  text(content, "user", post.user);
  text_if(content, "type", post.type);
  text(content, "message", post.message);
  if (carried.props && !post.props.empty()) content.emplace("props", post.props);
  content.emplace("create_at", post.create_at);
  number_if(content, "edit_at", post.edit_at);
  flag_if(content, "is_pinned", carried.pin && post.is_pinned);
  if (carried.reactions) array_if(content, "reactions", reactions_of(post));
  if (carried.attachments) array_if(content, "attachments", attachments_of(post));
}

bool is_direct(const thread& item) {
  return item.where.index() == 1;
}

segment segment_of(const thread& item) {
  return is_direct(item) ? segment::direct_post : segment::post;
}

/// The line of a root up to where its replies would follow: `closing` minus the bracket is cut off.
std::string root_json(const thread& item, const carried_members& carried) {
  json::object content;
  if (const auto* direct = std::get_if<direct_conversation>(&item.where)) {
    json::array members;
    for (const auto& name : direct->members) members.emplace_back(clean_text(name));
    content.emplace("channel_members", std::move(members));
  } else {
    const auto& place = std::get<team_channel>(item.where);
    text(content, "team", place.team);
    text(content, "channel", place.channel);
  }
  add_body(content, item.root, carried);
  auto line = line_of(name_of(segment_of(item)), std::move(content));
  line.resize(line.size() - 2);
  return line;
}

std::string reply_json(const post_body& reply, const server_features& features,
                       std::vector<line_note>& notes) {
  carried_members carried;
  carried.props = features.reply_props;
  carried.pin = features.reply_pins;
  carried.reactions = features.reply_reactions;
  note(notes, "reply_props", !carried.props && !reply.props.empty());
  note(notes, "reply_pins", !carried.pin && reply.is_pinned);
  if (!carried.reactions) {
    note(notes, "reply_reactions", static_cast<std::int64_t>(reply.reactions.size()));
  }
  json::object content;
  add_body(content, reply, carried);
  return json::serialize(content);
}

std::int64_t file_bytes(const std::vector<bundle_file>& files) {
  std::int64_t sum = 0;
  for (const auto& file : files) sum += file.size;
  return sum;
}

/// Collects replies into lines that stay within the limits.
class thread_splitter {
 public:
  thread_splitter(const thread& item, const split_limits& limits) : item_(item), limits_(limits) {
    record_.kind = segment_of(item);
    record_.line = root_json(item, {});
    record_.files = item.root.attachments;
    file_bytes_ = file_bytes(record_.files);
  }

  void add(const std::string& reply, const std::vector<bundle_file>& files) {
    const auto bytes = file_bytes(files);
    if (exceeds(reply.size(), bytes)) begin_next();
    record_.line += replies_ == 0 ? opening : std::string_view(",");
    record_.line += reply;
    record_.files.insert(record_.files.end(), files.begin(), files.end());
    file_bytes_ += bytes;
    ++replies_;
  }

  std::vector<part_record> finish() {
    flush();
    return std::move(records_);
  }

 private:
  bool exceeds(std::size_t reply_size, std::int64_t bytes) const {
    const bool line_full =
        record_.line.size() + opening.size() + reply_size + closing.size() > limits_.max_line_bytes;
    const bool files_full = bytes != 0 && file_bytes_ + bytes > limits_.max_file_bytes;
    // A repeated root without replies gains nothing by being repeated once more.
    return (line_full || files_full) && !(record_.continuation && replies_ == 0);
  }

  void begin_next() {
    flush();
    if (repeated_root_.empty()) {
      carried_members carried;
      carried.reactions = false;
      carried.attachments = false;
      repeated_root_ = root_json(item_, carried);
    }
    record_ = {segment_of(item_), true, repeated_root_, {}};
    file_bytes_ = 0;
    replies_ = 0;
  }

  void flush() {
    record_.line += replies_ == 0 ? closing.substr(1) : closing;
    records_.push_back(std::move(record_));
  }

  const thread& item_;
  const split_limits& limits_;
  part_record record_;
  std::int64_t file_bytes_ = 0;
  std::size_t replies_ = 0;
  std::string repeated_root_;
  std::vector<part_record> records_;
};

}  // namespace

std::vector<line_note> normalize_thread(thread& item) {
  std::vector<line_note> notes;
  auto earliest = item.root.create_at;
  auto duplicates = tidy_reactions(item.root);
  for (auto& reply : item.replies) {
    reply.create_at = std::max(reply.create_at, earliest + 1);
    earliest = reply.create_at;
    duplicates += tidy_reactions(reply);
  }
  note(notes, "duplicate_reactions", duplicates);
  return notes;
}

split_result split_thread(thread item, server_version server, const split_limits& limits) {
  split_result result;
  result.notes = normalize_thread(item);
  const auto features = features_of(server);
  thread_splitter splitter(item, limits);
  for (const auto& reply : item.replies) {
    splitter.add(reply_json(reply, features, result.notes), reply.attachments);
  }
  result.records = splitter.finish();
  return result;
}

built_line post_line(thread item, server_version server) {
  constexpr split_limits none{std::numeric_limits<std::size_t>::max(),
                              std::numeric_limits<std::int64_t>::max()};
  auto split = split_thread(std::move(item), server, none);
  return {std::move(split.records.front()), std::move(split.notes)};
}

}  // namespace crossdock::mattermost
