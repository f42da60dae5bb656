#include "workflows/slack_mattermost/mattermost/assembler_rewrite.hpp"

#include <boost/json.hpp>

#include "workflows/slack_mattermost/mattermost/assembler.hpp"
#include "workflows/slack_mattermost/mattermost/rules.hpp"

namespace crossdock::mattermost {

namespace json = boost::json;

namespace {

std::string_view text_of(const json::value& value) {
  const auto& text = value.as_string();
  return {text.data(), text.size()};
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

/// Takes missing files out of a post or reply; true when its message changed.
bool drop_missing_attachments(json::object& post, const path_test& is_missing) {
  auto* attachments = post.if_contains("attachments");
  if (attachments == nullptr) return false;
  json::array kept;
  std::string notes;
  for (const auto& item : attachments->as_array()) {
    const auto path = text_of(item.at("path"));
    if (is_missing(path)) {
      notes += "\n[file \"" + std::string(file_name(path)) + "\" is missing]";
    } else {
      kept.push_back(item);
    }
  }
  if (notes.empty()) return false;
  if (kept.empty()) {
    // stable_erase keeps the order of the other keys.
    post.stable_erase(post.find("attachments"));
  } else {
    *attachments = std::move(kept);
  }
  auto& message = post.at("message").as_string();
  const std::string_view addition = message.empty() ? std::string_view(notes).substr(1) : notes;
  if (rune_count(text_of(post.at("message"))) + rune_count(addition) > limits::message_runes) {
    return false;
  }
  message.append(addition);
  return true;
}

rewritten_line rewrite_post(json::value& line, json::object& root, const path_test& is_missing,
                            const std::optional<std::string>& root_message) {
  rewritten_line result;
  if (root_message) root.at("message") = *root_message;
  if (drop_missing_attachments(root, is_missing)) {
    result.root_message = std::string(text_of(root.at("message")));
  }
  if (auto* replies = root.if_contains("replies")) {
    for (auto& reply : replies->as_array()) drop_missing_attachments(reply.as_object(), is_missing);
  }
  result.line = json::serialize(line);
  return result;
}

/// For lines whose file is the value of one key.
rewritten_line rewrite_picture(json::value& line, json::object& content, std::string_view key,
                               const path_test& is_missing) {
  const auto found = content.find(key);
  if (found != content.end() && is_missing(text_of(found->value()))) content.stable_erase(found);
  return {json::serialize(line), {}};
}

}  // namespace

rewritten_line rewrite_line(const part_record& record, const path_test& is_missing,
                            const std::optional<std::string>& root_message) {
  json::error_code error;
  auto line = json::parse(record.line, error);
  const auto type = name_of(record.kind);
  auto* content = error ? nullptr : line.as_object().if_contains(type);
  if (content == nullptr) {
    throw assembly_error("a " + std::string(type) +
                         " line is not what it should be: " + record.line.substr(0, 200));
  }
  switch (record.kind) {
    case segment::post:
    case segment::direct_post:
      return rewrite_post(line, content->as_object(), is_missing, root_message);
    case segment::emoji: return {};
    default: return rewrite_picture(line, content->as_object(), "profile_image", is_missing);
  }
}

}  // namespace crossdock::mattermost
