#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace crossdock::slack {

/// What a member of a Slack export is, told from its path below the export's root alone. Layouts:
/// Slack's own exports, slackdump's, and archives that slack-advanced-exporter filled with files.
enum class member_kind : std::uint8_t {
  top_level_list,  ///< users, channels, groups, dms, mpims, integration_logs, org_users .json
  day_file,        ///< <folder>/<name>.json: messages of one conversation
  upload,          ///< __uploads/<file id>/<name>
  avatar,          ///< __avatars/<user id>/<name>
  attachment,      ///< slackdump's "standard" storage: <folder>/attachments/<file id>-<name>
  emoji_index,     ///< emoji.json, or index.json of a slackdump emoji dump
  emoji_image,     ///< emojis/<emoji name>.<extension>
  canvas,          ///< canvases.json, canvas_in_the_conversation.json, FC:… folders: not carried
  grid,            ///< Enterprise Grid, teams/<workspace>/…: a nested export, not read
  junk,            ///< __MACOSX, .DS_Store, ._…: left behind by macOS, no part of an export
  outside_root,    ///< beside the folder that holds the export
  invalid_name,    ///< the name is not UTF-8, or empty: never read
  other,
};

std::string_view to_string(member_kind kind);

/// One file of an archive. Folders are not members.
struct member {
  /// UTF-8, relative to the export's root, "/" between parts, no "." or empty parts. For
  /// outside_root and invalid_name the whole name, made printable.
  std::string path;
  std::string raw_path;    ///< the bytes that the archive holds
  std::uint64_t size = 0;  ///< uncompressed, as declared; reading refuses to pass it
  member_kind kind = member_kind::other;
  std::string folder;  ///< day_file, attachment: the conversation's folder
  std::string id;      ///< upload, attachment: Slack's file id; avatar: the user id
  std::string name;    ///< the file's own name, of uploads and attachments without the id
};

/// A member name, checked. `refusal` is empty or says why an archive with such a name is refused.
struct checked_name {
  std::string path;  ///< normalised; empty when there is nothing left
  std::string_view refusal;
};

/// Normalises a stored name ("./a//b" → "a/b") and refuses what could lead out of a folder: "..",
/// absolute names, drive letters, backslashes. A backslash is data, not a separator, in an uploaded
/// file's own name (slack-advanced-exporter stores these as users wrote them), unless it hides
/// "..".
checked_name check_name(std::string_view raw);

/// True for what macOS leaves behind in folders and zips.
bool is_junk(std::string_view path);

/// Fills kind, folder, id and name from `path`, which must be normalised and relative to the root.
void classify(member& item);

}  // namespace crossdock::slack
