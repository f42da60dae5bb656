#include "workflows/slack_mattermost/slack/messages_stage.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "workflows/slack_mattermost/slack/element_places.hpp"
#include "workflows/slack_mattermost/slack/message_entities.hpp"
#include "workflows/slack_mattermost/slack/source_options.hpp"
#include "workflows/slack_mattermost/slack/thread_roots.hpp"
#include "workflows/slack_mattermost/slack/unlisted_users.hpp"

namespace crossdock::slack {

namespace json = boost::json;

namespace {

std::string_view text_of(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

/// What the pass needs to know of earlier stages, by id. Small against the messages.
struct directory {
  std::unordered_map<std::string, std::string> channel_by_folder;
  bot_users bots;
  std::unordered_set<std::string> custom_emoji;
};

directory load_directory(api::stage_context& context, unlisted_users& users) {
  directory known;
  std::unordered_map<std::string, std::string> by_name;
  context.for_each_entity(type::channel, [&](const api::entity_view& channel) {
    const auto raw = json::parse(channel.raw);
    known.channel_by_folder.emplace(channel.external_id, channel.external_id);
    const auto name = text_of(raw.as_object(), "name");
    if (!name.empty()) by_name.emplace(name, channel.external_id);
  });
  // A folder that is some channel's id means that channel, whatever another one is called.
  known.channel_by_folder.merge(by_name);
  context.for_each_entity(type::user, [&](const api::entity_view& user) {
    users.know(user.external_id);
    const auto raw = json::parse(user.raw);
    const auto* profile = raw.as_object().if_contains("profile");
    if (!profile || !profile->is_object()) return;
    const auto bot = text_of(profile->get_object(), "bot_id");
    if (!bot.empty()) known.bots.emplace(bot, user.external_id);
  });
  context.for_each_entity(type::custom_emoji, [&](const api::entity_view& emoji) {
    known.custom_emoji.insert(emoji.external_id);
  });
  return known;
}

/// Slack keeps the discussion of a file or canvas in a folder named after the file's id.
bool is_file_folder(std::string_view folder) {
  if (folder.size() < 2 || folder.front() != 'F') return false;
  return folder.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string_view::npos;
}

class day_file_pass {
 public:
  day_file_pass(api::stage_context& context, const element_limits& limits)
      : context_(context),
        users_(context),
        threads_(context),
        known_(load_directory(context, users_)),
        splitter_({[this](const element& item) { accept(item); },
                   [this](const rejection& item) { reject(item); }},
                  limits) {}

  void run(const archive& from) {
    from.read([this](const member& item) { return wanted(item); },
              {.begin = [](const member&) {},
               .data = [this](std::string_view piece) { splitter_.feed(piece); },
               .end = [this](const member&) { end_file(); },
               .failed =
                   [this](const member&, std::string_view reason) {
                     // What follows cannot be counted: not even its length is known.
                     splitter_.fail("damaged", std::string(reason) +
                                                   ": all messages of the file from here on are "
                                                   "lost, and nothing tells how many");
                     finish_unit();
                   },
               .enough = {}});
    // A placeholder is signed by Slack's own bot.
    if (threads_.finish(saw_all_) > 0) users_.see(slackbot);
    users_.finish(saw_all_);
  }

 private:
  bool wanted(const member& item) {
    if (item.kind != member_kind::day_file) return false;
    const auto unit = context_.begin_unit(item.path);
    if (unit.done || unit.position > 0) saw_all_ = false;
    if (unit.done) return false;
    const auto channel = known_.channel_by_folder.find(item.folder);
    if (channel == known_.channel_by_folder.end()) {
      report_unknown_folder(item);
      finish_unit();
      return false;
    }
    file_ = item.path;
    channel_ = channel->second;
    threads_.begin_channel(channel_);
    resume_at_ = unit.position;
    return true;
  }

  void report_unknown_folder(const member& item) {
    if (is_file_folder(item.folder)) {
      context_.report({api::finding::kind::left_out,
                       {},
                       item.folder,
                       item.path,
                       "file_folder",
                       "the discussion of a file, which no channel of the export holds"});
    } else {
      refuse(item.path, "unknown_folder",
             "no channel of the export is called \"" + item.folder +
                 "\" or has that id: its messages cannot be placed");
    }
  }

  void accept(const element& item) {
    if (passed(item.index)) return;
    auto found = message_to_entities(item.value, item.text, channel_, known_.bots);
    if (found.refused) {
      refuse(place_of(file_, item), found.refused->reason, found.refused->detail);
    } else {
      stage(std::move(found), item.value);
    }
    context_.checkpoint(static_cast<std::int64_t>(item.index) + 1);
  }

  void stage(message_entities found, const json::object& message) {
    users_.see(found.author, message);
    for (const auto& user : found.reacting_users) users_.see(user);
    if (found.has_thread) threads_.see_root(found.message.external_id);
    if (!found.root_id.empty()) {
      threads_.see_reply(found.root_id);
      context_.count("thread_links", 1);
    }
    if (found.is_edited) context_.count("edited_messages", 1);
    if (found.is_pinned) context_.count("pinned_messages", 1);
    if (found.anonymous_reactions > 0) {
      context_.count("anonymous_reactions", found.anonymous_reactions);
      context_.report({api::finding::kind::left_out, type::reaction, found.message.external_id,
                       file_, "anonymous_reactions",
                       std::to_string(found.anonymous_reactions) +
                           " reactions are counted but their users are not listed"});
    }
    for (auto& name : found.custom_emoji) {
      if (!known_.custom_emoji.insert(name).second) continue;
      context_.put(api::unordered_entity(
          type::custom_emoji, name,
          json::serialize(json::object{{"name", name}, {"only_referenced", true}}), "{}"));
    }
    context_.put(std::move(found.message));
    for (auto& reaction : found.reactions) context_.put(std::move(reaction));
    for (auto& attachment : found.attachments) context_.put(std::move(attachment));
  }

  void reject(const rejection& item) {
    if (passed(item.index)) return;
    refuse(place_of(file_, item), std::string(item.reason), detail_of(item));
    context_.checkpoint(static_cast<std::int64_t>(item.index) + 1);
  }

  void refuse(std::string place, std::string reason, std::string detail) {
    context_.report({api::finding::kind::rejected,
                     type::message,
                     {},
                     std::move(place),
                     std::move(reason),
                     std::move(detail)});
  }

  void end_file() {
    splitter_.finish();
    finish_unit();
  }

  void finish_unit() {
    context_.count("json_files_processed", 1);
    context_.end_unit();
  }

  /// Elements below the unit's committed position are in the database already.
  bool passed(std::uint64_t index) const { return static_cast<std::int64_t>(index) < resume_at_; }

  api::stage_context& context_;
  unlisted_users users_;
  thread_roots threads_;
  directory known_;
  element_splitter splitter_;
  std::string file_;
  std::string channel_;
  std::int64_t resume_at_ = 0;
  bool saw_all_ = true;  ///< no message was committed by an earlier run of the stage
};

}  // namespace

void messages_stage::run(api::stage_context& context) {
  const auto options = read_source_options(context.options());
  const auto from = open_archive(context.job().source_path, options.archive);
  day_file_pass(context, options.elements).run(*from);
  context.finish_order(type::message);
}

}  // namespace crossdock::slack
