#include "workflows/slack_mattermost/slack/blob_reader.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string>
#include <vector>

namespace crossdock::slack {
namespace {

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

bool declares_html(std::string_view mimetype, std::string_view file_name) {
  const auto type = lower_case(mimetype);
  const auto name = lower_case(file_name);
  const auto named = [&](std::string_view extension) { return name.ends_with(extension); };
  return type.starts_with("text/html") || type.starts_with("application/xhtml") || named(".html") ||
         named(".htm") || named(".xhtml") || named(".mhtml");
}

using wanted_blobs = std::multimap<std::string_view, const api::blob*>;

/// One pass: delivers one blob of every path that is there and takes it out of `open`.
void read_once(const archive& from, wanted_blobs& open, const api::blob_reader::sink& to) {
  std::size_t paths = 0;
  for (auto at = open.begin(); at != open.end(); at = open.upper_bound(at->first)) ++paths;
  const api::blob* current = nullptr;
  archive::sink bytes;
  bytes.begin = [&](const member& item) {
    auto found = open.extract(open.find(item.path));
    current = found.mapped();
    to.begin(*current);
    --paths;
  };
  bytes.data = to.data;
  bytes.end = [&](const member&) { to.end(); };
  bytes.failed = [&](const member&, std::string_view reason) { to.failed(*current, reason); };
  bytes.enough = [&] { return paths == 0; };
  from.read([&](const member& item) { return open.contains(item.path); }, bytes);
}

}  // namespace

void archive_blob_reader::read(std::span<const api::blob> wanted, const sink& to) {
  wanted_blobs open;
  for (const auto& item : wanted) open.emplace(item.path, &item);
  for (auto before = open.size() + 1; !open.empty() && open.size() < before;) {
    before = open.size();
    read_once(*from_, open, to);
  }
  for (const auto& [path, item] : open) to.failed(*item, "it is not in the archive");
}

bool looks_like_html(std::string_view first_bytes, std::string_view declared_mimetype,
                     std::string_view file_name) {
  if (declares_html(declared_mimetype, file_name)) return false;
  if (first_bytes.starts_with("\xEF\xBB\xBF")) first_bytes.remove_prefix(3);
  first_bytes.remove_prefix(std::min(first_bytes.find_first_not_of(" \t\r\n"), first_bytes.size()));
  const auto start = lower_case(first_bytes.substr(0, html_probe_bytes));
  constexpr std::array<std::string_view, 3> marks = {"<!doctype html", "<html", "<head"};
  return std::ranges::any_of(marks, [&](auto mark) { return start.starts_with(mark); });
}

}  // namespace crossdock::slack
