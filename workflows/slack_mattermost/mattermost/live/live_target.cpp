#include "workflows/slack_mattermost/mattermost/live/live_target.hpp"

#include <boost/json/serialize.hpp>

#include "workflows/slack_mattermost/mattermost/live/channel_exporter.hpp"
#include "workflows/slack_mattermost/mattermost/live/file_exporter.hpp"
#include "workflows/slack_mattermost/mattermost/live/live_job.hpp"
#include "workflows/slack_mattermost/mattermost/live/people_exporter.hpp"
#include "workflows/slack_mattermost/mattermost/live/post_exporter.hpp"
#include "workflows/slack_mattermost/mattermost/live/rest_requests.hpp"
#include "workflows/slack_mattermost/mattermost/people_lines.hpp"
#include "workflows/slack_mattermost/mattermost/raw_json.hpp"

namespace crossdock::mattermost {

namespace json = boost::json;

namespace {

using repeat = request_window::repeat;

constexpr std::string_view archived_already = "api.channel.delete_channel.deleted.app_error";

class target final : public api::target {
 public:
  explicit target(const json::object& options)
      : job_(std::make_shared<live_job>(read_live_options(options))) {}

  void prepare(api::target_context& context) override {
    if (planned_) return;  // finishing prepares once more
    job_->open(context);
    planned_ = std::make_shared<workspace>(
        context, job_->options().rendering,
        [](std::string_view, const api::entity_view&) { return std::nullopt; });
  }

  std::unique_ptr<api::exporter> make_exporter(std::string_view type,
                                               api::target_context& context) override {
    if (type == "user") return make_people_exporter(job_, planned_, context);
    if (type == "custom_emoji") return make_emoji_exporter(job_, planned_, context);
    if (type == "channel") return make_channel_exporter(job_, context);
    if (type == "attachment") return make_file_exporter(job_, context);
    if (type == "message") return make_post_exporter(job_, context);
    if (type == "reaction") return make_reaction_exporter(job_, context);
    throw std::invalid_argument("a Mattermost server has no entities of type " + std::string(type));
  }

  std::string finish(api::target_context& context) override;

 private:
  void close_channels(api::target_context& context, request_window& window, std::int64_t& count);
  void close_accounts(api::target_context& context, request_window& window, std::int64_t& count);

  std::shared_ptr<live_job> job_;
  std::shared_ptr<const workspace> planned_;
};

api::finding refused(std::string type, std::string item, std::string reason, const answer& came) {
  return {
      api::finding::kind::left_out,         std::move(type), std::move(item), {}, std::move(reason),
      came.error_id() + " " + came.reason()};
}

/// Last, since nobody can write into an archived channel, nor in the name of somebody who is gone.
std::string target::finish(api::target_context& context) {
  std::int64_t channels = 0;
  std::int64_t accounts = 0;
  const auto window = job_->window(context, job_->options().max_connections);
  close_channels(context, *window, channels);
  close_accounts(context, *window, accounts);
  window->run();
  return json::serialize(json::object{{"server", job_->options().http.base},
                                      {"server_version", job_->server().version},
                                      {"team", job_->options().rendering.team},
                                      {"transport", "rest"},
                                      {"channels_archived", channels},
                                      {"accounts_deactivated", accounts}});
}

void target::close_channels(api::target_context& context, request_window& window,
                            std::int64_t& count) {
  context.for_each_entity("channel", [&](const api::entity_view& channel) {
    if (channel.status != "success" || !channel.target_id) return;
    if (!raw::flag(raw::parse(channel.raw, channel.external_id), "is_archived")) return;
    window.submit(rest::archive_channel(*channel.target_id), repeat::safely,
                  [&context, &count, id = channel.external_id](const answer& came) {
                    require_session(came);
                    if (came.ok() || came.refused_with(archived_already)) {
                      ++count;
                    } else {
                      context.report(refused("channel", id, "not_archived", came));
                    }
                  });
  });
}

void target::close_accounts(api::target_context& context, request_window& window,
                            std::int64_t& count) {
  const people_context people{*planned_, job_->options().rendering.server, {}};
  context.for_each_entity("user", [&](const api::entity_view& user) {
    if (user.status != "success" || !user.target_id) return;
    if (*user.target_id == job_->server().admin_id) return;  // never the one who does this
    std::vector<shortened_text> ignored;                     // told when the account was made
    const auto item = raw::parse(user.raw, user.external_id);
    const bool gone =
        planned_->find_user(user.external_id)->is_bot
            ? bot_of(user.external_id, item, std::nullopt, people, ignored).delete_at != 0
            : user_of(user.external_id, item, std::nullopt, people, ignored).delete_at != 0;
    if (!gone) return;
    window.submit(rest::deactivate_user(*user.target_id), repeat::safely,
                  [&context, &count, id = user.external_id](const answer& came) {
                    require_session(came);
                    if (came.ok()) {
                      ++count;
                    } else {
                      context.report(refused("user", id, "not_deactivated", came));
                    }
                  });
  });
}

class live_plugin final : public api::target_plugin {
 public:
  std::string_view name() const override { return "mattermost"; }
  std::string_view summary() const override {
    return "A running Mattermost server, over its REST API";
  }
  std::string_view options_schema() const override { return live_options_schema(); }
  std::vector<std::string> types() const override {
    return {"user", "custom_emoji", "channel", "attachment", "message", "reaction"};
  }
  /// Files are uploaded into a channel, and a post takes them when it is made.
  std::vector<order_rule> order_rules() const override {
    return {{"user", "channel"},
            {"channel", "attachment"},
            {"channel", "message"},
            {"attachment", "message"},
            {"message", "reaction"}};
  }
  bool complete_per_job() const override { return false; }
  std::unique_ptr<api::target> make_target(const api::job_info&,
                                           const json::object& options) const override {
    return std::make_unique<target>(options);
  }
};

}  // namespace

const api::target_plugin& live_target() {
  static const live_plugin plugin;
  return plugin;
}

}  // namespace crossdock::mattermost
