#include "tests/doubles/mattermost/operations.hpp"

#include <algorithm>
#include <utility>

#include <boost/json/serialize.hpp>

#include "tests/doubles/mattermost/api_error.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

std::string text_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->as_string()) : std::string{};
}

std::int64_t number_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (!value || !value->is_number()) return 0;
  boost::system::error_code inexact;
  const auto number = value->to_number<std::int64_t>(inexact);
  return inexact ? 0 : number;
}

bool flag_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_bool() && value->as_bool();
}

json::object object_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_object() ? value->as_object() : json::object{};
}

std::vector<std::string> texts_of(const json::array& list) {
  std::vector<std::string> texts;
  for (const auto& one : list) {
    if (one.is_string()) texts.emplace_back(one.as_string());
  }
  return texts;
}

std::vector<std::string> texts_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_array() ? texts_of(value->as_array()) : std::vector<std::string>{};
}

user& existing_user(state& db, std::string_view id) {
  auto* found = find_in(db.users, id);
  if (!found) throw api_error("app.user.missing_account.const");
  return *found;
}

team& existing_team(state& db, std::string_view id) {
  auto* found = find_in(db.teams, id);
  if (!found) throw api_error("app.team.get.find.app_error");
  return *found;
}

channel& existing_channel(state& db, std::string_view id) {
  auto* found = find_in(db.channels, id);
  if (!found) throw api_error("app.channel.get.existing.app_error");
  return *found;
}

post& existing_post(state& db, std::string_view id) {
  auto* found = db.live_post(id);
  if (!found) throw api_error("app.post.get.app_error");
  return *found;
}

bool can_see(const call& one, const channel& where) {
  if (one.is_admin()) return true;
  return one.actor && one.db.channel_member(where.id, one.actor->id) != nullptr;
}

void require_self(const call& one, std::string_view user_id) {
  if (!one.is_admin() && one.actor->id != user_id) refuse_permission();
}

void require_channel(const call& one, const channel& where) {
  if (!can_see(one, where)) refuse_permission();
}

void set_user_defaults(user& who) {
  if (who.notify_props.empty()) {
    who.notify_props = {
        {"channel", "true"},       {"comments", "never"},      {"desktop", "mention"},
        {"desktop_sound", "true"}, {"desktop_threads", "all"}, {"email", "true"},
        {"email_threads", "all"},  {"first_name", "false"},    {"mention_keys", ""},
        {"push", "mention"},       {"push_status", "away"},    {"push_threads", "all"}};
  }
  if (who.timezone.empty()) {
    who.timezone = {
        {"automaticTimezone", ""}, {"manualTimezone", ""}, {"useAutomaticTimezone", "true"}};
  }
  // Not validated by the server: it falls back instead.
  if (who.locale.empty() || who.locale.size() > 5) who.locale = "en";
}

void check_user(const user& who) {
  check_username(who.username);
  check_email(who.email);
  check_person_text("nickname", who.nickname);
  check_person_text("first_name", who.first_name);
  check_person_text("last_name", who.last_name);
  check_person_text("position", who.position);
}

void check_user_is_new(state& db, const user& who) {
  if (db.user_by_name(who.username)) throw api_error("app.user.save.username_exists.app_error");
  if (db.user_by_email(who.email)) throw api_error("app.user.save.email_exists.app_error");
  // The server does not say why: the unique index speaks.
  if (who.auth_data && db.auth_data_taken(*who.auth_data)) {
    throw api_error("app.user.save.app_error");
  }
}

void check_file(const call& one, std::string_view name, std::size_t size) {
  const auto limit = one.config().max_file_size;
  if (static_cast<std::int64_t>(size) > limit) {
    throw api_error("api.file.upload_file.too_large_detailed.app_error",
                    std::string(name) + ". -1 bytes exceeds the maximum allowed " +
                        std::to_string(limit) + " bytes.");
  }
  // The file system's limit for one name.
  if (name.size() > 255) throw api_error("api.file.write_file.app_error");
}

}  // namespace crossdock::doubles
