#include <algorithm>
#include <utility>

#include "tests/doubles/mattermost/media.hpp"
#include "tests/doubles/mattermost/state.hpp"

namespace crossdock::doubles {

namespace {

/// They do not count as messages of a channel.
bool is_join_or_leave(std::string_view type) {
  return type == "system_join_channel" || type == "system_leave_channel" ||
         type == "system_add_to_channel" || type == "system_remove_from_channel" ||
         type == "system_join_team" || type == "system_leave_team" ||
         type == "system_add_to_team" || type == "system_remove_from_team";
}

/// How long a pending_post_id is remembered.
constexpr millis pending_lifetime = 30'000;

void count_post(channel& where, const post& made) {
  where.last_post_at = std::max(where.last_post_at, made.create_at);
  if (is_join_or_leave(made.type)) return;
  ++where.total_msg_count;
  if (!made.root_id.empty()) return;
  ++where.total_msg_count_root;
  where.last_root_post_at = std::max(where.last_root_post_at, made.create_at);
}

}  // namespace

post& state::add_post(post value) {
  value.id = new_id();
  value.update_at = value.create_at;
  if (auto* where = find_in(channels, value.channel_id)) count_post(*where, value);
  if (auto* root = find_in(posts, value.root_id)) {
    root->replies.push_back(value.id);
    root->update_at = value.create_at;
  }
  posts_of[value.channel_id].emplace(value.create_at, value.id);
  auto id = value.id;
  return posts.emplace(std::move(id), std::move(value)).first->second;
}

post* state::live_post(std::string_view id) {
  auto* found = find_in(posts, id);
  return found && found->delete_at == 0 ? found : nullptr;
}

void state::delete_post(post& which) {
  which.delete_at = which.update_at = now;
  for (const auto& id : which.replies) {
    auto& reply = posts.at(id);
    if (reply.delete_at == 0) reply.delete_at = reply.update_at = now;
  }
}

std::size_t state::count_replies(const post& root) const {
  std::size_t count = 0;
  for (const auto& id : root.replies) count += posts.at(id).delete_at == 0 ? 1U : 0U;
  return count;
}

post& state::add_system_post(const std::string& channel_id, const std::string& user_id,
                             const std::string& type, const std::string& message,
                             boost::json::object props) {
  post made;
  made.channel_id = channel_id;
  made.user_id = user_id;
  made.type = type;
  made.message = message;
  made.props = std::move(props);
  made.create_at = now;
  return add_post(std::move(made));
}

void state::save_reaction(post& which, const reaction& value) {
  which.update_at = now;
  for (auto& one : which.reactions) {
    if (one.user_id != value.user_id || one.emoji_name != value.emoji_name) continue;
    one.update_at = now;
    return;
  }
  which.reactions.push_back(value);
}

bool state::remove_reaction(post& which, std::string_view user_id, std::string_view emoji_name) {
  const auto removed = std::erase_if(which.reactions, [&](const reaction& one) {
    return one.user_id == user_id && one.emoji_name == emoji_name;
  });
  if (removed > 0) which.update_at = now;
  return removed > 0;
}

const post* state::pending_post(std::string_view key) {
  const auto* known = find_in(pending_posts_, key);
  return known && now - known->at < pending_lifetime ? live_post(known->post_id) : nullptr;
}

void state::remember_pending_post(const std::string& key, const std::string& post_id) {
  while (!pending_order_.empty() && now - pending_order_.front().first >= pending_lifetime) {
    // The key may have been used again since: then its newer entry goes later.
    const auto old = pending_posts_.find(pending_order_.front().second);
    if (old != pending_posts_.end() && old->second.at == pending_order_.front().first) {
      pending_posts_.erase(old);
    }
    pending_order_.pop_front();
  }
  pending_posts_[key] = {post_id, now};
  pending_order_.emplace_back(now, key);
}

void state::forget_pending_posts() {
  pending_posts_.clear();
  pending_order_.clear();
}

file_info& state::add_file(const std::string& user_id, const std::string& channel_id,
                           std::string_view name, blob content) {
  file_info made;
  made.id = new_id();
  made.user_id = user_id;
  made.channel_id = channel_id;
  made.create_at = now;
  made.name = name.substr(name.find_last_of("/\\") + 1);
  made.extension = file_extension(made.name);
  made.mime_type = mime_type_of(made.extension);
  if (made.mime_type.starts_with("image/")) {
    if (const auto image = read_image(*content)) {
      made.width = image->width;
      made.height = image->height;
    }
  }
  made.content = std::move(content);
  auto id = made.id;
  return files.emplace(std::move(id), std::move(made)).first->second;
}

std::size_t state::attach_files(post& which, const std::vector<std::string>& file_ids) {
  std::size_t count = 0;
  for (const auto& id : file_ids) {
    auto* one = find_in(files, id);
    if (!one || !one->post_id.empty()) continue;
    if (one->user_id != which.user_id && one->user_id != "nouser") continue;
    one->post_id = which.id;
    one->channel_id = which.channel_id;
    which.file_ids.push_back(id);
    ++count;
  }
  return count;
}

emoji& state::add_emoji(emoji value) {
  value.id = new_id();
  value.create_at = value.update_at = now;
  emoji_names_[value.name] = value.id;
  emoji_order_.push_back(value.id);
  auto id = value.id;
  return emojis.emplace(std::move(id), std::move(value)).first->second;
}

emoji* state::emoji_by_name(std::string_view name) {
  const auto* id = find_in(emoji_names_, name);
  return id ? find_in(emojis, *id) : nullptr;
}

void state::erase_emoji(const std::string& id) {
  const auto* gone = find_in(emojis, id);
  if (!gone) return;
  emoji_names_.erase(gone->name);
  std::erase(emoji_order_, id);
  emojis.erase(id);
}

job* state::find_job(std::string_view id) {
  const auto found = std::ranges::find(jobs, id, &job::id);
  return found == jobs.end() ? nullptr : &*found;
}

}  // namespace crossdock::doubles
