#include "workflows/slack_mattermost/mattermost/bundle_exporters.hpp"

#include <algorithm>
#include <stdexcept>

#include "workflows/slack_mattermost/mattermost/assembler.hpp"
#include "workflows/slack_mattermost/mattermost/changes.hpp"
#include "workflows/slack_mattermost/mattermost/channel_lines.hpp"
#include "workflows/slack_mattermost/mattermost/message_exporter.hpp"
#include "workflows/slack_mattermost/mattermost/naming.hpp"
#include "workflows/slack_mattermost/mattermost/parts.hpp"
#include "workflows/slack_mattermost/mattermost/people_lines.hpp"
#include "workflows/slack_mattermost/mattermost/post_renderer.hpp"
#include "workflows/slack_mattermost/mattermost/raw_json.hpp"
#include "workflows/slack_mattermost/mattermost/rules.hpp"
#include "workflows/slack_mattermost/text/emoji.hpp"

namespace crossdock::mattermost {

namespace json = boost::json;

namespace {

using api::outcome_kind;

api::outcome success(const api::claimed_entity& entity, std::string target_id) {
  return {entity.id, outcome_kind::success, std::move(target_id), {}, {}, {}};
}

api::outcome skipped(const api::claimed_entity& entity, std::string why) {
  return {entity.id, outcome_kind::skipped, {}, {}, {}, std::move(why)};
}

/// With a word for reports to group by.
api::outcome skipped(const api::claimed_entity& entity, std::string code, std::string why) {
  return {entity.id, outcome_kind::skipped, {}, {}, std::move(code), std::move(why)};
}

/// Renders one entity after the other into its lane's part file.
class line_exporter : public api::exporter {
 public:
  line_exporter(std::shared_ptr<const bundle_job> job, api::target_context& context)
      : job_(std::move(job)), context_(context) {}

  api::delivery_result deliver(const api::delivery& work) final {
    part_writer part(job_->parts, work.type, work.lane, work.cursor);
    look_up(work);
    api::delivery_result result;
    for (const auto& entity : work.entities) result.outcomes.push_back(render(entity, part));
    result.cursor = part.sync();
    return result;
  }

 protected:
  /// What the whole delivery needs, in one question.
  virtual void look_up(const api::delivery&) {}
  virtual api::outcome render(const api::claimed_entity& entity, part_writer& part) = 0;

  const bundle_job& job() const { return *job_; }
  const workspace& names() const { return *job_->names; }
  api::target_context& context() { return context_; }

  void changed(const char* type, const std::string& item, std::string reason, std::string detail) {
    context_.report(
        {api::finding::kind::changed, type, item, {}, std::move(reason), std::move(detail)});
  }

  /// What a line does not carry as it was given.
  void tell(const char* type, const api::claimed_entity& entity, const built_line& line,
            const std::vector<shortened_text>& shortened) {
    for (const auto& note : line.notes) {
      changed(type, entity.external_id, std::string(note.what), describe(note));
    }
    for (const auto& text : shortened) {
      changed(type, entity.external_id, text.reason(), text.detail);
    }
  }

 private:
  std::shared_ptr<const bundle_job> job_;
  api::target_context& context_;
};

class user_exporter final : public line_exporter {
 public:
  using line_exporter::line_exporter;

 protected:
  void look_up(const api::delivery& work) override {
    std::vector<std::string> keys;
    for (const auto& entity : work.entities) keys.push_back("avatar:" + entity.external_id);
    pictures_.clear();
    for (auto& blob : context().find_blobs(keys)) {
      auto key = blob.key;
      pictures_.emplace(std::move(key), std::move(blob));
    }
  }

  api::outcome render(const api::claimed_entity& entity, part_writer& part) override {
    const auto user = raw::parse(entity.raw, "user " + entity.external_id);
    const auto* known = names().find_user(entity.external_id);
    if (!known->email_obstacle.empty()) {
      changed("user", entity.external_id, "email_invented",
              in_quotes(raw::nested_text(user, "profile", "email")) + " became " +
                  in_quotes(known->email) + " for " + known->username + ": " +
                  known->email_obstacle);
    }
    const auto picture = pictures_.find("avatar:" + entity.external_id);
    const auto result =
        person_line(entity.external_id, user,
                    picture == pictures_.end() ? std::nullopt : std::optional(picture->second),
                    {names(), job().options.server, job().read});
    if (raw::flag(user, "is_bot") && result.line.record.kind == segment::user) {
      changed("user", entity.external_id, "bot_became_user", why_no_bot(*known));
    }
    tell("user", entity, result.line, result.shortened);
    part.append(result.line.record);
    return success(entity, known->username);
  }

