#include "workflows/slack_mattermost/mattermost/live/channel_exporter.hpp"

#include <algorithm>

#include "workflows/slack_mattermost/mattermost/channel_lines.hpp"
#include "workflows/slack_mattermost/mattermost/live/rest_requests.hpp"
#include "workflows/slack_mattermost/mattermost/raw_json.hpp"

namespace crossdock::mattermost {

namespace {

using repeat = request_window::repeat;

constexpr std::string_view name_taken = "store.sql_channel.save_channel.exists.app_error";

class channel_exporter final : public api::exporter {
 public:
  channel_exporter(std::shared_ptr<live_job> job, api::target_context& context)
      : job_(std::move(job)),
        people_(job_->people(context)),
        context_(context),
        window_(job_->window(context, job_->options().max_connections)) {}

  api::delivery_result deliver(const api::delivery& work) override {
    outcomes_.clear();
    for (const auto& entity : work.entities) begin(entity);
    window_->run();
    api::delivery_result result;
    for (const auto& entity : work.entities) {
      result.outcomes.push_back(std::move(outcomes_.at(entity.id)));
    }
    return result;
  }

 private:
  const workspace& names() const { return *people_.names; }

  void begin(const api::claimed_entity& entity) {
    const auto raw_channel = raw::parse(entity.raw, "channel " + entity.external_id);
    const auto& known = *names().find_channel(entity.external_id);
    if (known.kind == channel_kind::direct) return begin_direct(entity, raw_channel, known);
    std::vector<shortened_text> shortened;
    auto item = team_channel_of(entity.external_id, raw_channel, names(), 0, shortened);
    report(entity, shortened);
    if (known.widened) {
      note(entity, "group_widened",
           "a group message of " + std::to_string(known.members.size()) +
               " people became the private channel " + known.name + ": groups have at most 8");
    }
    auto request = rest::create_channel(job_->server().team_id, item);
    window_->submit(std::move(request), repeat::never,
                    [this, &entity, item = std::move(item)](const answer& came) {
                      created(entity, item, came);
                    });
  }

  void created(const api::claimed_entity& entity, const channel& item, const answer& came) {
    if (came.ok()) return add_members(entity, came.text("id"));
    if (came.what() == answer::kind::unsent) return settle(unsent(entity));
    require_session(came);
    const bool look = came.refused_with(name_taken) || came.what() == answer::kind::in_doubt;
    if (!look) return settle(refusal(entity, came));
    window_->submit(rest::channel_by_name(job_->server().team_id, item.name), repeat::safely,
                    [this, &entity, item, first = came](const answer& found) {
                      adopt(entity, item, first, found);
                    });
  }

  void adopt(const api::claimed_entity& entity, const channel& item, const answer& first,
             const answer& found) {
    if (found.what() == answer::kind::unsent) return settle(unsent(entity));
    require_session(found);
    if (!found.ok()) return settle(refusal(entity, first));
    const auto id = found.text("id");
    if (found.text("type") != (item.is_private ? "P" : "O")) {
      auto refused = refusal(entity, first);
      refused.kind = api::outcome_kind::failed;
      refused.message = "the server has a " + std::string(item.is_private ? "public" : "private") +
                        " channel " + item.name + " already: rename that one, then retry";
      return settle(std::move(refused));
    }
    const bool ours = entity.in_doubt || entity.attempts > 0 || first.error_id().empty();
    if (!ours) {
      note(entity, "channel_adopted", "the server has " + item.name + " already; it is used");
    }
    if (raw::integer(found.object(), "delete_at").value_or(0) == 0) return add_members(entity, id);
    window_->submit(rest::restore_channel(id), repeat::safely,
                    [this, &entity, id](const answer& came) {
                      if (came.what() == answer::kind::unsent) return settle(unsent(entity));
                      require_session(came);
                      add_members(entity, id);
                    });
  }

