#include <algorithm>
#include <array>
#include <cctype>
#include <exception>
#include <utility>

#include <openssl/evp.h>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/operations.hpp"
#include "tests/doubles/mattermost/router.hpp"

/// The routes of the mm-importer plugin (version 0.3.0), where it is installed. It talks to the
/// server's inside: other authors, any time, archived channels; and has no memory of what it did.
namespace crossdock::doubles {

namespace json = boost::json;

namespace {

http_response plugin_error(int status, std::string_view text) {
  return json_response(status, json::object{{"error", text}});
}

/// Guards a route: the plugin must be there, the session a system administrator's; the server's
/// refusals become the plugin's.
template <http_response (*Handle)(call&)>
http_response guarded(call& one) {
  if (!one.options.plugin) throw api_error("api.context.404.app_error");
  if (!one.actor) return plugin_error(401, "Unauthorized");
  if (!one.is_admin()) return plugin_error(403, "Forbidden");
  try {
    return Handle(one);
  } catch (const api_error& refused) {
    const auto known = refused.status() == 400 || refused.status() == 403 ? refused.status() : 500;
    return plugin_error(known, refused.id() + ": " + refused.what());
  }
}

http_response hello(call&) {
  http_response response;
  response.content_type = "text/plain; charset=utf-8";
  response.body = "Hello, world!";
  return response;
}

channel& channel_in(call& one, const json::object& body) {
  return existing_channel(one.db, text_in(body, "channel_id"));
}

http_response import_post(call& one) {
  const auto body = one.body_object("post");
  new_post wanted;
  auto& content = wanted.content;
  content.user_id = existing_user(one.db, text_in(body, "user_id")).id;
  content.channel_id = channel_in(one, body).id;
  content.message = text_in(body, "message");
  content.create_at = number_in(body, "create_at");
  content.root_id = text_in(body, "root_id");
  content.props = object_in(body, "props");
  wanted.file_ids = texts_in(body, "file_ids");
  check_root(one.db, content);
  check_post(one.rules, wanted);
  return json_response(200, json::object{{"post_id", publish(one.db, std::move(wanted)).id}});
}

http_response import_reaction(call& one) {
  const auto body = one.body_object("reaction");
  auto& which = existing_post(one.db, text_in(body, "post_id"));
  reaction wanted;
  wanted.user_id = existing_user(one.db, text_in(body, "user_id")).id;
  wanted.post_id = which.id;
  wanted.emoji_name = text_in(body, "emoji_name");
  wanted.create_at = number_in(body, "create_at");
  if (wanted.create_at == 0) wanted.create_at = one.db.now;
  wanted.update_at = wanted.create_at;
  check_reaction_name(wanted.emoji_name);
  check_reaction(one, which, wanted);
  one.db.save_reaction(which, wanted);
  return json_response(200, json::object{});
}

http_response store_file(call& one, const std::string& channel_id, const std::string& user_id,
                         const std::string& name, std::string content) {
  existing_channel(one.db, channel_id);
  if (name.empty()) refuse_body("filename");
  check_file(one, name, content.size());
  const auto& owner = user_id.empty() ? one.actor->id : existing_user(one.db, user_id).id;
  const auto& made = one.db.add_file(owner, channel_id, name,
                                     std::make_shared<const std::string>(std::move(content)));
  return json_response(200, json::object{{"file_id", made.id}});
}

std::string decode_base64(const std::string& text) {
  std::string decoded(text.size() / 4 * 3 + 3, '\0');
  const auto size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                                    reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()));
  if (size < 0) refuse_body("content_base64");
  const auto padding = std::ranges::count(text, '=');
  decoded.resize(static_cast<std::size_t>(size) - static_cast<std::size_t>(padding));
  return decoded;
}

http_response attach_base64(call& one) {
  const auto body = one.body_object("attachment");
  return store_file(one, text_in(body, "channel_id"), text_in(body, "user_id"),
                    text_in(body, "filename"), decode_base64(text_in(body, "content_base64")));
}

http_response attach_form(call& one) {
  const auto parts = parse_form(one.request.content_type, one.request.body);
  const auto text = [&](std::string_view name) {
    const auto* field = find_part(parts, name);
    return field ? std::string(field->content) : std::string{};
  };
  const auto* file = find_part(parts, "file");
  if (!file) refuse_body("file");
  auto name = text("filename");
  if (name.empty()) name = file->filename.value_or("");
  return store_file(one, text("channel_id"), text("user_id"), name, std::string(file->content));
}

