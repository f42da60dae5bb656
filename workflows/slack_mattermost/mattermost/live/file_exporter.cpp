#include "workflows/slack_mattermost/mattermost/live/file_exporter.hpp"

#include "workflows/slack_mattermost/mattermost/changes.hpp"
#include "workflows/slack_mattermost/mattermost/live/rest_requests.hpp"
#include "workflows/slack_mattermost/mattermost/post_renderer.hpp"
#include "workflows/slack_mattermost/mattermost/raw_json.hpp"

namespace crossdock::mattermost {

namespace {

using repeat = request_window::repeat;
namespace json = boost::json;

/// Files up to here go in one request, larger ones in pieces of this size: what an exporter holds
/// in memory. The server wants at least 5 MiB of all pieces but the last.
constexpr std::size_t piece_bytes = 8 << 20;

std::string message_of(const api::claimed_entity& entity) {
  return std::string(raw::text(raw::parse(entity.refs, entity.external_id), "message"));
}

/// The conversation of a message, whose id begins with it.
std::string channel_of(const std::string& message) {
  return message.substr(0, message.rfind(':'));
}

/// One file on its way, piece by piece as the source yields it.
class upload {
 public:
  upload(request_window& window, std::string channel, std::string name, std::int64_t size)
      : window_(window), channel_(std::move(channel)), name_(std::move(name)), size_(size) {}

  void add(std::string_view data) {
    while (!data.empty() && going()) {
      const auto part = data.substr(0, piece_bytes - buffer_.size());
      buffer_ += part;
      data.remove_prefix(part.size());
      if (buffer_.size() == piece_bytes && size_ > static_cast<std::int64_t>(piece_bytes)) {
        send_piece();
      }
    }
  }

  void finish() {
    if (!going()) return;
    if (session_.empty()) {
      last_ = window_.call(rest::upload_file(channel_, name_, buffer_), repeat::never);
      const auto made = last_.object();
      const auto* infos = raw::array(made, "file_infos");
      const auto* info = infos && !infos->empty() ? infos->front().if_object() : nullptr;
      if (info != nullptr) id_ = raw::text(*info, "id");
    } else {
      if (!buffer_.empty()) send_piece();
      id_ = last_.text("id");
    }
  }

  const std::string& id() const { return id_; }
  const answer& last() const { return last_; }

 private:
  bool going() const { return !begun_ || last_.ok(); }

  void send_piece() {
    begun_ = true;
    if (session_.empty()) {
      last_ = window_.call(rest::begin_upload(channel_, name_, size_), repeat::safely);
      session_ = last_.text("id");
      if (!last_.ok()) return;
    }
    last_ = window_.call(rest::upload_piece(session_, std::move(buffer_)), repeat::never);
    buffer_.clear();
  }

  request_window& window_;
  const std::string channel_;
  const std::string name_;
  const std::int64_t size_;
  std::string buffer_;
  std::string session_;
  bool begun_ = false;
  answer last_;
  std::string id_;
};

class file_exporter final : public api::exporter {
 public:
  file_exporter(std::shared_ptr<live_job> job, api::target_context& context)
      : job_(std::move(job)),
        known_(job_->everything(context)),
        context_(context),
        window_(job_->window(context, 1)) {}

  api::delivery_result deliver(const api::delivery& work) override {
    files_.clear();
    outcomes_.clear();
    std::vector<api::blob> blobs;
    choose(work, blobs);
    if (!blobs.empty()) send(blobs);
    api::delivery_result result;
    result.cursor = work.cursor;
    for (const auto& entity : work.entities) {
      const auto end = outcomes_.find(entity.id);
      result.outcomes.push_back(end != outcomes_.end() ? std::move(end->second) : unsent(entity));
    }
    return result;
  }

 private:
  struct file {
    const api::claimed_entity* entity;
    std::string channel;
    std::string name;
  };

  /// Settles what cannot be sent, and lists what can.
  void choose(const api::delivery& work, std::vector<api::blob>& blobs) {
    std::vector<json::object> elements;
    for (const auto& entity : work.entities) {
      elements.push_back(raw::parse(entity.raw, "file " + entity.external_id));
      elements.back()["id"] = entity.external_id;
    }
    std::vector<const json::object*> pointers;
    for (const auto& element : elements) pointers.push_back(&element);
    const auto sources = find_source_files(context_, pointers);
    for (std::size_t i = 0; i < work.entities.size(); ++i) {
      const auto& entity = work.entities[i];
      const auto message = message_of(entity);
      const auto channel = known_.channels.find(channel_of(message));
      const auto source = sources.find(entity.external_id);
      const auto* bytes = source == sources.end() ? nullptr : &source->second;
      auto why = why_file_stays_behind(elements[i], bytes, job_->server().max_file_bytes);
      if (channel == known_.channels.end()) why = "its conversation was not carried";
      if (!why.empty()) {
        auto end = skipped(entity, in_quotes(shown_file_name(elements[i])) + " of message " +
                                       message + ": " + why + "; its post links to it instead");
        end.error_code = "file_without_bytes";
        settle(std::move(end));
        continue;
      }
      files_.emplace(bytes->key, file{&entity, channel->second, shown_file_name(elements[i])});
      blobs.push_back(*bytes);
    }
  }

