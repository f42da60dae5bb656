#pragma once

#include <string>
#include <string_view>

#include "workflows/slack_mattermost/slack/json_elements.hpp"

namespace crossdock::slack {

/// "general/2024-01-01.json#17": file and place in its array, from 0.
inline std::string place_of(std::string_view file, const element& item) {
  return std::string(file) + "#" + std::to_string(item.index);
}

/// "general/2024-01-01.json:812#17": with the line, where a person will look for the damage.
inline std::string place_of(std::string_view file, const rejection& item) {
  return std::string(file) + ":" + std::to_string(item.line) + "#" + std::to_string(item.index);
}

inline std::string detail_of(const rejection& item) {
  return item.detail + " (byte " + std::to_string(item.offset) + "): " + item.excerpt;
}

}  // namespace crossdock::slack
