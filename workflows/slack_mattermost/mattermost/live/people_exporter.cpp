#include "workflows/slack_mattermost/mattermost/live/people_exporter.hpp"

#include <array>
#include <filesystem>

#include <openssl/rand.h>

#include "workflows/slack_mattermost/mattermost/live/rest_requests.hpp"
#include "workflows/slack_mattermost/mattermost/people_lines.hpp"
#include "workflows/slack_mattermost/mattermost/raw_json.hpp"
#include "workflows/slack_mattermost/text/emoji.hpp"

namespace crossdock::mattermost {

namespace {

using repeat = request_window::repeat;

/// Nobody is to know it; whoever comes resets it, or signs in by other means.
std::string random_password() {
  std::array<unsigned char, 24> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error("no random numbers for a password");
  }
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string password = "aA1-";  // of each kind that servers may ask for
  for (const auto byte : bytes) password += letters[byte % letters.size()];
  return password;
}

/// The bytes of some small blobs, by key. Those that cannot be read are missing.
std::unordered_map<std::string, std::string> read_all(api::target_context& context,
                                                      std::span<const api::blob> blobs) {
  std::unordered_map<std::string, std::string> bytes;
  if (blobs.empty()) return bytes;
  std::string key;
  api::blob_reader::sink sink;
  sink.begin = [&](const api::blob& item) { bytes[key = item.key].clear(); };
  sink.data = [&](std::string_view piece) { bytes[key] += piece; };
  sink.end = [] {};
  sink.failed = [&](const api::blob& item, std::string_view) { bytes.erase(item.key); };
  context.blobs().read(blobs, sink);
  return bytes;
}

class people_exporter final : public api::exporter {
 public:
  people_exporter(std::shared_ptr<live_job> job, std::shared_ptr<const workspace> names,
                  api::target_context& context)
      : job_(std::move(job)),
        names_(std::move(names)),
        context_(context),
        window_(job_->window(context, job_->options().max_connections)) {}

  api::delivery_result deliver(const api::delivery& work) override {
    accounts_.clear();
    for (const auto& entity : work.entities) {
      accounts_.push_back({&entity, raw::parse(entity.raw, "user " + entity.external_id), {}, {}});
    }
    for (auto& account : accounts_) make(account);
    window_->run();
    join_team();
    send_pictures();
    api::delivery_result result;
    for (auto& account : accounts_) {
      result.outcomes.push_back(account.problem ? std::move(*account.problem)
                                                : delivered(*account.entity, account.id));
    }
    return result;
  }

 private:
  struct account {
    const api::claimed_entity* entity;
    boost::json::object raw;
    std::string id;                       ///< the server's; empty until known
    std::optional<api::outcome> problem;  ///< why there is none
    bool made_here = false;
  };

  void make(account& who) {
    const people_context context{*names_, job_->options().rendering.server, {}};
    std::vector<shortened_text> shortened;
    const auto& id = who.entity->external_id;
    http_request request;
    if (names_->find_user(id)->is_bot) {
      request = rest::create_bot(bot_of(id, who.raw, std::nullopt, context, shortened));
    } else {
      request = rest::create_user(user_of(id, who.raw, std::nullopt, context, shortened),
                                  random_password());
    }
    for (const auto& cut : shortened) note(who, cut.reason(), cut.detail);
    window_->submit(std::move(request), repeat::never,
                    [this, &who](const answer& came) { made(who, came); });
  }

  void made(account& who, const answer& came) {
    if (came.ok()) {
      who.id = came.text(came.object().contains("user_id") ? "user_id" : "id");
      who.made_here = true;
      return;
    }
    if (came.what() == answer::kind::unsent) {
      who.problem = unsent(*who.entity);
      return;
    }
    require_session(came);
    const auto& known = *names_->find_user(who.entity->external_id);
    // The address says more about who somebody is than the name.
    if (came.refused_with("app.user.save.email_exists.app_error") ||
        came.refused_with("store.sql_user.save.email_exists.app_error")) {
      return look_up(who, rest::user_by_email(known.email), came);
    }
    if (came.what() == answer::kind::in_doubt ||
        came.refused_with("app.user.save.username_exists.app_error") ||
        came.refused_with("store.sql_user.save.username_exists.app_error")) {
      return look_up(who, rest::user_by_name(known.username), came);
    }
    who.problem = refusal(*who.entity, came);
  }

