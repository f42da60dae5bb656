#include "workflows/slack_mattermost/slack/list_stages.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <boost/json/serialize.hpp>

#include "workflows/slack_mattermost/slack/element_places.hpp"
#include "workflows/slack_mattermost/slack/emoji_dump.hpp"
#include "workflows/slack_mattermost/slack/message_entities.hpp"
#include "workflows/slack_mattermost/slack/source_options.hpp"

namespace crossdock::slack {

namespace json = boost::json;

namespace {

// -- extracting -----------------------------------------------------------------------------------

struct left_out {
  std::string_view reason;
  std::string_view detail;
};

std::optional<left_out> why_left_out(member_kind kind) {
  switch (kind) {
    case member_kind::canvas:
      return left_out{"canvas", "canvases have no counterpart in the target"};
    case member_kind::grid:
      return left_out{"grid_workspace",
                      "a nested Enterprise Grid workspace: import it as an export of its own"};
    case member_kind::outside_root:
      return left_out{"outside_export", "it lies beside the folder that holds the export"};
    case member_kind::invalid_name: return left_out{"invalid_name", "its name is not UTF-8"};
    case member_kind::junk: return left_out{"junk", "left behind by an operating system"};
    case member_kind::other: return left_out{"unknown_file", "no part of an export known here"};
    default: return std::nullopt;
  }
}

/// Members left out, counted by reason and folder: one line in the report for a thousand files.
using left_out_counts = std::map<std::pair<std::string, std::string>, std::int64_t>;

std::string folder_or_file(const std::string& path) {
  const auto slash = path.find('/');
  return slash == std::string::npos ? path : path.substr(0, slash + 1);
}

struct archive_index {
  std::int64_t json_files = 0;
  std::int64_t skipped_lists = 0;
  left_out_counts left_out;
};

void index_member(api::stage_context& context, const member& item, archive_index& index) {
  const auto size = static_cast<std::int64_t>(item.size);
  switch (item.kind) {
    case member_kind::upload:
    case member_kind::attachment: return context.put_blob({item.id, item.path, size});
    case member_kind::avatar: return context.put_blob({"avatar:" + item.id, item.path, size});
    case member_kind::day_file: ++index.json_files; return;
    case member_kind::top_level_list:
      ++index.json_files;
      if (item.path == "integration_logs.json") {
        ++index.skipped_lists;
        ++index.left_out[{"integration_logs", item.path}];
      }
      return;
    default: break;
  }
  if (const auto why = why_left_out(item.kind)) {
    ++index.left_out[{std::string(why->reason), folder_or_file(item.path)}];
  }
}

std::string_view explain_left_out(std::string_view reason) {
  for (auto kind : {member_kind::canvas, member_kind::grid, member_kind::outside_root,
                    member_kind::invalid_name, member_kind::junk, member_kind::other}) {
    if (const auto why = why_left_out(kind); why && why->reason == reason) return why->detail;
  }
  return "which app was installed when has no counterpart in the target";
}

void report_left_out(api::stage_context& context, const left_out_counts& counts) {
  for (const auto& [what, count] : counts) {
    const auto& [reason, item] = what;
    context.report({api::finding::kind::left_out,
                    {},
                    item,
                    item,
                    reason,
                    std::to_string(count) + (count == 1 ? " file: " : " files: ") +
                        std::string(explain_left_out(reason))});
  }
}

void stage_emoji(api::stage_context& context, const emoji_dump& dump) {
  for (const auto& picture : dump.pictures) {
    context.put_blob({"emoji:" + picture.name, picture.path, picture.size});
  }
  for (const auto& emoji : dump.emoji) {
    json::object raw{{"name", emoji.name}};
    if (!emoji.url.empty()) raw["url"] = emoji.url;
    if (!emoji.alias_of.empty()) raw["alias_of"] = emoji.alias_of;
    context.put(api::unordered_entity(type::custom_emoji, emoji.name, json::serialize(raw), "{}"));
  }
}

// -- lists ----------------------------------------------------------------------------------------

std::string id_of(const json::object& value) {
  const auto* id = value.if_contains("id");
  return id && id->is_string() ? std::string(id->get_string()) : std::string();
}

/// Streams one list into `stage_one`; false when the export has no such file.
bool stage_list(api::stage_context& context, const archive& from, const source_options& options,
                std::string_view file, const char* type,
                const std::function<void(const element&, std::string id)>& stage_one) {
  const auto unit = context.begin_unit(file);
  if (unit.done) return true;
  auto reject = [&](std::uint64_t index, std::string place, std::string reason,
                    std::string detail) {
    if (static_cast<std::int64_t>(index) >= unit.position) {
      context.report({api::finding::kind::rejected,
                      type,
                      {},
                      std::move(place),
                      std::move(reason),
                      std::move(detail)});
      context.checkpoint(static_cast<std::int64_t>(index) + 1);
    }
  };
  element_sink sink;
  sink.accept = [&](const element& item) {
    if (static_cast<std::int64_t>(item.index) < unit.position) return;
    auto id = id_of(item.value);
    if (id.empty()) return reject(item.index, place_of(file, item), "no_id", "it has no id");
    stage_one(item, std::move(id));
    context.checkpoint(static_cast<std::int64_t>(item.index) + 1);
  };
  sink.reject = [&](const rejection& item) {
    reject(item.index, place_of(file, item), std::string(item.reason), detail_of(item));
  };
  if (!read_all_elements(from, file, sink, options.elements)) return false;
  context.count("json_files_processed", 1);
  context.end_unit();
  return true;
}

bool stage_users(api::stage_context& context, const archive& from, const source_options& options,
                 std::string_view file) {
  return stage_list(
      context, from, options, file, type::user, [&](const element& item, const std::string& id) {
        context.put(api::unordered_entity(type::user, id, std::string(item.text), "{}"));
      });
}

struct channel_list {
  std::string_view file;
  std::string_view kind;
};

constexpr std::array<channel_list, 4> channel_lists{{{"channels.json", "public"},
                                                     {"groups.json", "private"},
                                                     {"dms.json", "direct"},
                                                     {"mpims.json", "group"}}};

std::string_view kind_of(const json::object& channel, std::string_view by_file) {
  const auto is = [&](const char* key) {
    const auto* value = channel.if_contains(key);
    return value && value->is_bool() && value->get_bool();
  };
  // Some producers list everything in channels.json and say what it is by flags.
  if (is("is_im")) return "direct";
  if (is("is_mpim")) return "group";
  if (by_file == "public" && is("is_private")) return "private";
  return by_file;
}

}  // namespace

void extracting_stage::run(api::stage_context& context) {
  const auto options = read_source_options(context.options());
  const auto from = open_archive(context.job().source_path, options.archive);
  if (context.begin_unit("archive").done) return;
  archive_index index;
  // Begun again, the walk starts over: the same blob twice is one, and the counts are of all of it.
  std::int64_t members = 0;
  from->for_each_member([&](const member& item) {
    index_member(context, item, index);
    context.checkpoint(++members);
  });
  report_left_out(context, index.left_out);
  stage_emoji(context, find_emoji(*from, options));
  context.set_meta("json_files_total", std::to_string(index.json_files));
  context.count("json_files_processed", index.skipped_lists);
  context.end_unit();
}

void users_stage::run(api::stage_context& context) {
  const auto options = read_source_options(context.options());
  const auto from = open_archive(context.job().source_path, options.archive);
  if (!stage_users(context, *from, options, "users.json")) {
    throw api::source_error(context.job().source_path +
                            ": this export has no users.json; without it nobody can be named as an "
                            "author. Is the archive complete?");
  }
  stage_users(context, *from, options, "org_users.json");
}

void channels_stage::run(api::stage_context& context) {
  const auto options = read_source_options(context.options());
  const auto from = open_archive(context.job().source_path, options.archive);
  bool any = false;
  for (const auto& list : channel_lists) {
    any |=
        stage_list(context, *from, options, list.file, type::channel,
                   [&](const element& item, const std::string& id) {
                     context.put(api::unordered_entity(
                         type::channel, id, std::string(item.text),
                         json::serialize(json::object{{"kind", kind_of(item.value, list.kind)}})));
                   });
  }
  if (!any) {
    throw api::source_error(context.job().source_path +
                            ": this export has none of channels.json, groups.json, dms.json, "
                            "mpims.json, so no message can be placed");
  }
}

}  // namespace crossdock::slack
