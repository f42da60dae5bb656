#include "workflows/slack_mattermost/mattermost/message_exporter.hpp"

#include <algorithm>

#include "workflows/slack_mattermost/mattermost/assembler.hpp"
#include "workflows/slack_mattermost/mattermost/changes.hpp"
#include "workflows/slack_mattermost/mattermost/channel_lines.hpp"
#include "workflows/slack_mattermost/mattermost/raw_json.hpp"

namespace crossdock::mattermost {

namespace json = boost::json;

namespace {

using api::outcome_kind;

constexpr std::int64_t micros_per_milli = 1000;

void collect_files(const json::object& message, std::vector<const json::object*>& all) {
  if (const auto* files = raw::array(message, "files")) {
    for (const auto& file : *files) {
      if (const auto* object = file.if_object()) all.push_back(object);
    }
  }
  if (const auto* file = raw::object(message, "file")) all.push_back(file);
}

conversation place_of(const known_channel& channel, const workspace& names) {
  if (channel.kind == channel_kind::direct) return direct_conversation{direct_members(channel)};
  return team_channel{names.team(), channel.name};
}

std::string target_id_of(const std::string& lane, std::int64_t create_at) {
  return lane + "@" + std::to_string(create_at);
}

}  // namespace

/// A claimed message with its JSON read.
struct message_exporter::parsed {
  const api::claimed_entity* entity;
  json::object message;
  std::string author;
  std::string root;  ///< external id; empty: no reply