  void look_up(account& who, http_request request, const answer& first) {
    window_->submit(std::move(request), repeat::safely, [this, &who, first](const answer& came) {
      if (came.what() == answer::kind::unsent) {
        who.problem = unsent(*who.entity);
        return;
      }
      require_session(came);
      who.id = came.text("id");
      if (who.id.empty()) {
        who.problem = refusal(*who.entity, first);
        return;
      }
      // Of our own earlier attempt nothing is to be told.
      if (who.entity->in_doubt || who.entity->attempts > 0 ||
          first.what() == answer::kind::in_doubt) {
        who.made_here = true;
        return;
      }
      note(who, "account_adopted",
           "the server has " + came.text("username") + " already (" + first.error_id() +
               "): its account is used as it is");
    });
  }

  void join_team() {
    std::vector<account*> members;
    std::vector<std::string> ids;
    const auto send = [&] {
      if (ids.empty()) return;
      window_->submit(rest::add_team_members(job_->server().team_id, ids), repeat::safely,
                      [this, members](const answer& came) { joined(members, came); });
      members.clear();
      ids.clear();
    };
    for (auto& who : accounts_) {
      if (who.problem || who.id.empty()) continue;
      members.push_back(&who);
      ids.push_back(who.id);
      if (ids.size() == rest::team_members_max) send();
    }
    send();
    window_->run();
  }

  static void joined(const std::vector<account*>& members, const answer& came) {
    if (!came.ok()) {
      if (came.what() != answer::kind::unsent) require_session(came);
      for (auto* who : members) who->problem = refusal(*who->entity, came);
      return;
    }
    std::unordered_map<std::string, const boost::json::object*> errors;
    const auto list = came.array();
    for (const auto& item : list) {
      const auto* object = item.if_object();
      const auto* error = object ? raw::object(*object, "error") : nullptr;
      if (error) errors[std::string(raw::text(*object, "user_id"))] = error;
    }
    for (auto* who : members) {
      const auto error = errors.find(who->id);
      if (error == errors.end()) continue;
      who->problem = api::outcome{
          who->entity->id,
          api::outcome_kind::failed,
          who->id,
          "permanent",
          std::string(raw::text(*error->second, "id")),
          "cannot join the team: " + std::string(raw::text(*error->second, "message"))};
    }
  }

  void send_pictures() {
    std::unordered_map<std::string, account*> owners;
    std::vector<std::string> keys;
    for (auto& who : accounts_) {
      if (!who.made_here || who.problem) continue;
      keys.push_back("avatar:" + who.entity->external_id);
      owners.emplace(keys.back(), &who);
    }
    if (keys.empty()) return;
    auto pictures = context_.find_blobs(keys);
    std::erase_if(pictures, [&](const auto& p) { return p.size > job_->server().max_file_bytes; });
    const auto bytes = read_all(context_, pictures);
    for (const auto& picture : pictures) {
      const auto found = bytes.find(picture.key);
      if (found == bytes.end()) continue;
      auto& who = *owners.at(picture.key);
      window_->submit(
          rest::set_picture(who.id, std::filesystem::path(picture.path).filename().string(),
                            found->second),
          repeat::safely, [this, &who](const answer& came) {
            if (came.ok()) return;
            if (came.what() == answer::kind::unsent) {
              who.problem = unsent(*who.entity);
              return;
            }
            require_session(came);
            note(who, "picture_refused", came.error_id() + " " + came.reason());
          });
    }
    window_->run();
  }

  void note(const account& who, const std::string& reason, std::string detail) {
    context_.report({api::finding::kind::changed,
                     "user",
                     who.entity->external_id,
                     {},
                     reason,
                     std::move(detail)});
  }