 private:
  std::string why_no_bot(const known_user& known) const {
    return "the bot " + in_quotes(known.username) + " became a user: " +
           (features_of(job().options.server).bots
                ? "a bot needs an owner, and the source has no active owner or administrator; "
                  "name one with target.bot_owner"
                : "this server version imports no bots");
  }

  std::unordered_map<std::string, api::blob> pictures_;
};

class channel_exporter final : public line_exporter {
 public:
  using line_exporter::line_exporter;

 protected:
  api::outcome render(const api::claimed_entity& entity, part_writer& part) override {
    const auto channel = raw::parse(entity.raw, "channel " + entity.external_id);
    const auto& known = *names().find_channel(entity.external_id);
    if (!known.same_as.empty()) {
      changed("channel", entity.external_id, "conversation_merged",
              "it became one with " + known.same_as +
                  ": the target has one conversation of the same people");
      return success(entity, "same as " + known.same_as);
    }
    const auto last = job().last_message.find(entity.external_id);
    const auto result =
        conversation_line(entity.external_id, channel, names(), job().options.server,
                          last == job().last_message.end() ? 0 : last->second);
    if (!result) return skipped(entity, "a conversation without members");
    if (known.widened) {
      changed("channel", entity.external_id, "group_widened",
              "a group message of " + std::to_string(known.members.size()) +
                  " people became the private channel " + known.name + "; the target allows 8");
    }
    tell("channel", entity, result->line, result->shortened);
    part.append(result->line.record);
    return success(entity, known.kind == channel_kind::direct ? entity.external_id : known.name);
  }
};

class emoji_exporter final : public line_exporter {
 public:
  using line_exporter::line_exporter;

 protected:
  api::outcome render(const api::claimed_entity& entity, part_writer& part) override {
    const auto alias = names().emoji_alias(entity.external_id);
    if (const auto built_in = alias ? slack::emoji_name(*alias, {}, names()) : std::nullopt) {
      return skipped(entity, "it is an alias of the built-in emoji " + *built_in +
                                 ", which messages and reactions use instead");
    }
    const auto key = names().emoji_blob(entity.external_id);
    if (key.empty()) {
      return skipped(entity,
                     "no usable picture: give an emoji dump with source.emoji (pictures may have "
                     "512 KiB)");
    }
    const auto pictures = context().find_blobs(std::vector{key});
    if (pictures.empty()) return skipped(entity, "its picture is not in the source");
    const auto name = slack::clean_custom_emoji_name(entity.external_id);
    if (name != entity.external_id) {
      changed("custom_emoji", entity.external_id, "name_changed",
              in_quotes(entity.external_id) + " became " + in_quotes(name) + ": " +
                  (slack::is_system_emoji(entity.external_id)
                       ? "the target has a built-in emoji of that name"
                       : "the target allows 64 of a-z, A-Z, 0-9, +, - and _"));
    }
    if (key != "emoji:" + entity.external_id) {
      changed("custom_emoji", entity.external_id, "alias_copied",
              "an alias of " + in_quotes(key.substr(6)) +
                  " became an emoji of its own with the same picture: the target has no aliases");
    }
    const auto extension = std::filesystem::path(pictures.front().path).extension().string();
    const auto line = emoji_line({name, {key, "emoji/" + name + extension, pictures.front().size}});
    tell("custom_emoji", entity, line, {});
    part.append(line.record);
    return success(entity, name);
  }
};

/// Settles what travelled inside a post: looks at the post's own outcome, then asks the rule.
class carried_exporter : public api::exporter {
 public:
  carried_exporter(std::shared_ptr<const bundle_job> job, api::target_context& context)
      : job_(std::move(job)), context_(context) {}

  api::delivery_result deliver(const api::delivery& work) final {
    find_messages(work);
    look_up(work);
    api::delivery_result result;
    result.cursor = work.cursor;
    for (const auto& entity : work.entities) result.outcomes.push_back(settle(entity));
    return result;
  }

 protected:
  struct carrier {
    std::string external_id;
    std::string status;
    std::string target_id;
    bool is_reply = false;
  };

