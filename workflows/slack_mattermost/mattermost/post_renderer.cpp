#include "workflows/slack_mattermost/mattermost/post_renderer.hpp"

#include <algorithm>

#include <boost/json/serialize.hpp>

#include "workflows/slack_mattermost/mattermost/changes.hpp"
#include "workflows/slack_mattermost/mattermost/raw_json.hpp"
#include "workflows/slack_mattermost/mattermost/system_messages.hpp"
#include "workflows/slack_mattermost/slack/timestamp.hpp"
#include "workflows/slack_mattermost/text/emoji.hpp"
#include "workflows/slack_mattermost/text/message_text.hpp"
#include "workflows/slack_mattermost/text/split.hpp"

namespace crossdock::mattermost {

namespace json = boost::json;

namespace {

constexpr std::string_view placeholder_key = "crossdock_placeholder";
constexpr std::string_view placeholder_text =
    "_The first message of this thread is not in the export._";
constexpr std::string_view empty_text = "_(no text)_";

using kind = api::finding::kind;

std::string_view first_of(std::initializer_list<std::string_view> candidates) {
  for (auto candidate : candidates) {
    if (!candidate.empty()) return candidate;
  }
  return {};
}

std::vector<const json::object*> files_of(const json::object& message) {
  std::vector<const json::object*> files;
  if (const auto* list = raw::array(message, "files")) {
    for (const auto& file : *list) {
      if (const auto* object = file.if_object()) files.push_back(object);
    }
  } else if (const auto* file = raw::object(message, "file")) {
    files.push_back(file);
  }
  return files;
}

std::string_view original_file_name(const json::object& file) {
  return first_of(
      {raw::text(file, "name"), raw::text(file, "title"), raw::text(file, "id"), "file"});
}

/// Its name as text of a post.
std::string file_label(const json::object& file) {
  std::string label;
  for (char c : shown_file_name(file)) {
    if (c == '[' || c == ']' || c == '\\' || c == '`' || c == '*' || c == '_') label += '\\';
    label += c;
  }
  return label;
}

std::string link_target(const json::object& file) {
  for (const char* key : {"permalink", "external_url", "url_private", "permalink_public"}) {
    const auto url = raw::text(file, key);
    const bool safe = url.starts_with("https://") || url.starts_with("http://");
    if (safe && url.find_first_of(" ()<>\n\r\t") == std::string_view::npos) {
      // The query may hold a download token of the export; the address works without it.
      return std::string(url.substr(0, url.find('?')));
    }
  }
  return {};
}

/// The line that stands in the post for a file whose bytes do not come along.
std::string link_line(const json::object& file, std::string_view why) {
  const auto url = link_target(file);
  const auto label = file_label(file);
  return "\U0001F4CE " + (url.empty() ? label : "[" + label + "](" + url + ")") + " _(" +
         std::string(why) + ")_";
}

bundle_file attached_file(const json::object& file, const api::blob& bytes) {
  const auto id = std::string(raw::text(file, "id"));
  return {bytes.key, "files/" + id + "/" + shown_file_name(file), bytes.size};
}

class renderer {
 public:
  renderer(const message_source& source, const render_context& context)
      : source_(source), context_(context) {}

  render_result run() {
    const auto* author = context_.names.find_user(source_.author);
    if (!author) return leave_out("its author " + std::string(source_.author) + " is unknown");
    const auto subtype = raw::text(source_.raw, "subtype");
    const bool is_system = is_system_subtype(subtype);
    if (is_system && context_.options.system == system_messages::drop && !source_.has_replies) {
      return leave_out("a system message (" + std::string(subtype) +
                       "); target.system_messages is drop");
    }
    if (!source_.has_replies && raw::flag(source_.raw, "hidden") && is_event_of_another(subtype)) {
      return leave_out("a hidden event about another message (" + std::string(subtype) + ")");
    }
    post_body post;
    post.user = author->username;
    post.create_at = source_.create_at;
    post.origin = {std::string(source_.external_id), original_time()};
    std::string text = render_text(post);
    if (is_system) make_system(post);
    if (subtype == "me_message") post.type = "me";
    sign_as_bot(post);
    attach_files(post, text);
    mark(post);
    add_reactions(post);
    if (text.empty() && post.attachments.empty() && !post.props.contains("attachments")) {
      text = empty_text;
    }
    result_.posts = distribute(std::move(post), text);
    add_broadcast(text);
    return {std::move(result_), std::nullopt};
  }

