#include "workflows/slack_mattermost/mattermost/live/post_exporter.hpp"

#include <algorithm>
#include <limits>

#include "workflows/slack_mattermost/mattermost/live/posts_lookup.hpp"
#include "workflows/slack_mattermost/mattermost/live/rest_requests.hpp"
#include "workflows/slack_mattermost/mattermost/post_renderer.hpp"
#include "workflows/slack_mattermost/mattermost/raw_json.hpp"

namespace crossdock::mattermost {

namespace {

using repeat = request_window::repeat;
namespace json = boost::json;

constexpr std::int64_t micros_per_milli = 1000;
/// A post whose answers are lost so often is left to the next attempt.
constexpr int lost_answers_max = 10;
/// Of the numbers that tell a server which posts are the same: parts of one message.
constexpr std::int64_t parts_per_message = 1000;

constexpr std::string_view channel_is_archived =
    "api.post.create_post.can_not_post_to_deleted.error";

/// A claimed message on its way.
struct moving {
  const api::claimed_entity* entity = nullptr;
  json::object raw;
  std::string author;
  std::string root;  ///< external id; empty: no reply
  std::vector<rest::new_post> posts;
  std::vector<bool> below_root;  ///< by post: goes into the thread of the message's root
  std::size_t answered = 0;      ///< posts that have come to an end
  std::string post_id;           ///< of its first post
  std::optional<api::outcome> end;
  bool is_doubtful() const { return entity->in_doubt || entity->attempts > 0; }
  std::int64_t create_at() const { return entity->seq / micros_per_milli; }
};

std::string origin_of(const moving& message, std::size_t part) {
  return message.entity->external_id + "#" + std::to_string(part);
}

class post_exporter final : public api::exporter {
 public:
  post_exporter(std::shared_ptr<live_job> job, api::target_context& context)
      : job_(std::move(job)),
        known_(job_->everything(context)),
        context_(context),
        window_(job_->window(context, job_->options().lane_width)) {}

  api::delivery_result deliver(const api::delivery& work) override;

 private:
  void read(const api::delivery& work);
  void find_files();
  void find_earlier_roots();
  void find_doubtful();
  void render(moving& message, const known_channel& channel);
  void add_post(moving& message, post_body post, bool below_root);
  void sign(moving& message, rest::new_post& post) const;

  void begin(moving& message);
  void begin_thread(const moving& root, std::string_view root_post);
  void send_parts(moving& message, std::size_t first, std::string_view root_post);
  void send(moving& message, std::size_t part, int lost_answers);
  void answered(moving& message, std::size_t part, int lost_answers, const answer& came);
  void look_again(moving& message, std::size_t part, int lost_answers);
  void open_channel(moving& message, std::size_t part, int lost_answers);
  void arrived(moving& message, std::size_t part, const std::string& id);
  void fail(moving& message, api::outcome outcome);

  std::shared_ptr<live_job> job_;
  const directory& known_;
  api::target_context& context_;
  std::unique_ptr<request_window> window_;

