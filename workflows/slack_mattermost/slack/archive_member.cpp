#include "workflows/slack_mattermost/slack/archive_member.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace crossdock::slack {
namespace {

constexpr std::array<std::string_view, 7> list_names = {
    "users.json", "channels.json",         "groups.json",   "dms.json",
    "mpims.json", "integration_logs.json", "org_users.json"};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool has_drive(std::string_view name) {
  return name.size() >= 2 && is_letter(name[0]) && name[1] == ':';
}

/// The part of a normalised path that users chose freely: the name of an uploaded file.
std::string_view upload_name(std::string_view path) {
  constexpr std::string_view folder = "__uploads/";
  // The export may lie in a folder of the archive, so "__uploads" need not come first.
  auto start = path.starts_with(folder) ? 0 : path.find("/__uploads/");
  if (start == std::string_view::npos) return {};
  start = path.find('/', path.find(folder, start) + folder.size());
  return start == std::string_view::npos ? std::string_view{} : path.substr(start + 1);
}

bool has_parent_step(std::string_view name, char separator) {
  const auto parts = split(name, separator);
  return std::ranges::find(parts, "..") != parts.end();
}

bool backslash_is_unsafe(std::string_view path) {
  const auto free = upload_name(path);
  const auto fixed = path.substr(0, path.size() - free.size());
  if (fixed.find('\\') != std::string_view::npos) return true;
  auto unified = std::string(free);
  std::ranges::replace(unified, '\\', '/');
  return has_parent_step(unified, '/');
}

/// Slack's file ids: "F" and capital letters or digits.
bool is_file_id(std::string_view id) {
  return id.size() > 1 && id.front() == 'F' && std::ranges::all_of(id, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

bool is_day_folder(std::string_view folder) {
  return !folder.starts_with("__");
}

void classify_root_file(member& item) {
  const std::string_view name = item.path;
  if (std::ranges::find(list_names, name) != list_names.end()) {
    item.kind = member_kind::top_level_list;
  } else if (name == "emoji.json" || name == "index.json") {
    item.kind = member_kind::emoji_index;
  } else if (name == "canvases.json" || name == "canvas_in_the_conversation.json") {
    item.kind = member_kind::canvas;
  }
}

/// __uploads/<id>/<name> and __avatars/<id>/<name>; a name may hold "/" itself.
void classify_by_id(member& item, const std::vector<std::string_view>& parts, member_kind kind) {
  if (parts.size() < 3) return;
  item.kind = kind;
  item.id = parts[1];
  item.name = item.path.substr(parts[0].size() + parts[1].size() + 2);
}

bool classify_attachment(member& item, const std::vector<std::string_view>& parts) {
  if (parts.size() != 3 || parts[1] != "attachments") return false;
  const auto dash = parts[2].find('-');
  if (dash == std::string_view::npos || !is_file_id(parts[2].substr(0, dash))) return false;
  item.kind = member_kind::attachment;
  item.folder = parts[0];
  item.id = parts[2].substr(0, dash);
  item.name = parts[2].substr(dash + 1);
  return true;
}

}  // namespace

std::string_view to_string(member_kind kind) {
  switch (kind) {
    case member_kind::top_level_list: return "top_level_list";
    case member_kind::day_file: return "day_file";
    case member_kind::upload: return "upload";
    case member_kind::avatar: return "avatar";
    case member_kind::attachment: return "attachment";
    case member_kind::emoji_index: return "emoji_index";
    case member_kind::emoji_image: return "emoji_image";
    case member_kind::canvas: return "canvas";
    case member_kind::grid: return "grid";
    case member_kind::junk: return "junk";
    case member_kind::outside_root: return "outside_root";
    case member_kind::invalid_name: return "invalid_name";
    case member_kind::other: return "other";
  }
  return "other";
}

checked_name check_name(std::string_view raw) {
  if (raw.starts_with('/') || raw.starts_with('\\')) return {{}, "its name is absolute"};
  if (has_drive(raw)) return {{}, "its name starts with a drive letter"};
  checked_name result;
  for (const auto part : split(raw, '/')) {
    if (part == "..") return {{}, "its name leads out of the archive (\"..\")"};
    if (part.empty() || part == ".") continue;
    if (!result.path.empty()) result.path += '/';
    result.path += part;
  }
  if (result.path.find('\\') != std::string::npos && backslash_is_unsafe(result.path)) {
    return {{}, "its name holds a backslash; pack the export again with a tool that writes \"/\""};
  }
  return result;
}

bool is_junk(std::string_view path) {
  return std::ranges::any_of(split(path, '/'), [](std::string_view part) {
    return part == "__MACOSX" || part == ".DS_Store" || part.starts_with("._");
  });
}

void classify(member& item) {
  item.kind = member_kind::other;
  const auto parts = split(item.path, '/');
  item.name = parts.back();
  if (is_junk(item.path)) {
    item.kind = member_kind::junk;
  } else if (parts[0] == "__uploads") {
    classify_by_id(item, parts, member_kind::upload);
  } else if (parts.size() == 1) {
    classify_root_file(item);
  } else if (parts[0] == "__avatars") {
    classify_by_id(item, parts, member_kind::avatar);
  } else if (parts[0].starts_with("FC:")) {
    item.kind = member_kind::canvas;
  } else if (parts.size() == 2 && parts[1].ends_with(".json") && is_day_folder(parts[0])) {
    item.kind = member_kind::day_file;
    item.folder = parts[0];
  } else if (parts.size() == 2 && parts[0] == "emojis") {
    item.kind = member_kind::emoji_image;
  } else if (!classify_attachment(item, parts) && parts.size() > 2 && parts[0] == "teams") {
    item.kind = member_kind::grid;
  }
}

}  // namespace crossdock::slack