  void begin_direct(const api::claimed_entity& entity, const boost::json::object& raw_channel,
                    const known_channel& known) {
    std::vector<std::string> ids;
    for (const auto& username : direct_members(known)) {
      if (const auto id = people_.usernames.find(username); id != people_.usernames.end()) {
        ids.push_back(id->second);
      }
    }
    if (ids.size() < limits::direct_members_min) {
      return settle(skipped(entity, "a conversation without members that the target has"));
    }
    std::vector<shortened_text> shortened;
    const auto header = header_of(raw_channel, names(), shortened);
    report(entity, shortened);
    const bool group = ids.size() > 2;
    if (group && std::find(ids.begin(), ids.end(), job_->server().admin_id) == ids.end()) {
      note(entity, "administrator_added",
           "the server makes a group message only with " + job_->server().admin_name +
               ", whose token is used, in it");
    }
    window_->submit(group ? rest::group_channel(ids) : rest::direct_channel(ids), repeat::safely,
                    [this, &entity, header](const answer& came) {
                      if (!came.ok()) return refuse(entity, came);
                      set_header(entity, came.text("id"), header);
                    });
  }

  void set_header(const api::claimed_entity& entity, const std::string& id,
                  const std::string& header) {
    if (header.empty()) return settle(delivered(entity, id));
    window_->submit(rest::set_header(id, header), repeat::safely,
                    [this, &entity, id](const answer& came) {
                      if (came.what() == answer::kind::unsent) return settle(unsent(entity));
                      if (!came.ok()) note(entity, "header_refused", came.reason());
                      settle(delivered(entity, id));
                    });
  }

  void add_members(const api::claimed_entity& entity, const std::string& channel) {
    const auto ids = member_ids(entity);
    if (ids.empty()) return settle(delivered(entity, channel));
    auto left = std::make_shared<std::size_t>((ids.size() + rest::channel_members_max - 1) /
                                              rest::channel_members_max);
    const std::span<const std::string> all(ids);
    for (std::size_t first = 0; first < ids.size(); first += rest::channel_members_max) {
      const auto piece =
          all.subspan(first, std::min<std::size_t>(rest::channel_members_max, ids.size() - first));
      window_->submit(rest::add_channel_members(channel, piece), repeat::safely,
                      [this, &entity, channel, left](const answer& came) {
                        if (!came.ok()) return refuse(entity, came);
                        if (--*left == 0) settle(delivered(entity, channel));
                      });
    }
  }

  std::vector<std::string> member_ids(const api::claimed_entity& entity) const {
    std::vector<std::string> ids;
    for (const auto& username : names().find_channel(entity.external_id)->members) {
      if (const auto id = people_.usernames.find(username); id != people_.usernames.end()) {
        ids.push_back(id->second);
      }
    }
    return ids;
  }

  void refuse(const api::claimed_entity& entity, const answer& came) {
    if (came.what() != answer::kind::unsent) require_session(came);
    settle(refusal(entity, came));
  }

  /// The first problem of an entity stands.
  void settle(api::outcome outcome) { outcomes_.emplace(outcome.id, std::move(outcome)); }

  void report(const api::claimed_entity& entity, const std::vector<shortened_text>& shortened) {
    for (const auto& cut : shortened) note(entity, cut.reason(), cut.detail);
  }

  void note(const api::claimed_entity& entity, std::string reason, std::string detail) {
    context_.report({api::finding::kind::changed,
                     "channel",
                     entity.external_id,
                     {},
                     std::move(reason),
                     std::move(detail)});
  }

  std::shared_ptr<live_job> job_;
  const directory& people_;
  api::target_context& context_;
  std::unique_ptr<request_window> window_;
  std::unordered_map<std::int64_t, api::outcome> outcomes_;
};

}  // namespace

std::unique_ptr<api::exporter> make_channel_exporter(std::shared_ptr<live_job> job,
                                                     api::target_context& context) {
  return std::make_unique<channel_exporter>(std::move(job), context);
}

}  // namespace crossdock::mattermost