 private:
  static bool is_event_of_another(std::string_view subtype) {
    return subtype == "message_deleted" || subtype == "message_changed" ||
           subtype == "message_replied";
  }

  static render_result leave_out(std::string reason) {
    return {std::nullopt, left_out_message{std::move(reason)}};
  }

  /// A placeholder or an unreadable time has none but the one it was given.
  std::int64_t original_time() const {
    const auto time = slack::parse_timestamp(source_.raw.if_contains("ts"));
    return time ? time->micros / 1000 : source_.create_at;
  }

  void find(kind what, std::string_view reason, std::string item, std::string detail) {
    result_.findings.push_back(
        {what, "message", std::move(item), {}, std::string(reason), std::move(detail)});
  }

  std::string render_text(post_body& post) {
    if (source_.raw.contains(placeholder_key)) return std::string(placeholder_text);
    auto rendered = slack::render_message(source_.raw, slack::text_options{context_.names});
    for (const auto& note : rendered.notes) {
      find(kind::changed, note.reason, std::string(source_.external_id) + " " + note.item,
           note.detail);
    }
    if (!rendered.attachments.empty()) {
      json::object props{{"attachments", std::move(rendered.attachments)}};
      if (check_props(json::serialize(props))) {
        find(kind::left_out, "props_too_large", std::string(source_.external_id),
             "its attachments are larger than the target allows");
      } else {
        post.props = std::move(props);
        post.type = "slack_attachment";
      }
    }
    return std::move(rendered.markdown);
  }

  std::string as_markdown(const json::value& text) const {
    const json::object message{{"text", text}};
    return slack::render_message(message, slack::text_options{context_.names}).markdown;
  }

  /// Only team channels know system posts; elsewhere the text says it.
  void make_system(post_body& post) {
    if (context_.options.system != system_messages::typed ||
        context_.channel.kind == channel_kind::direct) {
      return;
    }
    if (auto system = system_post_for(source_.raw, post.user)) {
      post.type = std::move(system->type);
      post.props = std::move(system->props);
      for (auto& [key, value] : post.props) {
        if (key.ends_with("_header") || key.ends_with("_purpose")) value = as_markdown(value);
      }
    }
  }

  /// A bot that posts under changing names shows the name it used here.
  void sign_as_bot(post_body& post) {
    const auto name = raw::text(source_.raw, "username");
    if (raw::text(source_.raw, "subtype") != "bot_message" || name.empty()) return;
    if (name == post.user) return;
    post.props["from_webhook"] = "true";
    std::vector<shortened_text> shortened;
    post.props["override_username"] =
        fit(name, limits::person_name_runes, "override_username", shortened);
    for (const auto& cut : shortened) {
      find(kind::changed, cut.reason(), std::string(source_.external_id), cut.detail);
    }
  }

  void attach_files(post_body& post, std::string& text) {
    for (const auto* file : files_of(source_.raw)) {
      const auto id = std::string(raw::text(*file, "id"));
      const auto found = context_.blobs.find(id);
      const auto* bytes = found == context_.blobs.end() ? nullptr : &found->second;
      const auto why = why_file_stays_behind(*file, bytes, context_.largest_file);
      if (why.empty()) {
        post.attachments.push_back(attached_file(*file, *bytes));
        report_file_name(*file);
        continue;
      }
      if (!text.empty()) text += "\n";
      text += link_line(*file, why);
    }
  }

  void report_file_name(const json::object& file) {
    const auto given = original_file_name(file);
    const auto name = shown_file_name(file);
    if (name == given) return;
    result_.findings.push_back({kind::changed, "attachment", std::string(raw::text(file, "id")),
                                std::string(source_.external_id), "name_changed",
                                in_quotes(given) + " became " + in_quotes(name) +
                                    ": not a name that every file system takes"});
  }

  void mark(post_body& post) {
    if (const auto* edited = raw::object(source_.raw, "edited")) {
      post.edit_at = edit_time(*edited);
    }
    const auto* pinned = raw::array(source_.raw, "pinned_to");
    post.is_pinned = (pinned && !pinned->empty()) || raw::flag(source_.raw, "is_pinned") ||
                     context_.channel.pins.contains(std::string(raw::text(source_.raw, "ts")));
  }

