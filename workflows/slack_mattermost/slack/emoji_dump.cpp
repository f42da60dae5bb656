#include "workflows/slack_mattermost/slack/emoji_dump.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <boost/json/parse.hpp>

namespace crossdock::slack {

namespace json = boost::json;

namespace {

constexpr std::size_t max_index_bytes = 64U << 20;
constexpr std::string_view alias_prefix = "alias:";

listed_emoji listed(std::string_view name, std::string_view url) {
  if (url.starts_with(alias_prefix)) {
    return {std::string(name), {}, std::string(url.substr(alias_prefix.size()))};
  }
  return {std::string(name), std::string(url), {}};
}

/// {"emoji": {…}} is the API's answer, {"name": …} slackdump's index.
const json::object& table_of(const json::object& index) {
  const auto* inner = index.if_contains("emoji");
  return inner && inner->is_object() ? inner->get_object() : index;
}

void add_full_entry(std::string_view name, const json::object& entry,
                    std::vector<listed_emoji>& to) {
  const auto* url = entry.if_contains("url");
  to.push_back(listed(name, url && url->is_string() ? std::string_view(url->get_string()) : ""));
  const auto* aliases = entry.if_contains("aliases");
  if (!aliases || !aliases->is_array()) return;
  for (const auto& alias : aliases->get_array()) {
    if (const auto* text = alias.if_string()) {
      to.push_back({std::string(*text), {}, std::string(name)});
    }
  }
}

std::string read_member(const archive& from, const std::string& path) {
  std::string text;
  from.read([&](const member& item) { return item.path == path; },
            {.begin = [](const member&) {},
             .data =
                 [&](std::string_view piece) {
                   if (text.size() + piece.size() > max_index_bytes) {
                     throw archive_error(path + ": an emoji index of more than 64 MiB");
                   }
                   text += piece;
                 },
             .end = [](const member&) {},
             .failed = {},
             .enough = [] { return true; }});
  return text;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw api::source_error("it cannot be read");
  return text.str();
}

/// "emojis/party_parrot.gif" is the picture of party_parrot.
std::string picture_name(const member& item) {
  return item.name.substr(0, item.name.rfind('.'));
}

void collect(const archive& from, std::string_view prefix,
             std::map<std::string, listed_emoji>& emoji, std::vector<emoji_picture>& pictures) {
  std::vector<std::string> indexes;
  from.for_each_member([&](const member& item) {
    if (item.kind == member_kind::emoji_index) indexes.push_back(item.path);
    if (item.kind == member_kind::emoji_image) {
      pictures.push_back({picture_name(item), std::string(prefix) + item.path,
                          static_cast<std::int64_t>(item.size)});
    }
  });
  for (const auto& path : indexes) {
    for (auto& one : read_emoji_index(read_member(from, path), path)) {
      auto name = one.name;
      emoji.emplace(std::move(name), std::move(one));
    }
  }
}

bool is_json_file(const std::string& path) {
  return std::filesystem::is_regular_file(path) && path.ends_with(".json");
}

}  // namespace

std::vector<listed_emoji> read_emoji_index(std::string_view text, std::string_view file_name) {
  json::error_code error;
  const auto index = json::parse(text, error);
  if (error || !index.is_object()) {
    throw api::source_error(std::string(file_name) + ": not an emoji index (" +
                            (error ? error.message() : "not a JSON object") + ")");
  }
  std::vector<listed_emoji> found;
  for (const auto& [name, value] : table_of(index.get_object())) {
    if (name.empty()) continue;
    if (const auto* url = value.if_string()) {
      found.push_back(listed(name, *url));
    } else if (const auto* entry = value.if_object()) {
      add_full_entry(name, *entry, found);
    }
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return found;
}

namespace {

void collect_beside(const source_options& options, std::map<std::string, listed_emoji>& emoji,
                    std::vector<emoji_picture>& pictures) {
  if (is_json_file(options.emoji)) {
    for (auto& one : read_emoji_index(read_file(options.emoji), options.emoji)) {
      auto name = one.name;
      emoji.emplace(std::move(name), std::move(one));
    }
  } else {
    collect(*open_archive(options.emoji, options.archive, root_rule::top), dump_prefix, emoji,
            pictures);
  }
}

}  // namespace

emoji_dump find_emoji(const archive& from, const source_options& options) {
  std::map<std::string, listed_emoji> emoji;
  emoji_dump dump;
  if (!options.emoji.empty()) {
    try {
      collect_beside(options, emoji, dump.pictures);
    } catch (const api::source_error& error) {
      throw api::source_error("source.emoji = " + options.emoji + ": " + error.what());
    }
  }
  collect(from, {}, emoji, dump.pictures);
  for (const auto& picture : dump.pictures) {
    emoji.emplace(picture.name, listed_emoji{picture.name, {}, {}});
  }
  for (auto& [name, one] : emoji) dump.emoji.push_back(std::move(one));
  return dump;
}

}  // namespace crossdock::slack
