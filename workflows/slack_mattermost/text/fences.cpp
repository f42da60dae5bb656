#include "workflows/slack_mattermost/text/fences.hpp"

#include <algorithm>

namespace crossdock::slack {
namespace {

struct fence_line {
  std::string_view lead;    // quote marks and spaces before the fence
  std::string_view marker;  // "```" or "~~~", or longer
  std::string_view info;    // the rest of the line
};

std::size_t prefix_length(std::string_view line) {
  return std::min(line.find_first_not_of(" >"), line.size());
}

/// Empty marker if the line is no fence.
fence_line read_fence_line(std::string_view line) {
  const std::size_t lead = prefix_length(line);
  if (lead == line.size() || (line[lead] != '`' && line[lead] != '~')) return {};
  const std::string_view rest = line.substr(lead);
  const std::size_t marker = std::min(rest.find_first_not_of(rest[0]), rest.size());
  const std::string_view info = rest.substr(marker);
  if (marker < 3 || (rest[0] == '`' && info.find('`') != std::string_view::npos)) return {};
  return {line.substr(0, lead), rest.substr(0, marker), info};
}

bool closes(const fence_line& line, const fence_line& opening) {
  return line.marker.size() >= opening.marker.size() && !line.marker.empty() &&
         line.marker[0] == opening.marker[0] &&
         line.info.find_first_not_of(" \t") == std::string_view::npos;
}

}  // namespace

std::vector<fenced_block> find_fences(std::string_view markdown, std::size_t longest_fence) {
  std::vector<fenced_block> fences;
  fence_line opening;
  fenced_block current;
  const auto finish = [&](std::size_t body_end, std::size_t end) {
    current.body_end = body_end;
    current.end = end;
    if (current.opener.size() + current.closer.size() <= longest_fence) fences.push_back(current);
    opening = {};
  };
  for (std::size_t begin = 0; begin < markdown.size();) {
    const std::size_t line_end = std::min(markdown.find('\n', begin), markdown.size());
    const std::size_t next = std::min(line_end + 1, markdown.size());
    const std::string_view text = markdown.substr(begin, line_end - begin);
    const fence_line line = read_fence_line(text);
    const bool in_quote = text.substr(0, prefix_length(text)).find('>') != std::string_view::npos;
    const bool left_quote =
        !opening.marker.empty() && opening.lead.find('>') != std::string_view::npos && !in_quote;
    if (left_quote) finish(begin, begin);
    if (opening.marker.empty()) {
      if (!line.marker.empty()) {
        opening = line;
        const std::string_view closer = text.substr(0, line.lead.size() + line.marker.size());
        current = {begin, next, 0, 0, text, closer};
      }
    } else if (closes(line, opening)) {
      finish(begin, next);
    }
    begin = next;
  }
  if (!opening.marker.empty()) finish(markdown.size(), markdown.size());
  return fences;
}

}  // namespace crossdock::slack