  std::int64_t edit_time(const json::object& edited) {
    const auto time = slack::parse_timestamp(edited.if_contains("ts"));
    if (!time) return source_.create_at;
    const auto edited_at = time->micros / 1000;
    if (edited_at < source_.create_at) {
      find(kind::changed, "edit_time_moved", std::string(source_.external_id),
           time_text(edited_at) + " became " + time_text(source_.create_at) +
               ": a message is not edited before it is written");
    }
    return std::max(edited_at, source_.create_at);
  }

  void add_reactions(post_body& post) {
    const auto* reactions = raw::array(source_.raw, "reactions");
    if (!reactions) return;
    for (const auto& item : *reactions) {
      const auto* reaction = item.if_object();
      if (!reaction) continue;
      const auto emoji = reaction_emoji(raw::text(*reaction, "name"), context_.names);
      const auto* users = raw::array(*reaction, "users");
      if (!emoji || !users) continue;
      for (const auto& user : *users) {
        const auto* id = user.if_string();
        const auto* known = id ? context_.names.find_user(*id) : nullptr;
        if (known) post.reactions.push_back({known->username, *emoji, post.create_at});
      }
    }
  }

  post_body follow_up(const post_body& post) const {
    post_body next;
    next.user = post.user;
    next.create_at = post.create_at;
    for (const char* key : {"from_webhook", "override_username"}) {
      if (const auto* value = post.props.if_contains(key)) next.props[key] = *value;
    }
    return next;
  }

  std::vector<post_body> distribute(post_body post, const std::string& text) {
    auto pieces = slack::split_message(text);
    if (pieces.empty()) pieces.emplace_back();
    auto files = std::exchange(post.attachments, {});
    const auto file_posts =
        (files.size() + limits::attachments_per_post - 1) / limits::attachments_per_post;
    if (pieces.size() > 1) {
      find(kind::changed, "text_split", std::string(source_.external_id),
           "its text is longer than a post may be; " + std::to_string(pieces.size()) +
               " posts carry it");
    }
    if (file_posts > 1) {
      find(kind::changed, "files_split", std::string(source_.external_id),
           std::to_string(files.size()) + " files go to " + std::to_string(file_posts) +
               " posts, at most ten to each");
    }
    std::vector<post_body> posts;
    posts.push_back(std::move(post));
    for (std::size_t i = 0; i < std::max(pieces.size(), file_posts); ++i) {
      if (i > 0) posts.push_back(follow_up(posts.front()));
      if (i < pieces.size()) posts.back().message = std::move(pieces[i]);
      const auto first = i * limits::attachments_per_post;
      for (auto f = first; f < std::min(files.size(), first + limits::attachments_per_post); ++f) {
        posts.back().attachments.push_back(std::move(files[f]));
      }
      if (posts.back().message.empty() && i > 0) posts.back().message = "_(more files)_";
    }
    return posts;
  }

  /// A reply that was "also sent to the channel" is shown there by a post of its own.
  void add_broadcast(const std::string& text) {
    const auto subtype = raw::text(source_.raw, "subtype");
    if (subtype != "thread_broadcast" && subtype != "reply_broadcast") return;
    if (!source_.is_reply) return;
    auto post = follow_up(result_.posts.front());
    post.message = slack::split_message("_Replied to a thread:_\n" + text).front();
    result_.broadcast = std::move(post);
  }

  const message_source& source_;
  const render_context& context_;
  rendered_message result_;
};

}  // namespace

std::string shown_file_name(const json::object& file) {
  return clean_file_name(original_file_name(file));
}

std::string why_file_stays_behind(const json::object& file, const source_file* bytes,
                                  std::int64_t largest_file) {
  const auto mode = raw::text(file, "mode");
  if (mode == "tombstone") return "deleted in Slack";
  if (mode == "hidden_by_limit") return "hidden by the limits of Slack's free plan";
  if (!bytes) {
    return mode == "external" || raw::flag(file, "is_external") ? "kept outside of Slack"
                                                                : "not in the archive";
  }
  if (bytes->is_web_page) return "a web page lies in the archive in its place";
  if (bytes->size > largest_file) return "larger than a bundle may be";
  return {};
}

std::optional<std::string> reaction_emoji(std::string_view slack_name, const workspace& names) {
  if (slack_name.empty()) return std::nullopt;
  return slack::emoji_name(slack_name, {}, names);
}

render_result render_post(const message_source& source, const render_context& context) {
  return renderer(source, context).run();
}

}  // namespace crossdock::mattermost
