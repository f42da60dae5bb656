#include "workflows/slack_mattermost/mattermost/live/live_job.hpp"

#include <charconv>

#include "workflows/slack_mattermost/mattermost/live/rest_requests.hpp"
#include "workflows/slack_mattermost/mattermost/naming.hpp"
#include "workflows/slack_mattermost/mattermost/raw_json.hpp"

namespace crossdock::mattermost {

namespace json = boost::json;

namespace {

using repeat = request_window::repeat;

constexpr int unauthorized = 401;
constexpr int not_found = 404;
constexpr int no_such_request = 405;
constexpr std::size_t ids_per_question = 100;

std::int64_t number_of(const json::object& config, std::string_view key, std::int64_t otherwise) {
  return raw::integer(config, key).value_or(otherwise);
}

/// The server's client configuration holds texts only.
bool is_true(const json::object& config, std::string_view key) {
  return raw::text(config, key) == "true";
}

/// Asks for `ids` in pieces and calls `use` with every object of the answers.
void ask_by_ids(request_window& window, const std::vector<std::string>& ids,
                const std::function<void(const json::object&)>& use) {
  const std::span<const std::string> all(ids);
  for (std::size_t first = 0; first < ids.size(); first += ids_per_question) {
    const auto piece = all.subspan(first, std::min(ids_per_question, ids.size() - first));
    window.submit(rest::users_by_ids(piece), repeat::safely, [&use](const answer& came) {
      require_session(came);
      for (const auto& item : came.array()) {
        if (const auto* object = item.if_object()) use(*object);
      }
    });
  }
  window.run();
}

}  // namespace

live_job::live_job(live_options options) : options_(std::move(options)), client_(options_.http) {}

void live_job::open(api::target_context& context) {
  gate_ = context.gate(client_.server(), {.connections = options_.max_connections,
                                          .per_second = options_.requests_per_second,
                                          .burst = options_.max_connections});
  const auto asking = window(context, 1);
  ask_config(*asking);
  ask_who(*asking);
  find_team(*asking);
}

std::unique_ptr<request_window> live_job::window(api::target_context& context, int width) {
  return std::make_unique<request_window>(client_, *gate_, width,
                                          [&context] { return context.stopping(); });
}

void live_job::ask_config(request_window& window) {
  const auto came = window.call(rest::client_config(), repeat::safely);
  require_session(came);
  const auto config = came.object();
  facts_.version = raw::text(config, "Version");
  if (!came.ok() || facts_.version.empty()) {
    throw api::target_error(options_.http.base + " does not answer like a Mattermost server" +
                            (came.reason().empty() ? "" : " (" + came.reason() + ")") +
                            ": check target.url");
  }
  facts_.max_file_bytes = number_of(config, "MaxFileSize", 100 << 20);
  facts_.takes_emoji = is_true(config, "EnableCustomEmoji");
  // Not told by every version; then the answer to a post shows whether the name stayed.
  facts_.overrides_names = !config.contains("EnablePostUsernameOverride") ||
                           is_true(config, "EnablePostUsernameOverride");
}

void live_job::ask_who(request_window& window) {
  const auto came = window.call(rest::me(), repeat::safely);
  require_session(came);
  const auto who = came.object();
  facts_.admin_id = raw::text(who, "id");
  facts_.admin_name = raw::text(who, "username");
  if (raw::text(who, "roles").find("system_admin") == std::string_view::npos) {
    throw api::target_error("target.token belongs to " + facts_.admin_name +
                            ", who is no system administrator of " + options_.http.base +
                            ": only these may write posts with their original time");
  }
}

void live_job::find_team(request_window& window) {
  const auto& wanted = options_.rendering;
  const auto name = clean_team_name(wanted.team, "slack").name;
  auto came = window.call(rest::team_by_name(name), repeat::safely);
  require_session(came);
  if (came.status() == not_found && wanted.create_team) {
    const auto& shown = wanted.team_display_name.empty() ? wanted.team : wanted.team_display_name;
    const auto made = window.call(
        rest::create_team(
            {name, std::string(truncate_runes(shown, limits::team_display_name_runes)), {}, false}),
        repeat::never);
    require_session(made);
    // Whatever came of it: the team is there now, or the look tells why not.
    came = window.call(rest::team_by_name(name), repeat::safely);
    require_session(came);
    if (!came.ok() && made.what() == answer::kind::refused) came = made;
  }
  facts_.team_id = came.text("id");
  if (!came.ok() || facts_.team_id.empty()) {
    throw api::target_error("the team " + name + " cannot be used: " + came.reason() +
                            (wanted.create_team ? "" : "; target.create_team would make it"));
  }
}

const directory& live_job::people(api::target_context& context) {
  std::call_once(people_known_, [&] { people_ = look(context, false); });
  return people_;
}

const directory& live_job::everything(api::target_context& context) {
  std::call_once(everything_known_, [&] { everything_ = look(context, true); });
  return everything_;
}

/// People may have been renamed in the target, or be there under another name: what the server says
/// is what mentions must say.
directory live_job::look(api::target_context& context, bool with_channels) {
  directory result;
  std::vector<std::string> ids;
  context.for_each_entity("user", [&](const api::entity_view& user) {
    if (!user.target_id) return;
    result.users.emplace(user.external_id, *user.target_id);
    ids.push_back(*user.target_id);
  });
  std::unordered_map<std::string, std::string> names;
  const auto asking = window(context, options_.max_connections);
  ask_by_ids(*asking, ids, [&](const json::object& user) {
    names.emplace(raw::text(user, "id"), raw::text(user, "username"));
    result.usernames.emplace(raw::text(user, "username"), raw::text(user, "id"));
  });
  context.for_each_entity("channel", [&](const api::entity_view& channel) {
    if (!channel.target_id) return;
    result.channels.emplace(channel.external_id, *channel.target_id);
    // Those of this job have the names they were given a moment ago.
    if (channel.job_id == context.job().id) return;
    asking->submit(rest::channel_by_id(*channel.target_id), repeat::safely,
                   [&names](const answer& came) {
                     require_session(came);
                     names.emplace(came.text("id"), came.text("name"));
                   });
  });
  asking->run();
  if (!with_channels) result.channels.clear();
  std::unordered_map<std::string, std::string> given;  // one name, one entity
  result.names = std::make_shared<workspace>(
      context, options_.rendering,
      [&](std::string_view type, const api::entity_view& entity) -> std::optional<std::string> {
        const auto name = names.find(entity.target_id.value_or(""));
        if (name == names.end()) return std::nullopt;
        const auto [holder, fresh] =
            given.emplace(std::string(type) + "/" + name->second, entity.external_id);
        return fresh || holder->second == entity.external_id ? std::optional(name->second)
                                                             : std::nullopt;
      });
  return result;
}

void require_session(const answer& came) {
  if (came.what() == answer::kind::unsent) throw api::stage_stopped{};
  if (came.status() == unauthorized) {
    throw api::target_paused("the server does not take the token (" + came.reason() +
                             "): put a valid one where target.token points to, then resume");
  }
  if (came.status() == no_such_request) {
    throw api::target_error("the server does not know a request that is needed: " + came.reason());
  }
}

api::outcome refusal(const api::claimed_entity& entity, const answer& came) {
  if (came.what() == answer::kind::unsent) return unsent(entity);
  constexpr int server_fault = 500;
  const bool again = came.what() == answer::kind::in_doubt || came.status() >= server_fault;
  return {entity.id,
          again ? api::outcome_kind::retry : api::outcome_kind::failed,
          {},
          again ? "transient" : "permanent",
          came.error_id(),
          came.reason()};
}

api::outcome delivered(const api::claimed_entity& entity, std::string target_id) {
  return {entity.id, api::outcome_kind::success, std::move(target_id), {}, {}, {}};
}

api::outcome skipped(const api::claimed_entity& entity, std::string why) {
  return {entity.id, api::outcome_kind::skipped, {}, {}, {}, std::move(why)};
}

api::outcome unsent(const api::claimed_entity& entity) {
  return {entity.id, api::outcome_kind::unsent, {}, {}, {}, {}};
}

}  // namespace crossdock::mattermost
