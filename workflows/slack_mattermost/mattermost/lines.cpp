#include "workflows/slack_mattermost/mattermost/lines.hpp"

#include <boost/json/serialize.hpp>

#include "workflows/slack_mattermost/mattermost/lines_json.hpp"

namespace crossdock::mattermost {

namespace json = boost::json;
using namespace line_json;

namespace {

built_line built(segment kind, json::object content) {
  built_line line;
  line.record.kind = kind;
  line.record.line = line_of(name_of(kind), std::move(content));
  return line;
}

/// Adds the path of an image to `content`, and the file to the record later.
void image_if(json::object& content, std::string_view key,
              const std::optional<bundle_file>& image) {
  if (image) text(content, key, image->path);
}

void read_state_if(json::object& to, const read_state& read) {
  if (read.last_viewed_at == 0) return;
  to.emplace("last_viewed_at", read.last_viewed_at);
  to.emplace("msg_count", read.msg_count);
  to.emplace("msg_count_root", read.msg_count_root);
  to.emplace("mention_count", 0);
}

std::string_view system_roles(account_kind kind) {
  switch (kind) {
    case account_kind::guest: return "system_guest";
    case account_kind::system_administrator: return "system_user system_admin";
    case account_kind::member: break;
  }
  return "system_user";
}

std::string roles_in(std::string_view place, account_kind kind, bool administrator) {
  const std::string name(place);
  if (kind == account_kind::guest) return name + "_guest";
  return administrator ? name + "_user " + name + "_admin" : name + "_user";
}

json::array channels_of(const team_membership& membership, account_kind kind) {
  json::array list;
  for (const auto& item : membership.channels) {
    json::object entry;
    text(entry, "name", item.channel);
    entry.emplace("roles", roles_in("channel", kind, item.administrator));
    read_state_if(entry, item.read);
    flag_if(entry, "favorite", item.favorite);
    list.push_back(std::move(entry));
  }
  return list;
}

json::array teams_of(const user& item) {
  json::array list;
  for (const auto& membership : item.teams) {
    json::object entry;
    text(entry, "name", membership.team);
    entry.emplace("roles", roles_in("team", item.kind, membership.administrator));
    array_if(entry, "channels", channels_of(membership, item.kind));
    list.push_back(std::move(entry));
  }
  return list;
}

json::array participants_of(const direct_channel& item) {
  json::array list;
  for (const auto& member : item.members) {
    json::object entry;
    text(entry, "username", member.username);
    entry.emplace("scheme_user", true);
    read_state_if(entry, member.read);
    list.push_back(std::move(entry));
  }
  return list;
}

json::array texts(const std::vector<std::string>& values) {
  json::array list;
  for (const auto& value : values) list.emplace_back(clean_text(value));
  return list;
}

}  // namespace

std::string line_json::line_of(std::string_view type, json::object content) {
  json::object line;
  line.emplace("type", type);
  line.emplace(type, std::move(content));
  return json::serialize(line);
}

std::string version_line(const version_info& info) {
  json::object about;
  text(about, "generator", info.generator);
  text(about, "version", info.generator_version);
  text(about, "created", info.created);
  json::object line;
  line.emplace("type", "version");
  line.emplace("version", 1);
  line.emplace("info", std::move(about));
  return json::serialize(line);
}

built_line emoji_line(const emoji& item) {
  json::object content;
  text(content, "name", item.name);
  text(content, "image", item.image.path);
  auto line = built(segment::emoji, std::move(content));
  line.record.files.push_back(item.image);
  return line;
}

built_line team_line(const team& item) {
  json::object content;
  text(content, "name", item.name);
  text(content, "display_name", item.display_name);
  content.emplace("type", item.open ? "O" : "I");
  text_if(content, "description", item.description);
  content.emplace("allow_open_invite", item.open);
  return built(segment::team, std::move(content));
}

built_line channel_line(const channel& item, server_version server) {
  json::object content;
  text(content, "team", item.team);
  text(content, "name", item.name);
  text(content, "display_name", item.display_name.empty() ? item.name : item.display_name);
  content.emplace("type", item.is_private ? "P" : "O");
  text_if(content, "header", item.header);
  text_if(content, "purpose", item.purpose);
  const bool archivable = features_of(server).archived_channels;
  if (archivable) number_if(content, "deleted_at", item.deleted_at);
  auto line = built(segment::channel, std::move(content));
  if (!archivable && item.deleted_at != 0) line.notes.push_back({"channel_deleted_at"});
  return line;
}

built_line user_line(const user& item) {
  json::object content;
  text(content, "username", item.username);
  text(content, "email", item.email);
  if (item.auth_service) text(content, "auth_service", *item.auth_service);
  if (item.auth_data) text(content, "auth_data", *item.auth_data);
  text_if(content, "nickname", item.nickname);
  text_if(content, "first_name", item.first_name);
  text_if(content, "last_name", item.last_name);
  text_if(content, "position", item.position);
  text(content, "roles", system_roles(item.kind));
  text_if(content, "locale", item.locale);
  number_if(content, "delete_at", item.delete_at);
  image_if(content, "profile_image", item.profile_image);
  array_if(content, "teams", teams_of(item));
  auto line = built(segment::user, std::move(content));
  if (item.profile_image) line.record.files.push_back(*item.profile_image);
  return line;
}

std::optional<built_line> bot_line(const bot& item, server_version server) {
  if (!features_of(server).bots) return {};
  json::object content;
  text(content, "username", item.username);
  text_if(content, "display_name", item.display_name);
  text(content, "owner", item.owner);
  text_if(content, "description", item.description);
  number_if(content, "delete_at", item.delete_at);
  image_if(content, "profile_image", item.profile_image);
  auto line = built(segment::bot, std::move(content));
  if (item.profile_image) line.record.files.push_back(*item.profile_image);
  return line;
}

built_line direct_channel_line(const direct_channel& item, server_version server) {
  json::array members;
  for (const auto& member : item.members) members.emplace_back(clean_text(member.username));
  json::object content;
  content.emplace("members", std::move(members));
  const bool participants = features_of(server).participants;
  if (participants) content.emplace("participants", participants_of(item));
  text_if(content, "header", item.header);
  if (participants) array_if(content, "shown_by", texts(item.shown_by));
  auto line = built(segment::direct_channel, std::move(content));
  if (!participants) line.notes.push_back({"participants"});
  return line;
}

}  // namespace crossdock::mattermost