  void send(const std::vector<api::blob>& blobs) {
    std::optional<upload> current;
    std::string key;
    api::blob_reader::sink sink;
    sink.begin = [&](const api::blob& item) {
      if (context_.stopping()) throw api::stage_stopped{};
      key = item.key;
      const auto& to = files_.at(key);
      current.emplace(*window_, to.channel, to.name, item.size);
    };
    sink.data = [&](std::string_view piece) { current->add(piece); };
    sink.end = [&] {
      current->finish();
      end_of(*files_.at(key).entity, *current);
    };
    sink.failed = [&](const api::blob& item, std::string_view reason) {
      const auto& entity = *files_.at(item.key).entity;
      settle({entity.id,
              api::outcome_kind::failed,
              {},
              "permanent",
              "file_unreadable",
              item.path + ": " + std::string(reason)});
    };
    try {
      context_.blobs().read(blobs, sink);
    } catch (const api::stage_stopped&) {
      // What has not been sent is answered as such.
    }
  }

  void end_of(const api::claimed_entity& entity, const upload& done) {
    if (!done.id().empty()) return settle(delivered(entity, done.id()));
    if (done.last().what() != answer::kind::unsent) require_session(done.last());
    auto end = refusal(entity, done.last());
    if (done.last().ok()) {
      end.message = "the server took less than the whole file";
      end.kind = api::outcome_kind::retry;
      end.error_class = "transient";
    }
    settle(std::move(end));
  }

  void settle(api::outcome outcome) { outcomes_.emplace(outcome.id, std::move(outcome)); }

  std::shared_ptr<live_job> job_;
  const directory& known_;
  api::target_context& context_;
  std::unique_ptr<request_window> window_;
  std::unordered_map<std::string, file> files_;  ///< by key of their bytes
  std::unordered_map<std::int64_t, api::outcome> outcomes_;
};

class reaction_exporter final : public api::exporter {
 public:
  reaction_exporter(std::shared_ptr<live_job> job, api::target_context& context)
      : job_(std::move(job)),
        known_(job_->everything(context)),
        context_(context),
        window_(job_->window(context, job_->options().max_connections)) {}

  api::delivery_result deliver(const api::delivery& work) override {
    outcomes_.clear();
    find_posts(work);
    for (const auto& entity : work.entities) begin(entity);
    window_->run();
    api::delivery_result result;
    result.cursor = work.cursor;
    for (const auto& entity : work.entities) {
      result.outcomes.push_back(std::move(outcomes_.at(entity.id)));
    }
    return result;
  }

 private:
  void find_posts(const api::delivery& work) {
    posts_.clear();
    std::vector<std::string> wanted;
    for (const auto& entity : work.entities) {
      if (is_ours(entity)) wanted.push_back(message_of(entity));
    }
    if (wanted.empty()) return;
    for (const auto& message : context_.find("message", wanted)) {
      if (message.status != "success" || !message.target_id) continue;
      posts_[message.external_id] = {*message.target_id, message.seq / 1000};
    }
  }

  bool is_ours(const api::claimed_entity& entity) const {
    const auto user = known_.users.find(
        std::string(raw::text(raw::parse(entity.refs, entity.external_id), "user")));
    return user != known_.users.end() && user->second == job_->server().admin_id;
  }

  void begin(const api::claimed_entity& entity) {
    const auto item = raw::parse(entity.raw, "reaction " + entity.external_id);
    const auto name = raw::text(item, "name");
    const auto emoji = reaction_emoji(name, *known_.names);
    if (!emoji) return settle(skipped(entity, "the target has no emoji " + std::string(name)));
    if (!is_ours(entity)) {
      return settle(skipped(entity, "the server lets nobody but its giver add a reaction"));
    }
    const auto post = posts_.find(message_of(entity));
    if (post == posts_.end()) return settle(skipped(entity, "its message was not carried"));
    const reaction given{{}, *emoji, post->second.second};
    window_->submit(rest::add_reaction(given, job_->server().admin_id, post->second.first),
                    repeat::safely,
                    [this, &entity, id = post->second.first + "/" + *emoji](const answer& came) {
                      if (came.ok()) return settle(delivered(entity, id));
                      if (came.what() != answer::kind::unsent) require_session(came);
                      settle(refusal(entity, came));
                    });
  }

  void settle(api::outcome outcome) { outcomes_.emplace(outcome.id, std::move(outcome)); }

  std::shared_ptr<live_job> job_;
  const directory& known_;
  api::target_context& context_;
  std::unique_ptr<request_window> window_;
  std::unordered_map<std::string, std::pair<std::string, std::int64_t>> posts_;
  std::unordered_map<std::int64_t, api::outcome> outcomes_;
};

}  // namespace

std::unique_ptr<api::exporter> make_file_exporter(std::shared_ptr<live_job> job,
                                                  api::target_context& context) {
  return std::make_unique<file_exporter>(std::move(job), context);
}

std::unique_ptr<api::exporter> make_reaction_exporter(std::shared_ptr<live_job> job,
                                                      api::target_context& context) {
  return std::make_unique<reaction_exporter>(std::move(job), context);
}

}  // namespace crossdock::mattermost
