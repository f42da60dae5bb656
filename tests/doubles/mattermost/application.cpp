#include "tests/doubles/mattermost/application.hpp"

#include <algorithm>
#include <exception>
#include <random>
#include <utility>

#include "tests/doubles/mattermost/operations.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

/// Their bodies are bytes, not JSON: the payload limit does not hold for them.
bool takes_bytes(const request_target& target) {
  return std::ranges::any_of(target.path, [](const std::string& element) {
    return element == "files" || element == "emoji" || element == "uploads" || element == "image" ||
           element == "attachment" || element == "attachment_multipart";
  });
}

}  // namespace

application::application(double_options options)
    : options_(std::move(options)),
      rules_(rules_for(options_.server_version)),
      id_seed_(options_.id_seed != 0 ? options_.id_seed : random_seed()),
      throttle_(options_.config.rate),
      request_ids_(random_seed()) {
  if (!options_.journal.empty()) {
    journal_ = std::make_unique<journal>(
        options_.journal,
        [this](const json::object& entry, std::string bytes) { replay(entry, std::move(bytes)); });
  }
  if (state_) return;
  state_ = std::make_unique<state>(id_seed_);
  state_->now = began_at_ = options_.clock();
  record({{"kind", "new"}, {"now", began_at_}, {"seed", std::to_string(id_seed_)}});
  seed_state();
}

application::~application() {
  stop();
}

void application::record(json::object entry, std::string_view bytes) {
  if (journal_) journal_->append(std::move(entry), bytes);
}

void application::replay(const json::object& entry, std::string bytes) {
  const auto kind = entry.at("kind").as_string();
  const auto now = entry.at("now").to_number<millis>();
  if (kind == "new") {
    id_seed_ = std::stoull(std::string(entry.at("seed").as_string()));
    state_ = std::make_unique<state>(id_seed_);
    state_->now = began_at_ = now;
    seed_state();
    return;
  }
  if (!state_) throw std::runtime_error("the journal does not begin with the first start");
  if (kind == "start") return begin(now);
  if (kind == "job_begin") {
    begin_job(std::string(entry.at("id").as_string()), now);
    return;
  }
  if (kind == "job_step") {
    advance_job(std::string(entry.at("id").as_string()), now);
    return;
  }
  http_request request;
  request.method = entry.at("method").as_string();
  request.target = entry.at("target").as_string();
  request.authorization = entry.at("authorization").as_string();
  request.content_type = entry.at("content_type").as_string();
  request.body = std::move(bytes);
  const auto target = parse_target(request.target);
  execute(request, target, router_.match(request.method, target.path), now);
}

void application::seed_state() {
  if (!options_.seeded) return;
  user admin;
  admin.username = options_.admin_username;
  admin.email = options_.admin_email;
  admin.password = options_.admin_password;
  admin.roles = "system_admin system_user";
  set_user_defaults(admin);
  const auto id = state_->add_user(std::move(admin)).id;
  state_->add_token(id, "given at the start", false, options_.admin_token);
  team first;
  first.name = options_.team;
  first.display_name = options_.team;
  const auto team_id = state_->add_team(std::move(first)).id;
  state_->join_team(team_id, id, true);
}

void application::start() {
  forget();
  jobs_ = std::jthread([this](const std::stop_token& stopping) { run_jobs(stopping); });
}

void application::stop() {
  if (!jobs_.joinable()) return;
  jobs_.request_stop();
  jobs_.join();
}

void application::forget() {
  const std::scoped_lock lock(mutex_);
  const auto now = options_.clock();
  record({{"kind", "start"}, {"now", now}});
  begin(now);
}

void application::begin(millis now) {
  state_->now = now;
  state_->forget_pending_posts();
  import_.reset();
  if (options_.after_interruption == interrupted_job::stuck) return;
  for (auto& one : state_->jobs) {
    if (one.status != "in_progress" && one.status != "cancel_requested") continue;
    one.status = "error";
    one.progress = -1;
    one.last_activity_at = now;
    one.data["error"] = "The server was restarted while the job was running.";
  }
}

http_response application::handle(const http_request& request) {
  const auto path = std::string_view(request.target);
  if (path.starts_with("/__double/")) return control(request, parse_target(request.target));
  return answer(request);
}