/// The plugin's own cleaning: what is neither letter nor digit becomes `-` or goes; of a name in
/// another script nothing is left and a random one takes its place.
std::string normalized_name(state& db, std::string_view name) {
  std::string clean;
  for (const char given : lower_case(name)) {
    const auto c = static_cast<unsigned char>(given);
    if ((c >= 'a' && c <= 'z') || std::isdigit(c) != 0 || c == '-') clean += given;
    if (c == '_' || c == '.' || c == ' ') clean += '-';
  }
  if (clean.size() > 64) clean.resize(64);
  if (clean.empty()) return "ch-" + db.new_id().substr(0, 6);
  return clean.size() == 1 ? clean + "-" : clean;
}

http_response get_or_create_channel(call& one) {
  const auto body = one.body_object("channel");
  const auto& home = existing_team(one.db, text_in(body, "team_id"));
  channel wanted;
  wanted.team_id = home.id;
  wanted.name = normalized_name(one.db, text_in(body, "name"));
  if (const auto* already = one.db.channel_by_name(home.id, wanted.name)) {
    return json_response(200, json::object{{"channel_id", already->id}});
  }
  wanted.display_name = text_in(body, "display_name");
  wanted.type = text_in(body, "type");
  wanted.header = text_in(body, "header");
  wanted.purpose = text_in(body, "purpose");
  wanted.creator_id = one.actor->id;
  if (wanted.type != "O" && wanted.type != "P") {
    throw api_error("model.channel.is_valid.type.app_error");
  }
  check_channel(wanted.display_name, wanted.name, wanted.header, wanted.purpose);
  return json_response(200, json::object{{"channel_id", one.db.add_channel(std::move(wanted)).id}});
}

http_response add_members(call& one) {
  const auto body = one.body_object("members");
  auto& where = channel_in(one, body);
  json::array added;
  for (const auto& id : texts_in(body, "user_ids")) {
    existing_user(one.db, id);
    if (!where.is_conversation() && !one.db.team_member(where.team_id, id)) {
      throw api_error(400, "app.team.get_member.missing.app_error");
    }
    one.db.join_channel(where.id, id);
    added.emplace_back(id);
  }
  return json_response(200, json::object{{"added", std::move(added)}});
}

http_response put_away(call& one) {
  archive_channel(one, channel_in(one, one.body_object("channel")));
  return json_response(200, json::object{});
}

http_response bring_back(call& one) {
  unarchive_channel(channel_in(one, one.body_object("channel")));
  return json_response(200, json::object{});
}

std::vector<std::string> known_users(call& one) {
  auto ids = texts_in(one.body_object("user_ids"), "user_ids");
  for (const auto& id : ids) existing_user(one.db, id);
  return ids;
}

http_response direct(call& one) {
  const auto ids = known_users(one);
  if (ids.size() != 2) refuse_body("user_ids");
  return json_response(200, json::object{{"channel_id", one.db.direct_channel(ids[0], ids[1]).id}});
}

http_response group(call& one) {
  auto ids = known_users(one);
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
  if (ids.size() < 3 || ids.size() > 8) {
    throw api_error("api.channel.create_group.bad_size.app_error");
  }
  return json_response(200, json::object{{"channel_id", one.db.group_channel(ids).id}});
}

http_response max_file_size(call& one) {
  return json_response(200, json::object{{"max_file_size", one.config().max_file_size}});
}

}  // namespace

std::vector<route> plugin_routes() {
  const std::string base = "/plugins/mm-importer/api/v1/";
  // The plugin looks at the session itself: to the server these routes are open.
  using enum access;
  return {{"GET", base + "hello", open, guarded<hello>},
          {"POST", base + "import", open, guarded<import_post>},
          {"POST", base + "reaction", open, guarded<import_reaction>},
          {"POST", base + "attachment", open, guarded<attach_base64>},
          {"POST", base + "attachment_multipart", open, guarded<attach_form>},
          {"POST", base + "channel", open, guarded<get_or_create_channel>},
          {"POST", base + "channel/members", open, guarded<add_members>},
          {"POST", base + "channel/archive", open, guarded<put_away>},
          {"POST", base + "channel/unarchive", open, guarded<bring_back>},
          {"POST", base + "dm", open, guarded<direct>},
          {"POST", base + "gdm", open, guarded<group>},
          {"GET", base + "config/max_file_size", open, guarded<max_file_size>}};
}

}  // namespace crossdock::doubles
