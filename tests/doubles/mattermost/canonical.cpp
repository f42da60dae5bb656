#include "tests/doubles/mattermost/canonical.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/serialize.hpp>

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

/// Boost.JSON keeps keys in the order of insertion: two equal objects may print differently.
json::value sorted_keys(const json::value& value) {
  if (value.is_array()) {
    json::array sorted;
    for (const auto& one : value.as_array()) sorted.push_back(sorted_keys(one));
    return sorted;
  }
  if (!value.is_object()) return value;
  std::vector<std::pair<std::string_view, const json::value*>> entries;
  for (const auto& [key, one] : value.as_object()) entries.emplace_back(key, &one);
  std::ranges::sort(entries);
  json::object sorted;
  for (const auto& [key, one] : entries) sorted.emplace(key, sorted_keys(*one));
  return sorted;
}

class printer {
 public:
  printer(state& db, const state_view& view, millis began_at)
      : db_(db), view_(view), began_at_(began_at) {}

  json::object print() {
    json::object o{{"users", users()},
                   {"bots", bots()},
                   {"emoji", emoji_list()},
                   {"teams", teams()},
                   {"channels", channels()}};
    if (view_.leftovers) o["leftovers"] = leftovers();
    return o;
  }

 private:
  /// Since the double was started: when something happened, not what.
  json::value time(millis when) const {
    if (view_.mask && when >= began_at_ && when <= db_.now) return "now";
    return when;
  }

  std::string user_name(const std::string& id) const {
    const auto* who = find_in(db_.users, id);
    return !view_.mask || !who ? id : who->username;
  }

  std::string channel_name(const channel& where) const {
    if (!view_.mask) return where.id;
    const auto* home = find_in(db_.teams, where.team_id);
    if (home) return home->name + "/" + where.name;
    std::string text = where.type == "D" ? "direct:" : "group:";
    for (const auto& name : member_names(db_.channel_members[where.id])) text += " " + name;
    return text;
  }

  std::vector<std::string> member_names(const member_map& members) const {
    std::vector<std::string> names;
    for (const auto& [id, who] : members) {
      if (who.delete_at == 0) names.push_back(user_name(id) + (who.admin ? " (admin)" : ""));
    }
    std::ranges::sort(names);
    return names;
  }

  json::array member_list(const member_map& members) const {
    const auto names = member_names(members);
    return json::array(names.begin(), names.end());
  }

  static json::value digest(const blob& content) {
    if (!content) return nullptr;
    return json::value(std::to_string(content->size()) + " " + sha256_hex(*content));
  }

  /// Sorted by their text, so that neither ids nor hash tables decide.
  static json::array sorted(std::vector<json::object> items) {
    std::vector<std::pair<std::string, const json::object*>> keyed;
    keyed.reserve(items.size());
    for (const auto& one : items) keyed.emplace_back(json::serialize(one), &one);
    std::ranges::sort(keyed, {}, &std::pair<std::string, const json::object*>::first);
    json::array list;
    for (const auto& [text, one] : keyed) list.push_back(*one);
    return list;
  }

  void identify(json::object& o, const std::string& id, millis update_at) const {
    if (view_.mask) return;
    o["id"] = id;
    o["update_at"] = update_at;
  }

  json::array users() const {
    std::vector<json::object> items;
    for (const auto& [id, who] : db_.users) {
      json::object o{{"username", who.username},
                     {"email", who.email},
                     {"first_name", who.first_name},
                     {"last_name", who.last_name},
                     {"nickname", who.nickname},
                     {"position", who.position},
                     {"locale", who.locale},
                     {"roles", who.roles},
                     {"auth_service", who.auth_service},
                     {"auth_data", who.auth_data ? json::value(*who.auth_data) : json::value()},
                     {"props", sorted_keys(who.props)},
                     {"create_at", time(who.create_at)},
                     {"delete_at", time(who.delete_at)},
                     {"image", digest(who.image)}};
      identify(o, id, who.update_at);
      items.push_back(std::move(o));
    }
    return sorted(std::move(items));
  }

  json::array bots() const {
    std::vector<json::object> items;
    for (const auto& [id, which] : db_.bots) {
      items.push_back({{"username", user_name(id)},
                       {"display_name", which.display_name},
                       {"description", which.description},
                       {"owner", user_name(which.owner_id)},
                       {"delete_at", time(which.delete_at)}});
    }
    return sorted(std::move(items));
  }

  json::array emoji_list() const {
    std::vector<json::object> items;
    for (const auto& [id, which] : db_.emojis) {
      json::object o{{"name", which.name},
                     {"creator", user_name(which.creator_id)},
                     {"image", digest(which.image)}};
      identify(o, id, which.update_at);
      items.push_back(std::move(o));
    }
    return sorted(std::move(items));
  }

  json::array teams() const {
    std::vector<json::object> items;
    for (const auto& [id, which] : db_.teams) {
      json::object o{{"name", which.name},
                     {"display_name", which.display_name},
                     {"description", which.description},
                     {"type", which.type},
                     {"delete_at", time(which.delete_at)},
                     {"members", member_list(db_.team_members[id])}};
      identify(o, id, which.update_at);
      items.push_back(std::move(o));
    }
    return sorted(std::move(items));
  }

  json::array channels() const {
    std::vector<json::object> items;
    for (const auto& [id, where] : db_.channels) {
      json::object o{{"channel", channel_name(where)},
                     {"type", where.type},
                     {"display_name", where.display_name},
                     {"header", where.header},
                     {"purpose", where.purpose},
                     {"creator", user_name(where.creator_id)},
                     {"delete_at", time(where.delete_at)},
                     {"members", member_list(db_.channel_members[id])},
                     {"posts", posts(id)}};
      identify(o, id, where.update_at);
      items.push_back(std::move(o));
    }
    return sorted(std::move(items));
  }