  virtual void look_up(const api::delivery&) {}
  virtual api::outcome settle_carried(const api::claimed_entity& entity, const carrier& post) = 0;
  const bundle_job& job() const { return *job_; }
  api::target_context& context() { return context_; }

 private:
  static std::string message_of(const api::claimed_entity& entity) {
    return std::string(raw::text(raw::parse(entity.refs, entity.external_id), "message"));
  }

  void find_messages(const api::delivery& work) {
    std::vector<std::string> ids;
    for (const auto& entity : work.entities) ids.push_back(message_of(entity));
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    posts_.clear();
    for (const auto& found : context_.find("message", ids)) {
      const auto refs = raw::parse(found.refs, found.external_id);
      posts_[found.external_id] = {found.external_id,
                                   found.job_id == context_.job().id ? found.status : "earlier job",
                                   found.target_id.value_or(""), refs.contains("root")};
    }
  }

  api::outcome settle(const api::claimed_entity& entity) {
    const auto post = posts_.find(message_of(entity));
    if (post == posts_.end()) return skipped(entity, "its message is not in the scope");
    if (post->second.status != "success") {
      return skipped(entity, "its message was not carried (" + post->second.status + ")");
    }
    return settle_carried(entity, post->second);
  }

  std::shared_ptr<const bundle_job> job_;
  api::target_context& context_;
  std::unordered_map<std::string, carrier> posts_;
};

class attachment_exporter final : public carried_exporter {
 public:
  using carried_exporter::carried_exporter;

 protected:
  void look_up(const api::delivery& work) override {
    std::vector<json::object> elements;
    for (const auto& entity : work.entities) {
      elements.push_back(raw::parse(entity.raw, "file " + entity.external_id));
      elements.back()["id"] = entity.external_id;
    }
    std::vector<const json::object*> files;
    for (const auto& element : elements) files.push_back(&element);
    files_ = find_source_files(context(), files);
  }

  api::outcome settle_carried(const api::claimed_entity& entity, const carrier& post) override {
    const auto file = raw::parse(entity.raw, "file " + entity.external_id);
    const auto found = files_.find(entity.external_id);
    const auto why = why_file_stays_behind(file, found == files_.end() ? nullptr : &found->second,
                                           record_file_budget(job().options.max_bundle_bytes));
    if (!why.empty()) {
      return skipped(entity, "file_without_bytes",
                     in_quotes(shown_file_name(file)) + " of message " + post.external_id + ": " +
                         why + "; its post links to it instead");
    }
    return success(entity, post.target_id + "/" + entity.external_id);
  }

 private:
  source_files files_;
};

class reaction_exporter final : public carried_exporter {
 public:
  using carried_exporter::carried_exporter;

 protected:
  api::outcome settle_carried(const api::claimed_entity& entity, const carrier& post) override {
    const auto reaction = raw::parse(entity.raw, "reaction " + entity.external_id);
    const auto name = raw::text(reaction, "name");
    const auto emoji = reaction_emoji(name, *job().names);
    if (!emoji) return skipped(entity, "the target has no emoji " + std::string(name));
    if (post.is_reply && !features_of(job().options.server).reply_reactions) {
      return skipped(entity, "this server version does not import reactions on replies");
    }
    if (*emoji != name) {
      context().report({api::finding::kind::changed,
                        "reaction",
                        std::string(name),
                        {},
                        "emoji_renamed",
                        in_quotes(name) + " became " + in_quotes(*emoji) +
                            " wherever it was given: the target's name of it, or the nearest"});
    }
    return success(entity, post.target_id + "/" + *emoji);
  }
};

}  // namespace

std::unique_ptr<api::exporter> make_bundle_exporter(std::string_view type,
                                                    std::shared_ptr<const bundle_job> job,
                                                    api::target_context& context) {
  if (type == "user") return std::make_unique<user_exporter>(std::move(job), context);
  if (type == "channel") return std::make_unique<channel_exporter>(std::move(job), context);
  if (type == "custom_emoji") return std::make_unique<emoji_exporter>(std::move(job), context);
  if (type == "message") return std::make_unique<message_exporter>(std::move(job), context);
  if (type == "attachment") return std::make_unique<attachment_exporter>(std::move(job), context);
  if (type == "reaction") return std::make_unique<reaction_exporter>(std::move(job), context);
  throw std::invalid_argument("a bundle has no entities of type " + std::string(type));
}

}  // namespace crossdock::mattermost
