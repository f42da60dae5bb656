#include "workflows/slack_mattermost/mattermost/source_files.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "workflows/slack_mattermost/mattermost/raw_json.hpp"
#include "workflows/slack_mattermost/slack/blob_reader.hpp"

namespace crossdock::mattermost {

namespace json = boost::json;

namespace {

/// Slack's login page has a few hundred KiB.
constexpr std::int64_t longest_page = std::int64_t{2} << 20;

using elements_by_id = std::unordered_map<std::string, const json::object*>;

bool is_suspect(const api::blob& bytes, const json::object& file) {
  const auto told = raw::integer(file, "size");
  return bytes.size <= longest_page && (!told || *told != bytes.size);
}

/// Marks those of the suspects that are web pages. What cannot be read is left to those who need
/// it all.
void look_into(api::blob_reader& reader, const std::vector<api::blob>& suspects,
               const elements_by_id& elements, source_files& found) {
  std::string head;
  std::string key;
  api::blob_reader::sink sink;
  sink.begin = [&](const api::blob& item) {
    key = item.key;
    head.clear();
  };
  sink.data = [&](std::string_view piece) {
    head.append(piece.substr(0, slack::html_probe_bytes - head.size()));
  };
  sink.end = [&] {
    const auto& file = *elements.at(key);
    found.at(key).is_web_page =
        slack::looks_like_html(head, raw::text(file, "mimetype"), raw::text(file, "name"));
  };
  sink.failed = [](const api::blob&, std::string_view) {};
  reader.read(suspects, sink);
}

}  // namespace

source_files find_source_files(api::target_context& context,
                               std::span<const json::object* const> files) {
  elements_by_id elements;
  std::vector<std::string> ids;
  for (const auto* file : files) {
    const std::string id(raw::text(*file, "id"));
    if (!id.empty() && elements.emplace(id, file).second) ids.push_back(id);
  }
  source_files found;
  if (ids.empty()) return found;
  std::vector<api::blob> suspects;
  for (auto& blob : context.find_blobs(ids)) {
    if (is_suspect(blob, *elements.at(blob.key))) suspects.push_back(blob);
    const auto key = blob.key;
    found.emplace(key, source_file{std::move(blob), false});
  }
  if (!suspects.empty()) look_into(context.blobs(), suspects, elements, found);
  return found;
}

}  // namespace crossdock::mattermost