  std::int64_t create_at() const { return entity->seq / micros_per_milli; }
  message_source source(bool has_replies) const {
    return {entity->external_id, message, author, create_at(), !root.empty(), has_replies};
  }
};

message_exporter::message_exporter(std::shared_ptr<const bundle_job> job,
                                   api::target_context& context)
    : job_(std::move(job)),
      context_(context),
      file_budget_(record_file_budget(job_->options.max_bundle_bytes)) {}

render_context message_exporter::rendering(const known_channel& channel,
                                           const source_files& bytes) const {
  return {*job_->names, job_->options, channel, bytes, file_budget_};
}

api::delivery_result message_exporter::deliver(const api::delivery& work) {
  part_writer part(job_->parts, work.type, work.lane, work.cursor);
  api::delivery_result result;
  const auto* channel = job_->names->find_channel(work.lane);
  std::vector<parsed> messages;
  for (const auto& entity : work.entities) {
    const auto refs = raw::parse(entity.refs, "message " + entity.external_id);
    messages.push_back({&entity, raw::parse(entity.raw, "message " + entity.external_id),
                        std::string(raw::text(refs, "user")),
                        std::string(raw::text(refs, "root"))});
  }
  std::vector<const json::object*> files;
  for (const auto& item : messages) collect_files(item.message, files);
  files_ = find_source_files(context_, files);
  for (auto first = messages.begin(); first != messages.end();) {
    const auto last = std::find_if(first, messages.end(), [&](const parsed& m) {
      return m.entity->group_seq != first->entity->group_seq;
    });
    deliver_group({first, last}, *channel, part, result);
    first = last;
  }
  result.cursor = part.sync();
  return result;
}

/// The files of a message as they were when it was first written, perhaps by another job from
/// another archive: its text names those that were left out.
source_files message_exporter::files_written_with(const json::object& message) {
  std::vector<const json::object*> files;
  collect_files(message, files);
  auto found = find_source_files(context_, files);
  std::vector<std::string> ids;
  for (const auto* file : files) {
    if (const auto id = raw::text(*file, "id"); !id.empty()) ids.emplace_back(id);
  }
  if (ids.empty()) return found;
  for (const auto& file : context_.find("attachment", ids)) {
    if (file.status == "success") found[file.external_id] = {{file.external_id, {}, 0}, false};
    if (file.status != "skipped") continue;
    const auto here = found.find(file.external_id);
    if (here == found.end() || here->second.is_web_page) continue;
    if (here->second.size <= file_budget_) found.erase(here);
  }
  return found;
}

/// Messages of one group in delivery order: usually a root and its replies. Two roots may share a
/// time down to the microsecond; each is then a thread of its own.
void message_exporter::deliver_group(std::span<const parsed> messages, const known_channel& channel,
                                     part_writer& part, api::delivery_result& result) {
  std::vector<const parsed*> roots;
  std::unordered_map<std::string, std::vector<const parsed*>> replies;
  std::vector<std::string> order;
  for (const auto& item : messages) {
    if (item.root.empty()) {
      roots.push_back(&item);
      order.push_back(item.entity->external_id);
    } else {
      replies[item.root].push_back(&item);
    }
  }
  for (const auto& item : messages) {
    if (!item.root.empty() && std::find(order.begin(), order.end(), item.root) == order.end()) {
      order.push_back(item.root);
    }
  }
  for (const auto& id : order) {
    const auto root = std::find_if(roots.begin(), roots.end(),
                                   [&](const auto* r) { return r->entity->external_id == id; });
    const auto& own = replies[id];
    thread item{place_of(channel, *job_->names), {}, {}};
    std::vector<post_body> broadcasts;
    std::optional<post_body> head;
    if (root != roots.end()) {
      head = render_into(**root, !own.empty(), channel, item, result, broadcasts);
    } else {
      head = earlier_root(id, channel);
    }
    for (const auto* reply : own) {
      auto post = render_into(*reply, false, channel, item, result, broadcasts);
      // Without its root a reply stands alone: it is carried, and not lost with the root.
      if (post && !head) {
        head = std::move(post);
      } else if (post) {
        item.replies.push_back(std::move(*post));
      }
    }
    if (!head) continue;
    item.root = std::move(*head);
    std::stable_sort(item.replies.begin(), item.replies.end(),
                     [](const auto& a, const auto& b) { return a.create_at < b.create_at; });
    append(std::move(item), part, id);
    for (auto& post : broadcasts) {
      append({place_of(channel, *job_->names), std::move(post), {}}, part, id);
    }
  }
}

/// Renders a message; its first post is returned, what follows it goes below the thread's root.
std::optional<post_body> message_exporter::render_into(const parsed& message, bool has_replies,
                                                       const known_channel& channel, thread& to,
                                                       api::delivery_result& result,
                                                       std::vector<post_body>& broadcasts) {
  auto rendered = render_post(message.source(has_replies), rendering(channel, files_));
  api::outcome outcome;
  outcome.id = message.entity->id;
  if (rendered.left_out) {
    outcome.kind = outcome_kind::skipped;
    outcome.message = rendered.left_out->reason;
    result.outcomes.push_back(std::move(outcome));
    return std::nullopt;
  }
  outcome.target_id = target_id_of(channel.kind == channel_kind::direct ? "direct" : channel.name,
                                   message.create_at());
  result.outcomes.push_back(std::move(outcome));
  for (auto& finding : rendered.message->findings) context_.report(std::move(finding));
  if (rendered.message->broadcast) broadcasts.push_back(std::move(*rendered.message->broadcast));
  auto& posts = rendered.message->posts;
  to.replies.insert(to.replies.end(), std::make_move_iterator(posts.begin() + 1),
                    std::make_move_iterator(posts.end()));
  return std::move(posts.front());
}

/// The root of replies that came without it: written by an earlier delivery or job. Repeated
/// without what would be added twice; the server knows it again by its time and text.
std::optional<post_body> message_exporter::earlier_root(const std::string& root_id,
                                                        const known_channel& channel) {
  const auto found = context_.find("message", std::vector{root_id});
  if (found.empty() || found.front().status != "success") return std::nullopt;
  const auto& view = found.front();
  const auto message = raw::parse(view.raw, "message " + root_id);
  const auto refs = raw::parse(view.refs, "message " + root_id);
  const auto bytes = files_written_with(message);
  const auto rendered = render_post({view.external_id, message, raw::text(refs, "user"),
                                     view.seq / micros_per_milli, false, true},
                                    rendering(channel, bytes));
  if (!rendered.message) return std::nullopt;
  auto post = rendered.message->posts.front();
  post.origin = {};
  post.attachments.clear();
  post.reactions.clear();
  return post;
}

void message_exporter::report_moved(const post_body& post) {
  if (post.origin.item.empty() || post.create_at == post.origin.create_at) return;
  context_.report({api::finding::kind::changed,
                   "message",
                   post.origin.item,
                   {},
                   "time_moved",
                   time_text(post.origin.create_at) + " became " + time_text(post.create_at) +
                       ": the target wants a time of its own for every message of a conversation, "
                       "to the millisecond, and replies later than what they follow"});
}

void message_exporter::append(thread item, part_writer& part, const std::string& external_id) {
  split_limits limits;
  limits.max_file_bytes = file_budget_;
  auto notes = normalize_thread(item);
  report_moved(item.root);
  for (const auto& reply : item.replies) report_moved(reply);
  auto split = split_thread(std::move(item), job_->options.server, limits);
  notes.insert(notes.end(), split.notes.begin(), split.notes.end());
  for (const auto& note : notes) {
    context_.report({api::finding::kind::changed,
                     "message",
                     external_id,
                     {},
                     std::string(note.what),
                     describe(note)});
  }
  for (const auto& record : split.records) part.append(record);
}

}  // namespace crossdock::mattermost