  bool is_shown(const post& which) const {
    return view_.system_posts || !which.type.starts_with("system_");
  }

  /// Replies are listed below their root.
  json::array posts(const std::string& channel_id) const {
    std::vector<json::object> items;
    for (const auto& [at, id] : db_.posts_of[channel_id]) {
      const auto& which = db_.posts.at(id);
      if (which.root_id.empty() && is_shown(which)) items.push_back(print(which));
    }
    return by_time(std::move(items));
  }

  json::object print(const post& which) const {
    json::object o{{"create_at", time(which.create_at)},
                   {"user", user_name(which.user_id)},
                   {"message", which.message},
                   {"type", which.type},
                   {"props", props(which)},
                   {"is_pinned", which.is_pinned},
                   {"edit_at", time(which.edit_at)},
                   {"delete_at", time(which.delete_at)},
                   {"files", files(which)},
                   {"reactions", reactions(which)}};
    std::vector<json::object> replies;
    for (const auto& id : which.replies) replies.push_back(print(db_.posts.at(id)));
    if (!replies.empty()) o["replies"] = by_time(std::move(replies));
    identify(o, which.id, which.update_at);
    return o;
  }

  /// Those of the server's own messages name users by id.
  json::value props(const post& which) const {
    auto shown = which.props;
    if (view_.mask) {
      for (auto& [key, value] : shown) {
        if (value.is_string() && is_id(value.as_string())) {
          value = user_name(std::string(value.as_string()));
        }
      }
    }
    return sorted_keys(shown);
  }

  json::array files(const post& which) const {
    std::vector<json::object> items;
    for (const auto& id : which.file_ids) items.push_back(print(db_.files.at(id)));
    return sorted(std::move(items));
  }

  json::object print(const file_info& which) const {
    json::object o{{"name", which.name},
                   {"user", user_name(which.user_id)},
                   {"content", digest(which.content)}};
    if (!view_.mask) o["id"] = which.id;
    return o;
  }

  json::array reactions(const post& which) const {
    std::vector<json::object> items;
    for (const auto& one : which.reactions) {
      items.push_back({{"emoji", one.emoji_name},
                       {"user", user_name(one.user_id)},
                       {"create_at", time(one.create_at)}});
    }
    return sorted(std::move(items));
  }

  /// By time, then by text; what is masked comes last.
  static json::array by_time(std::vector<json::object> items) {
    std::vector<std::pair<std::pair<millis, std::string>, const json::object*>> keyed;
    for (const auto& one : items) {
      const auto* at = one.at("create_at").if_int64();
      keyed.push_back(
          {{at ? *at : std::numeric_limits<millis>::max(), json::serialize(one)}, &one});
    }
    std::ranges::sort(keyed, {}, [](const auto& one) { return one.first; });
    json::array list;
    for (const auto& [key, one] : keyed) list.push_back(*one);
    return list;
  }

  json::object leftovers() const {
    std::vector<json::object> free_files;
    for (const auto& [id, which] : db_.files) {
      if (which.post_id.empty()) free_files.push_back(print(which));
    }
    std::vector<json::object> uploads;
    for (const auto& [id, session] : db_.uploads) {
      uploads.push_back({{"filename", session.filename},
                         {"type", session.type},
                         {"file_size", session.file_size},
                         {"file_offset", session.received.size()}});
    }
    std::vector<json::object> imports;
    for (const auto& [name, content] : db_.imports) {
      imports.push_back({{"name", view_.mask ? name.substr(name.find('_') + 1) : name},
                         {"content", digest(content)}});
    }
    json::array jobs;
    for (const auto& one : db_.jobs) {
      jobs.push_back(json::object{{"type", one.type}, {"status", one.status}});
    }
    std::vector<json::object> tokens;
    for (const auto& [secret, one] : db_.tokens) {
      tokens.push_back({{"user", user_name(one.user_id)},
                        {"description", one.description},
                        {"session", one.is_session},
                        {"active", one.is_active}});
    }
    return {{"unattached_files", sorted(std::move(free_files))},
            {"uploads", sorted(std::move(uploads))},
            {"imports", sorted(std::move(imports))},
            {"jobs", std::move(jobs)},
            {"tokens", sorted(std::move(tokens))}};
  }

  state& db_;
  const state_view& view_;
  const millis began_at_;
};

void write_pretty(std::string& text, const json::value& value, std::size_t depth) {
  const auto indent = [&](std::size_t steps) { text += "\n" + std::string(steps * 2, ' '); };
  const char* separator = "";
  if (value.is_object() && !value.as_object().empty()) {
    text += '{';
    for (const auto& [key, one] : value.as_object()) {
      text += std::exchange(separator, ",");
      indent(depth + 1);
      text += json::serialize(json::string(key)) + ": ";
      write_pretty(text, one, depth + 1);
    }
    indent(depth);
    text += '}';
  } else if (value.is_array() && !value.as_array().empty()) {
    text += '[';
    for (const auto& one : value.as_array()) {
      text += std::exchange(separator, ",");
      indent(depth + 1);
      write_pretty(text, one, depth + 1);
    }
    indent(depth);
    text += ']';
  } else {
    text += json::serialize(value);
  }
}

}  // namespace

json::object canonical_state(state& db, const state_view& view, millis began_at) {
  return printer(db, view, began_at).print();
}

std::string pretty(const json::value& value) {
  std::string text;
  write_pretty(text, value, 0);
  text += '\n';
  return text;
}

}  // namespace crossdock::doubles
