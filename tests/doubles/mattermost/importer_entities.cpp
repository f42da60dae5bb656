#include <utility>

#include "tests/doubles/mattermost/api_error.hpp"
#include "tests/doubles/mattermost/importer.hpp"
#include "tests/doubles/mattermost/operations.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

/// Of an import, in every version (observed and read alike).
constexpr std::size_t max_imported_emoji_bytes = 512 * 1024;

[[noreturn]] void fail(const import_line& line, const std::string& text) {
  throw import_failure{"BulkImport: " + text + ", ", line.number};
}

team& named_team(const import_context& context, const import_line& line, const std::string& name) {
  auto* found = context.db.team_by_name(name);
  if (!found)
    fail(line,
         "Error importing " + line.type + ". Team with name \"" + name + "\" could not be found.");
  return *found;
}

void import_emoji(const import_context& context, const import_line& line) {
  const auto name = text_in(line.content, "name");
  if (is_system_emoji(name)) return;  // passed over with a warning
  if (!is_emoji_name(name)) fail(line, "Error importing emoji. Invalid name.");
  auto image = archived_file(context, text_in(line.content, "image"), line.number);
  if (image->size() > max_imported_emoji_bytes) {
    fail(line, "Error importing emoji. Emoji exceeds the maximum size.");
  }
  if (auto* already = context.db.emoji_by_name(name)) {
    already->image = std::move(image);
    already->update_at = context.db.now;
    return;
  }
  emoji made;
  made.name = name;
  made.image = std::move(image);
  context.db.add_emoji(std::move(made));
}

void import_team(const import_context& context, const import_line& line) {
  const auto name = text_in(line.content, "name");
  auto* which = context.db.team_by_name(name);
  if (!which) {
    check_team_name(name);
    team made;
    made.name = name;
    which = &context.db.add_team(std::move(made));
  }
  which->display_name = text_in(line.content, "display_name");
  which->type = text_in(line.content, "type");
  which->description = text_in(line.content, "description");
  which->allow_open_invite = flag_in(line.content, "allow_open_invite");
  which->update_at = context.db.now;
}

void import_channel(const import_context& context, const import_line& line) {
  const auto& home = named_team(context, line, text_in(line.content, "team"));
  const auto name = text_in(line.content, "name");
  auto display_name = text_in(line.content, "display_name");
  if (display_name.empty()) display_name = name;
  const auto type = text_in(line.content, "type");
  const auto header = text_in(line.content, "header");
  const auto purpose = text_in(line.content, "purpose");
  check_channel(display_name, name, header, purpose);
  if (type != "O" && type != "P") fail(line, "Channel type is invalid.");
  auto* where = context.db.channel_by_name(home.id, name);
  if (!where) {
    const auto limit = context.config.max_channels_per_team;
    if (context.db.count_channels(home.id) >= limit) {
      throw api_error("api.channel.create_channel.max_channel_limit.app_error",
                      std::to_string(limit));
    }
    channel made;
    made.team_id = home.id;
    made.name = name;
    where = &context.db.add_channel(std::move(made));
  }
  where->type = type;
  where->display_name = display_name;
  where->header = header;
  where->purpose = purpose;
  where->update_at = context.db.now;
  if (context.rules.import_channel_deleted_at) {
    where->delete_at = number_in(line.content, "deleted_at");
  }
}

bool has_role(const json::object& content, std::string_view role) {
  return text_in(content, "roles").find(role) != std::string::npos;
}

void join_channels(const import_context& context, const import_line& line, const team& home,
                   const user& who, const json::object& membership) {
  const auto* list = membership.if_contains("channels");
  if (!list || !list->is_array()) return;
  for (const auto& item : list->as_array()) {
    const auto& wanted = item.as_object();
    const auto name = text_in(wanted, "name");
    const auto* where = context.db.channel_by_name(home.id, name);
    if (!where) {
      fail(line,
           "Error importing user channels. Channel with name \"" + name + "\" could not be found.");
    }
    auto& joined = context.db.join_channel(where->id, who.id);
    joined.admin = has_role(wanted, "channel_admin");
    joined.guest = has_role(wanted, "channel_guest");
    joined.last_viewed_at = number_in(wanted, "last_viewed_at");
    joined.msg_count = number_in(wanted, "msg_count");
    joined.msg_count_root = number_in(wanted, "msg_count_root");
    joined.mention_count = number_in(wanted, "mention_count");
    joined.last_update_at = context.db.now;
  }
}

void join_teams(const import_context& context, const import_line& line, const user& who) {
  const auto* list = line.content.if_contains("teams");
  if (!list || !list->is_array()) return;
  for (const auto& item : list->as_array()) {
    const auto& membership = item.as_object();
    const auto& home = named_team(context, line, text_in(membership, "name"));
    if (!context.db.team_member(home.id, who.id) &&
        context.db.count_team_members(home.id) >= context.config.max_users_per_team) {
      throw api_error(context.rules.team_full);
    }
    auto& joined = context.db.join_team(home.id, who.id);
    joined.admin = has_role(membership, "team_admin");
    joined.guest = has_role(membership, "team_guest");
    join_channels(context, line, home, who, membership);
  }
}