  // Of the delivery at hand.
  std::string channel_id_;
  std::vector<moving> messages_;
  source_files blobs_;
  std::unordered_map<std::string, std::string> file_ids_;  ///< Slack's file id → the server's
  std::unordered_map<std::string, std::vector<moving*>> replies_;  ///< by root, waiting for it
  std::unordered_map<std::string, std::string> earlier_roots_;     ///< external id → post id
  posts_by_origin found_;  ///< what arrived before, of the doubtful ones
};

api::delivery_result post_exporter::deliver(const api::delivery& work) {
  api::delivery_result result;
  result.cursor = work.cursor;
  const auto* channel = known_.names->find_channel(work.lane);
  const auto id = known_.channels.find(work.lane);
  if (channel == nullptr || id == known_.channels.end()) {
    for (const auto& entity : work.entities) {
      result.outcomes.push_back(skipped(entity, "its conversation was not carried"));
    }
    return result;
  }
  channel_id_ = id->second;
  read(work);
  find_files();
  find_earlier_roots();
  find_doubtful();
  for (auto& message : messages_) render(message, *channel);
  for (auto& message : messages_) begin(message);
  window_->run();
  for (auto& message : messages_) result.outcomes.push_back(std::move(*message.end));
  return result;
}

void post_exporter::read(const api::delivery& work) {
  messages_.clear();
  messages_.reserve(work.entities.size());  // others point into it
  replies_.clear();
  for (const auto& entity : work.entities) {
    const auto refs = raw::parse(entity.refs, "message " + entity.external_id);
    auto& message = messages_.emplace_back();
    message.entity = &entity;
    message.raw = raw::parse(entity.raw, "message " + entity.external_id);
    message.author = raw::text(refs, "user");
    message.root = raw::text(refs, "root");
  }
  for (auto& message : messages_) {
    if (!message.root.empty()) replies_[message.root].push_back(&message);
  }
}

/// Attachments went before: what of them has arrived, and with which id.
void post_exporter::find_files() {
  file_ids_.clear();
  blobs_.clear();
  std::vector<const json::object*> files;
  std::vector<std::string> ids;
  const auto add = [&](const json::object& file) {
    files.push_back(&file);
    if (const auto id = raw::text(file, "id"); !id.empty()) ids.emplace_back(id);
  };
  for (const auto& message : messages_) {
    if (const auto* list = raw::array(message.raw, "files")) {
      for (const auto& file : *list) {
        if (const auto* object = file.if_object()) add(*object);
      }
    }
    if (const auto* file = raw::object(message.raw, "file")) add(*file);
  }
  if (ids.empty()) return;
  for (const auto& file : context_.find("attachment", ids)) {
    if (file.status == "success" && file.target_id) {
      file_ids_[file.external_id] = *file.target_id;
    }
  }
  for (auto& [id, blob] : find_source_files(context_, files)) {
    if (file_ids_.contains(id)) blobs_.emplace(id, std::move(blob));
  }
}

/// Of replies that are claimed without their root.
void post_exporter::find_earlier_roots() {
  earlier_roots_.clear();
  std::vector<std::string> missing;
  for (const auto& [root, waiting] : replies_) {
    const bool here = std::any_of(messages_.begin(), messages_.end(),
                                  [&](const auto& m) { return m.entity->external_id == root; });
    if (!here) missing.push_back(root);
  }
  if (missing.empty()) return;
  for (const auto& root : context_.find("message", missing)) {
    if (root.status == "success" && root.target_id) {
      earlier_roots_[root.external_id] = *root.target_id;
    }
  }
}

void post_exporter::find_doubtful() {
  found_.clear();
  auto earliest = std::numeric_limits<std::int64_t>::max();
  for (const auto& message : messages_) {
    if (message.is_doubtful()) earliest = std::min(earliest, message.create_at());
  }
  if (earliest == std::numeric_limits<std::int64_t>::max()) return;
  find_posts(*window_, channel_id_, earliest, [&](const answer& came, posts_by_origin found) {
    require_session(came);
    if (!came.ok()) {
      throw std::runtime_error("the posts of channel " + channel_id_ +
                               " cannot be read: " + came.reason());
    }
    found_ = std::move(found);
  });
  window_->run();
}

void post_exporter::render(moving& message, const known_channel& channel) {
  const bool has_replies = replies_.contains(message.entity->external_id);
  const render_context how{*known_.names, job_->options().rendering, channel, blobs_,
                           job_->server().max_file_bytes};
  auto rendered = render_post({message.entity->external_id, message.raw, message.author,
                               message.create_at(), !message.root.empty(), has_replies},
                              how);
  if (rendered.left_out) {
    message.end = skipped(*message.entity, rendered.left_out->reason);
    return;
  }
  for (auto& finding : rendered.message->findings) context_.report(std::move(finding));
  bool first = true;
  for (auto& post : rendered.message->posts) {
    add_post(message, std::move(post), !first || !message.root.empty());
    first = false;
  }
  if (rendered.message->broadcast) {
    add_post(message, std::move(*rendered.message->broadcast), false);
  }
}

void post_exporter::add_post(moving& message, post_body body, bool below_root) {
  rest::new_post post;
  post.channel_id = channel_id_;
  post.message = std::move(body.message);
  post.type = std::move(body.type);
  post.props = std::move(body.props);
  post.create_at = body.create_at;
  post.edit_at = body.edit_at;
  post.is_pinned = body.is_pinned;
  for (const auto& file : body.attachments) {
    if (const auto id = file_ids_.find(file.key); id != file_ids_.end()) {
      post.file_ids.push_back(id->second);
    }
  }
  const auto part = message.posts.size();
  post.props[origin_key] = origin_of(message, part);
  post.pending_post_id =
      job_->server().admin_id + ":" +
      std::to_string(message.entity->id * parts_per_message + static_cast<std::int64_t>(part));
  sign(message, post);
  message.posts.push_back(std::move(post));
  message.below_root.push_back(below_root);
}

/// The server takes the token's owner as author; who it was is shown as webhooks do it.
void post_exporter::sign(moving& message, rest::new_post& post) const {
  if (post.props.contains("override_username")) return;
  const auto* author = known_.names->find_user(message.author);
  const auto& shown = author->shown_name.empty() ? author->username : author->shown_name;
  if (job_->server().overrides_names) {
    post.props["from_webhook"] = "true";
    post.props["override_username"] = truncate_runes(shown, limits::person_name_runes);
  } else {
    post.message = "**" + shown + ":** " + post.message;
  }
}

void post_exporter::begin(moving& message) {
  if (message.end) {
    // Left out; a root that others hang on is never.
    return;
  }
  if (message.root.empty()) return send(message, 0, 0);
  if (const auto root = earlier_roots_.find(message.root); root != earlier_roots_.end()) {
    return send_parts(message, 0, root->second);
  }
  const bool waits = std::any_of(messages_.begin(), messages_.end(), [&](const auto& m) {
    return m.entity->external_id == message.root && !m.end;
  });
  // Without its root a reply stands alone: it is carried, and not lost with the root.
  if (!waits) send(message, 0, 0);
}

/// The root of a thread has arrived: what waited for it may go.
void post_exporter::begin_thread(const moving& root, std::string_view root_post) {
  const auto waiting = replies_.find(root.entity->external_id);
  if (waiting == replies_.end()) return;
  for (auto* reply : waiting->second) {
    if (!reply->end) send_parts(*reply, 0, root_post);
  }
}

void post_exporter::send_parts(moving& message, std::size_t first, std::string_view root_post) {
  for (auto part = first; part < message.posts.size(); ++part) {
    if (message.below_root[part]) message.posts[part].root_id = root_post;
    send(message, part, 0);
  }
}

void post_exporter::send(moving& message, std::size_t part, int lost_answers) {
  if (const auto there = found_.find(origin_of(message, part)); there != found_.end()) {
    return arrived(message, part, std::string(there->second));
  }
  window_->submit(rest::create_post(message.posts[part]), repeat::never,
                  [this, &message, part, lost_answers](const answer& came) {
                    answered(message, part, lost_answers, came);
                  });
}

void post_exporter::answered(moving& message, std::size_t part, int lost_answers,
                             const answer& came) {
  switch (came.what()) {
    case answer::kind::ok: return arrived(message, part, came.text("id"));
    case answer::kind::unsent: return fail(message, unsent(*message.entity));
    case answer::kind::in_doubt:
      if (lost_answers == lost_answers_max) return fail(message, refusal(*message.entity, came));
      return look_again(message, part, lost_answers + 1);
    case answer::kind::refused: break;
  }
  require_session(came);
  if (came.refused_with(channel_is_archived) && lost_answers < lost_answers_max) {
    return open_channel(message, part, lost_answers + 1);
  }
  fail(message, refusal(*message.entity, came));
}

/// The answer was lost: the post may be there, or not.
void post_exporter::look_again(moving& message, std::size_t part, int lost_answers) {
  find_posts(
      *window_, channel_id_, message.posts[part].create_at,
      [this, &message, part, lost_answers](const answer& came, const posts_by_origin& found) {
        if (!came.ok()) {
          if (came.what() != answer::kind::unsent) require_session(came);
          // Not known to have arrived, and not known not to: the next attempt looks again.
          auto outcome = refusal(*message.entity, came);
          outcome.kind = api::outcome_kind::retry;
          outcome.error_class = "transient";
          return fail(message, std::move(outcome));
        }
        found_.insert(found.begin(), found.end());
        send(message, part, lost_answers);
      });
}

/// An earlier job has archived it; finishing does so again. Others may be opening it at this
/// moment.
void post_exporter::open_channel(moving& message, std::size_t part, int lost_answers) {
  window_->submit(rest::restore_channel(channel_id_), repeat::safely,
                  [this, &message, part, lost_answers](const answer& came) {
                    if (came.what() == answer::kind::unsent) {
                      return fail(message, unsent(*message.entity));
                    }
                    require_session(came);
                    send(message, part, lost_answers);
                  });
}

void post_exporter::arrived(moving& message, std::size_t part, const std::string& id) {
  if (message.end) return;
  if (part == 0) {
    message.post_id = id;
    // A root's own further parts are its first replies.
    if (message.root.empty() || message.posts[0].root_id.empty()) {
      send_parts(message, 1, id);
      begin_thread(message, id);
    }
  }
  if (++message.answered == message.posts.size()) {
    message.end = delivered(*message.entity, message.post_id);
  }
}

void post_exporter::fail(moving& message, api::outcome outcome) {
  if (message.end) return;
  const bool later = outcome.kind != api::outcome_kind::failed;
  message.end = std::move(outcome);
  if (!message.post_id.empty()) return;
  // Its replies wait with it, or stand alone if it will never be there.
  const auto waiting = replies_.find(message.entity->external_id);
  if (waiting == replies_.end()) return;
  for (auto* reply : waiting->second) {
    if (reply->end) continue;
    if (!later) {
      send(*reply, 0, 0);
      continue;
    }
    fail(*reply, unsent(*reply->entity));
  }
}

}  // namespace

std::unique_ptr<api::exporter> make_post_exporter(std::shared_ptr<live_job> job,
                                                  api::target_context& context) {
  return std::make_unique<post_exporter>(std::move(job), context);
}

}  // namespace crossdock::mattermost
