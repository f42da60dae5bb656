#include "workflows/slack_mattermost/text/attachments.hpp"

#include <algorithm>
#include <optional>

#include "workflows/slack_mattermost/text/block_join.hpp"
#include "workflows/slack_mattermost/text/blocks.hpp"
#include "workflows/slack_mattermost/text/dates.hpp"
#include "workflows/slack_mattermost/text/inline.hpp"
#include "workflows/slack_mattermost/text/json_access.hpp"
#include "workflows/slack_mattermost/text/markdown_escape.hpp"
#include "workflows/slack_mattermost/text/mrkdwn.hpp"
#include "workflows/slack_mattermost/text/references.hpp"

namespace crossdock::slack {
namespace json = boost::json;
namespace {

using kind = inline_atom::kind;

enum class attachment_kind { unfurl, shared_message, app };

attachment_kind kind_of(const json::object& attachment) {
  const auto has = [&](std::string_view key) {
    const json::value* value = attachment.if_contains(key);
    return value != nullptr && !value->is_null() &&
           !(value->is_string() && value->get_string().empty());
  };
  // Pinned items quote a message without the flags of a share.
  const bool names_message =
      has("channel_id") && has("ts") && (has("author_id") || has("from_url"));
  if (flag_member(attachment, "is_msg_unfurl") || flag_member(attachment, "is_share") ||
      names_message) {
    return attachment_kind::shared_message;
  }
  return has("from_url") || has("original_url") ? attachment_kind::unfurl : attachment_kind::app;
}

/// Slack's three words and hex digits with or without '#'; Mattermost wants "#rrggbb".
std::optional<std::string> color_of(const std::string& color) {
  if (color == "good") return "#2eb886";
  if (color == "warning") return "#daa038";
  if (color == "danger") return "#a30200";
  const std::string digits = color.starts_with('#') ? color.substr(1) : color;
  const bool hex = digits.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  if (!hex || (digits.size() != 6 && digits.size() != 3)) return {};
  return "#" + digits;
}

class attachment_reader {
 public:
  attachment_reader(const text_options& options, conversion_notes& notes) : use_{options, notes} {}

  rendered_attachments read(const json::object& message) {
    rendered_attachments result;
    for (const json::object* attachment : objects_in(message, "attachments", use_.notes)) {
      switch (kind_of(*attachment)) {
        case attachment_kind::unfurl: note_unfurl(*attachment); break;
        case attachment_kind::shared_message:
          append_lines(result.quotes, quoted(shared_message(*attachment)));
          break;
        case attachment_kind::app: {
          json::object converted = app_attachment(*attachment);
          if (!converted.empty()) result.props.emplace_back(std::move(converted));
        }
      }
    }
    return result;
  }

 private:
  std::string member(const json::object& from, std::string_view key) const {
    return string_member(from, key, use_.notes);
  }
  std::string markdown_member(const json::object& from, std::string_view key) const {
    return mrkdwn_to_markdown(member(from, key), use_.options, use_.notes);
  }
  std::string plain_member(const json::object& from, std::string_view key) const {
    return mrkdwn_to_plain(member(from, key), use_.options, use_.notes);
  }

  void note_unfurl(const json::object& attachment) const {
    std::string url = member(attachment, "from_url");
    if (url.empty()) url = member(attachment, "original_url");
    use_.notes.add(reason::unfurl_left_out, url);
  }

  /// "**@author** in ~channel, [Jan 2, 2024 10:11 AM UTC](link):" and the text below it.
  std::string shared_message(const json::object& attachment) const {
    std::string head = shared_author(attachment);
    const std::string channel = member(attachment, "channel_id");
    if (!channel.empty()) {
      const std::string name =
          render_inline({channel_reference(channel, member(attachment, "channel_name"), use_)},
                        line_position::middle);
      head += (head.empty() ? "" : " · ") + name;
    }
    const std::string when = shared_link(attachment);
    if (!when.empty()) head += (head.empty() ? "" : " · ") + when;
    append_lines(head, shared_text(attachment));
    return head;
  }