  std::shared_ptr<live_job> job_;
  std::shared_ptr<const workspace> names_;
  api::target_context& context_;
  std::unique_ptr<request_window> window_;
  std::vector<account> accounts_;
};

class emoji_exporter final : public api::exporter {
 public:
  emoji_exporter(std::shared_ptr<live_job> job, std::shared_ptr<const workspace> names,
                 api::target_context& context)
      : job_(std::move(job)),
        names_(std::move(names)),
        context_(context),
        window_(job_->window(context, job_->options().max_connections)) {}

  api::delivery_result deliver(const api::delivery& work) override {
    result_ = {};
    std::vector<std::string> keys;
    for (const auto& entity : work.entities) {
      if (auto key = names_->emoji_blob(entity.external_id); !key.empty()) {
        keys.push_back(std::move(key));
      }
    }
    const auto pictures = context_.find_blobs(keys);
    const auto bytes = read_all(context_, pictures);
    for (const auto& entity : work.entities) create(entity, pictures, bytes);
    window_->run();
    return std::move(result_);
  }

 private:
  void create(const api::claimed_entity& entity, const std::vector<api::blob>& pictures,
              const std::unordered_map<std::string, std::string>& bytes) {
    const auto alias = names_->emoji_alias(entity.external_id);
    if (const auto built_in = alias ? slack::emoji_name(*alias, {}, *names_) : std::nullopt) {
      return settle(skipped(entity, "it is an alias of the built-in emoji " + *built_in +
                                        ", which messages and reactions use instead"));
    }
    const auto name = slack::clean_custom_emoji_name(entity.external_id);
    if (!job_->server().takes_emoji) {
      return settle(skipped(entity, "custom emoji are switched off on the server"));
    }
    const auto key = names_->emoji_blob(entity.external_id);
    const auto found = bytes.find(key);
    if (key.empty() || found == bytes.end()) {
      return settle(skipped(entity, "its picture is not in the source"));
    }
    std::string file;
    for (const auto& picture : pictures) {
      if (picture.key == key) file = std::filesystem::path(picture.path).filename().string();
    }
    window_->submit(rest::create_emoji(name, job_->server().admin_id, file, found->second),
                    repeat::never, [this, &entity, name](const answer& came) {
                      if (came.ok()) return settle(delivered(entity, came.text("id")));
                      if (came.what() == answer::kind::unsent) return settle(unsent(entity));
                      require_session(came);
                      const bool taken = came.what() == answer::kind::in_doubt ||
                                         came.refused_with("api.emoji.create.duplicate.app_error");
                      if (!taken) return settle(refusal(entity, came));
                      adopt(entity, name, came);
                    });
  }

  void adopt(const api::claimed_entity& entity, const std::string& name, const answer& first) {
    window_->submit(
        rest::emoji_by_name(name), repeat::safely, [this, &entity, first](const answer& came) {
          if (came.what() == answer::kind::unsent) return settle(unsent(entity));
          require_session(came);
          settle(came.ok() ? delivered(entity, came.text("id")) : refusal(entity, first));
        });
  }

  void settle(api::outcome outcome) { result_.outcomes.push_back(std::move(outcome)); }

  std::shared_ptr<live_job> job_;
  std::shared_ptr<const workspace> names_;
  api::target_context& context_;
  std::unique_ptr<request_window> window_;
  api::delivery_result result_;
};

}  // namespace

std::unique_ptr<api::exporter> make_people_exporter(std::shared_ptr<live_job> job,
                                                    std::shared_ptr<const workspace> names,
                                                    api::target_context& context) {
  return std::make_unique<people_exporter>(std::move(job), std::move(names), context);
}

std::unique_ptr<api::exporter> make_emoji_exporter(std::shared_ptr<live_job> job,
                                                   std::shared_ptr<const workspace> names,
                                                   api::target_context& context) {
  return std::make_unique<emoji_exporter>(std::move(job), std::move(names), context);
}

}  // namespace crossdock::mattermost
