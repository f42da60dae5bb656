#include "tests/doubles/mattermost/router.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

http_response ping(call& one) {
  json::object o{{"AndroidLatestVersion", ""},
                 {"AndroidMinVersion", ""},
                 {"IosLatestVersion", ""},
                 {"IosMinVersion", ""}};
  if (one.target.is_true("get_server_status")) {
    o["database_status"] = "OK";
    o["filestore_status"] = "OK";
  }
  o["status"] = "OK";
  return json_response(200, o);
}

std::string as_text(bool value) {
  return value ? "true" : "false";
}

http_response client_config(call& one) {
  const auto& config = one.config();
  return json_response(
      200,
      json::object{{"Version", one.options.server_version},
                   {"BuildNumber", one.options.server_version},
                   {"SQLDriverName", "postgres"},
                   {"EnableCustomEmoji", as_text(config.enable_custom_emoji)},
                   {"EnableUserAccessTokens", as_text(config.enable_user_access_tokens)},
                   {"EnablePostUsernameOverride", as_text(config.enable_post_username_override)},
                   {"EnablePostIconOverride", as_text(config.enable_post_icon_override)},
                   {"EnableFileAttachments", as_text(config.enable_file_attachments)},
                   {"EnableOpenServer", as_text(config.enable_open_server)},
                   {"MaxFileSize", std::to_string(config.max_file_size)},
                   {"MaxPostSize", std::to_string(max_message_runes)}});
}

http_response whole_config(call& one) {
  const auto& config = one.config();
  const auto& rate = config.rate;
  return json_response(
      200,
      json::object{
          {"ServiceSettings",
           {{"EnableUserAccessTokens", config.enable_user_access_tokens},
            {"EnableCustomEmoji", config.enable_custom_emoji},
            {"EnablePostUsernameOverride", config.enable_post_username_override},
            {"EnablePostIconOverride", config.enable_post_icon_override},
            {"MaximumPayloadSizeBytes", one.rules.max_payload}}},
          {"TeamSettings",
           {{"MaxUsersPerTeam", config.max_users_per_team},
            {"MaxChannelsPerTeam", config.max_channels_per_team},
            {"EnableUserCreation", config.enable_user_creation},
            {"EnableOpenServer", config.enable_open_server},
            {"RestrictCreationToDomains", config.restrict_creation_to_domains}}},
          {"PasswordSettings", {{"MinimumLength", config.min_password}}},
          {"FileSettings",
           {{"EnableFileAttachments", config.enable_file_attachments},
            {"MaxFileSize", config.max_file_size}}},
          {"RateLimitSettings",
           {{"Enable", rate.enabled}, {"PerSec", rate.per_second}, {"MaxBurst", rate.max_burst}}},
          {"PluginSettings", {{"Enable", one.options.plugin}}}});
}

http_response license(call&) {
  return json_response(200, json::object{{"IsLicensed", "false"}});
}

http_response plugins(call& one) {
  json::array active;
  if (one.options.plugin) {
    active.push_back(json::object{{"id", "mm-importer"},
                                  {"name", "Mattermost Importer"},
                                  {"version", "0.3.0"},
                                  {"min_server_version", "6.0.0"}});
  }
  return json_response(200, json::object{{"active", active}, {"inactive", json::array{}}});
}

}  // namespace

std::vector<route> system_routes() {
  return {{"GET", "/api/v4/system/ping", access::open, ping},
          {"GET", "/api/v4/config/client", access::open, client_config},
          {"GET", "/api/v4/config", access::admin, whole_config},
          {"GET", "/api/v4/license/client", access::open, license},
          {"GET", "/api/v4/license", access::session, license},
          {"GET", "/api/v4/plugins", access::admin, plugins}};
}

}  // namespace crossdock::doubles