  std::string shared_author(const json::object& attachment) const {
    std::string label = plain_member(attachment, "author_subname");
    if (label.empty()) label = plain_member(attachment, "author_name");
    const std::string id = member(attachment, "author_id");
    inline_atom author =
        id.empty() ? inline_atom{kind::text, label, plain_style} : user_reference(id, label, use_);
    author.style = bold;
    return render_inline({author}, line_position::middle);
  }

  std::string shared_link(const json::object& attachment) const {
    const std::string url = member(attachment, "from_url");
    const auto seconds = timestamp_member(attachment, "ts");
    const auto when = seconds ? format_slack_date(*seconds, "{date_short} {time}") : std::nullopt;
    if (url.empty()) return when.value_or("");
    return render_inline({link(url, when.value_or(""), use_)}, line_position::middle);
  }

  /// Newer shares carry the message's blocks, older ones its text; files are named.
  std::string shared_text(const json::object& attachment) const {
    std::string text;
    for (const json::object* shared : objects_in(attachment, "message_blocks", use_.notes)) {
      if (const json::object* message = object_member(*shared, "message", use_.notes)) {
        append_lines(text, blocks_to_markdown(*message, use_.options, use_.notes));
      }
    }
    if (text.empty()) text = body(attachment);
    if (text.empty()) text = markdown_member(attachment, "fallback");
    for (const json::object* file : objects_in(attachment, "files", use_.notes)) {
      const std::string name = member(*file, "name");
      const std::string url = member(*file, "permalink");
      append_lines(text,
                   url.empty() ? escaped_label(name) : render_inline({link(url, name, use_)}));
    }
    return text;
  }

  std::string body(const json::object& attachment) const {
    std::string text = blocks_to_markdown(attachment, use_.options, use_.notes);
    return text.empty() ? markdown_member(attachment, "text") : text;
  }

  json::object app_attachment(const json::object& from) const {
    json::object to;
    const auto put = [&to](std::string_view key, const std::string& value) {
      if (!value.empty()) to.emplace(key, value);
    };
    const auto put_url = [&](std::string_view key) {
      const std::string url = member(from, key);
      if (url.starts_with("http://") || url.starts_with("https://")) put(key, url);
    };
    // Slack's stand-in for attachments made of blocks says nothing.
    const std::string fallback = plain_member(from, "fallback");
    if (fallback != "[no preview available]") put("fallback", fallback);
    if (const auto color = color_of(member(from, "color"))) put("color", *color);
    put("pretext", markdown_member(from, "pretext"));
    put("author_name", plain_member(from, "author_name"));
    put_url("author_link");
    put_url("author_icon");
    put("title", plain_member(from, "title"));
    put_url("title_link");
    std::string text = body(from);
    append_lines(text, link_actions(from));
    put("text", text);
    json::array fields = read_fields(from);
    if (!fields.empty()) to.emplace("fields", std::move(fields));
    put_url("image_url");
    put_url("thumb_url");
    put("footer", plain_member(from, "footer"));
    // Nothing a reader would see: no attachment.
    return to.size() == to.count("color") ? json::object() : to;
  }

  json::array read_fields(const json::object& from) const {
    json::array fields;
    for (const json::object* field : objects_in(from, "fields", use_.notes)) {
      fields.emplace_back(json::object{{"title", plain_member(*field, "title")},
                                       {"value", markdown_member(*field, "value")},
                                       {"short", flag_member(*field, "short")}});
    }
    return fields;
  }

  std::string link_actions(const json::object& from) const {
    std::string line;
    for (const json::object* action : objects_in(from, "actions", use_.notes)) {
      const std::string url = member(*action, "url");
      const std::string label = plain_member(*action, "text");
      if (url.empty()) {
        use_.notes.add(reason::interactive_left_out, label, member(*action, "type"));
        continue;
      }
      if (!line.empty()) line += " · ";
      line += render_inline({link(url, label, use_)}, line_position::middle);
    }
    return line;
  }

  conversion use_;
};

}  // namespace

rendered_attachments render_attachments(const json::object& message, const text_options& options,
                                        conversion_notes& notes) {
  return attachment_reader(options, notes).read(message);
}

}  // namespace crossdock::slack