void check_guest_roles(const import_line& line) {
  const bool guest = has_role(line.content, "system_guest");
  const auto* teams = line.content.if_contains("teams");
  if (!guest || !teams || !teams->is_array()) return;
  for (const auto& item : teams->as_array()) {
    if (!has_role(item.as_object(), "team_guest")) {
      fail(line, "User roles are not consistent with guest status.");
    }
  }
}

user& stored_user(const import_context& context, const import_line& line, user wanted) {
  auto& db = context.db;
  auto* known = db.user_by_name(wanted.username);
  const auto* same_email = db.user_by_email(wanted.email);
  if (same_email && same_email != known) {
    throw import_failure{
        "importUser: An account with that email already exists., invalid input: "
        "entity: User field: email value: " +
            wanted.email,
        line.number};
  }
  if (!known) {
    check_user_is_new(db, wanted);
    return db.add_user(std::move(wanted));
  }
  if (known->auth_data != wanted.auth_data && wanted.auth_data) {
    if (db.auth_data_taken(*wanted.auth_data)) throw api_error("app.user.save.app_error");
    db.change_auth(*known, wanted.auth_service, wanted.auth_data);
  }
  db.change_email(*known, wanted.email);
  known->nickname = wanted.nickname;
  known->first_name = wanted.first_name;
  known->last_name = wanted.last_name;
  known->position = wanted.position;
  known->roles = wanted.roles;
  known->locale = wanted.locale;
  known->delete_at = wanted.delete_at;
  known->update_at = db.now;
  return *known;
}

void import_user(const import_context& context, const import_line& line) {
  const auto& content = line.content;
  user wanted;
  wanted.username = lower_case(text_in(content, "username"));
  wanted.email = lower_case(text_in(content, "email"));
  wanted.auth_service = text_in(content, "auth_service");
  if (const auto data = text_in(content, "auth_data"); !data.empty()) wanted.auth_data = data;
  wanted.nickname = text_in(content, "nickname");
  wanted.first_name = text_in(content, "first_name");
  wanted.last_name = text_in(content, "last_name");
  wanted.position = text_in(content, "position");
  wanted.locale = text_in(content, "locale");
  wanted.delete_at = number_in(content, "delete_at");
  if (const auto roles = text_in(content, "roles"); !roles.empty()) wanted.roles = roles;
  set_user_defaults(wanted);
  check_user(wanted);
  check_guest_roles(line);
  blob image;
  if (const auto path = text_in(content, "profile_image"); !path.empty()) {
    image = archived_file(context, path, line.number);
  }
  auto& who = stored_user(context, line, std::move(wanted));
  if (image) who.image = std::move(image);
  join_teams(context, line, who);
}

void import_bot(const import_context& context, const import_line& line) {
  auto& db = context.db;
  const auto name = lower_case(text_in(line.content, "username"));
  const auto* owner = db.user_by_name(text_in(line.content, "owner"));
  auto* account = db.user_by_name(name);
  if (!account) {
    user wanted;
    wanted.username = name;
    wanted.email = name + "@localhost";
    set_user_defaults(wanted);
    check_username(name);
    account = &db.add_user(std::move(wanted));
  }
  auto& made = db.bots[account->id];
  if (made.create_at == 0) made.create_at = db.now;
  made.user_id = account->id;
  made.display_name = text_in(line.content, "display_name");
  made.description = text_in(line.content, "description");
  made.owner_id = owner ? owner->id : text_in(line.content, "owner");
  made.update_at = db.now;
  if (const auto path = text_in(line.content, "profile_image"); !path.empty()) {
    account->image = archived_file(context, path, line.number);
  }
}

void import_direct_channel(const import_context& context, const import_line& line) {
  const auto names = texts_in(line.content, "members");
  if (names.size() < 2 || names.size() > 8) return;  // tolerated: the import goes on without it
  std::vector<std::string> ids;
  for (const auto& name : names) {
    const auto* who = context.db.user_by_name(name);
    if (!who) fail(line, "Error importing direct channel. A user could not be found.");
    ids.push_back(who->id);
  }
  auto& where =
      ids.size() == 2 ? context.db.direct_channel(ids[0], ids[1]) : context.db.group_channel(ids);
  if (const auto header = text_in(line.content, "header"); !header.empty()) where.header = header;
}

void import_known(const import_context& context, const import_line& line) {
  if (line.type == "version") return;
  if (line.type == "emoji") return import_emoji(context, line);
  if (line.type == "team") return import_team(context, line);
  if (line.type == "channel") return import_channel(context, line);
  if (line.type == "user") return import_user(context, line);
  if (line.type == "bot" && context.rules.import_bots) return import_bot(context, line);
  if (line.type == "direct_channel") return import_direct_channel(context, line);
  fail(line, "Import data line has unknown type \"" + line.type + "\".");
}

}  // namespace

void import_entity(const import_context& context, const import_line& line) {
  try {
    import_known(context, line);
  } catch (const api_error& refused) {
    fail(line, refused.what());
  }
}

}  // namespace crossdock::doubles