http_response application::control(const http_request& request, const request_target& target) {
  const auto what = target.path.size() == 2 ? target.path[1] : std::string{};
  if (what == "state" && request.method == "GET") {
    state_view view;
    if (target.has("mask")) view.mask = target.is_true("mask");
    if (target.has("system_posts")) view.system_posts = target.is_true("system_posts");
    view.leftovers = target.is_true("leftovers");
    return json_response(200, state_json(view));
  }
  if (what == "requests") {
    if (request.method == "DELETE") reset_request_counts();
    json::object counts;
    for (const auto& [route, count] : request_counts()) counts[route] = count;
    return json_response(200, counts);
  }
  if (what == "faults" && request.method == "PUT") {
    try {
      faults_.load_text(request.body);
    } catch (const std::invalid_argument& wrong) {
      return json_response(400, json::object{{"error", wrong.what()}});
    }
    return ok_response();
  }
  if (what == "faults" && request.method == "DELETE") {
    faults_.clear();
    return ok_response();
  }
  if (what == "faults" && request.method == "GET") {
    const auto taken = faults_.taken();
    return json_response(200, json::object{{"taken", json::array(taken.begin(), taken.end())}});
  }
  return json_response(404, json::object{{"error", "state, requests, faults"}});
}

http_response application::answer(const http_request& request) {
  const auto target = parse_target(request.target);
  const auto match = router_.match(request.method, target.path);
  const std::scoped_lock lock(mutex_);
  const auto now = options_.clock();
  request_id_ = request_ids_.next();
  ++counts_[match.found ? match.found->method + " " + match.found->pattern : "unknown"];
  throttle::verdict rate;
  if (options_.config.rate.enabled) {
    rate = throttle_.admit(now);
    if (rate.refused) {
      auto refused = too_many_requests(rate.retry_seconds, options_.config.rate.form, now);
      throttle_.describe(rate, refused);
      return refused;
    }
  }
  auto response = execute(request, target, match, now);
  if (match.found && request.method != "GET" && !match.found->reads_only) {
    record({{"kind", "request"},
            {"now", now},
            {"method", request.method},
            {"target", request.target},
            {"authorization", request.authorization},
            {"content_type", request.content_type}},
           request.body);
    job_created_.notify_all();
  }
  if (options_.config.rate.enabled) throttle_.describe(rate, response);
  const auto& version = options_.server_version;
  response.headers.emplace_back("X-Request-Id", request_id_);
  // The handlers of the API add it; of a route that does not exist there is none.
  if (match.found) {
    response.headers.emplace_back("X-Version-Id",
                                  version + "." + version + "." + std::string(32, '0') + ".false");
  }
  return response;
}

http_response application::execute(const http_request& request, const request_target& target,
                                   const route_match& match, millis now) {
  state_->now = now;
  try {
    if (!match.found) {
      const auto path = request.target.substr(0, request.target.find('?'));
      throw api_error("api.context.404.app_error", {},
                      "There doesn't appear to be an api call for the url='" + path +
                          "'.  Typo? are you missing a team_id or user_id as part of the url?");
    }
    check_payload(request, target);
    call one{*state_, options_, rules_, request, target, match.arguments, authenticate(request)};
    if (match.found->needs != access::open && !one.actor) {
      throw api_error("api.context.session_expired.app_error");
    }
    if (match.found->needs == access::admin && !one.is_admin()) refuse_permission();
    return match.found->handle(one);
  } catch (const api_error& refused) {
    auto response = error_response(refused);
    if (!match.found) response.content_type = "text/plain; charset=utf-8";
    return response;
  } catch (const std::exception& wrong) {
    // A fault of the double itself: said aloud, so that no test takes it for the server's.
    return json_response(500, json::object{{"id", "double.internal_error"},
                                           {"message", wrong.what()},
                                           {"detailed_error", ""},
                                           {"request_id", ""},
                                           {"status_code", 500}});
  }
}

void application::check_payload(const http_request& request, const request_target& target) const {
  if (rules_.max_payload == 0 || request.body.size() <= rules_.max_payload) return;
  if (!takes_bytes(target)) throw api_error("api.context.request_body_too_large.app_error");
}

const user* application::authenticate(const http_request& request) {
  const std::string_view header = request.authorization;
  if (header.size() < 7 || lower_case(header.substr(0, 7)) != "bearer ") return nullptr;
  const auto* found = find_in(state_->tokens, header.substr(7));
  if (!found || !found->is_active) return nullptr;
  if (!found->is_session && !options_.config.enable_user_access_tokens) return nullptr;
  const auto* who = find_in(state_->users, found->user_id);
  return who && who->delete_at == 0 ? who : nullptr;
}

http_response application::error_response(const api_error& error) {
  return json_response(error.status(), json::object{{"id", error.id()},
                                                    {"message", error.what()},
                                                    {"detailed_error", error.detail()},
                                                    {"request_id", request_id_},
                                                    {"status_code", error.status()}});
}

json::object application::state_json(const state_view& view) {
  const std::scoped_lock lock(mutex_);
  return canonical_state(*state_, view, began_at_);
}

std::map<std::string, std::uint64_t> application::request_counts() {
  const std::scoped_lock lock(mutex_);
  return counts_;
}

void application::reset_request_counts() {
  const std::scoped_lock lock(mutex_);
  counts_.clear();
}

}  // namespace crossdock::doubles
