#include "workflows/slack_mattermost/text/references.hpp"

#include "workflows/slack_mattermost/text/dates.hpp"
#include "workflows/slack_mattermost/text/emoji.hpp"
#include "workflows/slack_mattermost/text/markdown_escape.hpp"
#include "workflows/slack_mattermost/text/utf8.hpp"

namespace crossdock::slack {
namespace {

using kind = inline_atom::kind;

inline_atom text_atom(std::string text) {
  return {kind::text, std::move(text), plain_style};
}

/// "@name" for a label that may carry its sign already; the id where there is no label.
std::string signed_name(char sign, std::string_view label, std::string_view id) {
  std::string_view name = label.empty() ? id : label;
  if (name.starts_with(sign)) name.remove_prefix(1);
  return sign + std::string(name);
}

}  // namespace

inline_atom user_reference(std::string_view id, std::string_view label, const conversion& use) {
  if (const auto name = use.options.names.user(id))
    return {kind::mention, "@" + *name, plain_style};
  use.notes.add(reason::unknown_user, id, label);
  return text_atom(signed_name('@', label, id));
}

inline_atom channel_reference(std::string_view id, std::string_view label, const conversion& use) {
  if (const auto name = use.options.names.channel(id)) {
    return {kind::mention, "~" + *name, plain_style};
  }
  use.notes.add(reason::unknown_channel, id, label);
  return text_atom(signed_name('#', label, id));
}

inline_atom usergroup_reference(std::string_view id, std::string_view label,
                                const conversion& use) {
  if (const auto handle = use.options.names.usergroup(id)) {
    return {kind::mention, "@" + *handle, plain_style};
  }
  use.notes.add(reason::unknown_usergroup, id, label);
  return text_atom(signed_name('@', label, id));
}

inline_atom broadcast(std::string_view range, std::string_view label, const conversion& use) {
  if (range == "here") return {kind::mention, "@here", plain_style};
  // "group" is what Slack called the channel mention of private channels.
  if (range == "channel" || range == "group") return {kind::mention, "@channel", plain_style};
  if (range == "everyone") return {kind::mention, "@all", plain_style};
  use.notes.add(reason::unknown_command, range, label);
  return text_atom(label.empty() ? signed_name('@', range, range) : std::string(label));
}

inline_atom emoji_reference(std::string_view name, std::string_view unicode, int tone,
                            const conversion& use) {
  std::string toned(name);
  if (tone >= 2 && tone <= 6) toned += "::skin-tone-" + std::to_string(tone);
  if (const auto target = emoji_name(toned, unicode, use.options.names)) {
    return {kind::verbatim, ":" + *target + ":", plain_style};
  }
  const auto alias = use.options.names.emoji_alias(name);
  if (const auto characters = emoji_characters(alias ? *alias : name, unicode)) {
    return {kind::verbatim, *characters, plain_style};
  }
  use.notes.add(reason::unknown_emoji, name);
  return text_atom(":" + std::string(name) + ":");
}

inline_atom link(std::string_view url, std::string_view label, const conversion& use) {
  const bool own_label = label.empty() || label == url;
  if (use.labels_only) return text_atom(std::string(own_label ? url : label));
  if (!is_safe_url(url)) {
    use.notes.add(reason::unsafe_link, url);
    if (own_label) return text_atom(std::string(url));
    return text_atom(std::string(label) + " (" + std::string(url) + ")");
  }
  if (own_label) return {kind::url, std::string(url), plain_style};
  return {kind::verbatim, labelled_link(label, url), plain_style};
}

inline_atom date(std::int64_t seconds, std::string_view format, std::string_view url,
                 std::string_view fallback, const conversion& use) {
  const auto rendered = format_slack_date(seconds, format.empty() ? "{date_short} {time}" : format);
  const std::string shown = rendered ? *rendered : std::string(fallback);
  if (url.empty() || shown.empty()) return text_atom(shown);
  return link(url, shown, use);
}

}  // namespace crossdock::slack
