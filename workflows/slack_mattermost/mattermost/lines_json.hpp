#pragma once

#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "workflows/slack_mattermost/mattermost/rules_text.hpp"

/// Small helpers of the line builders: members are added only when they say something.
namespace crossdock::mattermost::line_json {

inline void text(boost::json::object& to, std::string_view key, std::string_view value) {
  to.emplace(key, clean_text(value));
}

inline void text_if(boost::json::object& to, std::string_view key, std::string_view value) {
  if (!value.empty()) text(to, key, value);
}

inline void number_if(boost::json::object& to, std::string_view key, std::int64_t value) {
  if (value != 0) to.emplace(key, value);
}

inline void flag_if(boost::json::object& to, std::string_view key, bool value) {
  if (value) to.emplace(key, true);
}

inline void array_if(boost::json::object& to, std::string_view key, boost::json::array value) {
  if (!value.empty()) to.emplace(key, std::move(value));
}

/// {"type":"<type>","<type>":{…}}
std::string line_of(std::string_view type, boost::json::object content);

}  // namespace crossdock::mattermost::line_json
