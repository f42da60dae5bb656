#include "workflows/slack_mattermost/text/message_text.hpp"

#include "workflows/slack_mattermost/text/attachments.hpp"
#include "workflows/slack_mattermost/text/blocks.hpp"
#include "workflows/slack_mattermost/text/inline.hpp"
#include "workflows/slack_mattermost/text/json_access.hpp"
#include "workflows/slack_mattermost/text/mrkdwn.hpp"

namespace crossdock::slack {
namespace json = boost::json;
namespace {

/// The words of a `file_comment`; its `text` also tells who commented on what.
std::string file_comment(const json::object& message, conversion_notes& notes) {
  const json::object* comment = object_member(message, "comment", notes);
  return comment == nullptr ? std::string() : string_member(*comment, "comment", notes);
}

/// Old file shares describe the upload in words: `<@U1> uploaded a file: <link> and commented:
/// words`. The file itself is attached, so only the words are left.
std::string file_share(const std::string& text) {
  const std::size_t mention = text.find("> ");
  if (!text.starts_with("<@") || mention == std::string::npos) return text;
  const std::string_view deed = std::string_view(text).substr(mention + 2);
  if (!deed.starts_with("uploaded a file: <") && !deed.starts_with("shared a file: <")) return text;
  const std::size_t link_end = deed.find('>');
  if (link_end == std::string_view::npos) return text;
  const std::string_view rest = deed.substr(link_end + 1);
  constexpr std::string_view commented = " and commented: ";
  if (rest.empty()) return {};
  return rest.starts_with(commented) ? std::string(rest.substr(commented.size())) : text;
}

bool has_file(const json::object& message) {
  return message.contains("file") || message.contains("files");
}

std::string me_message(const std::string& text, const conversion& use) {
  inline_atoms atoms = mrkdwn_atoms(text, use);
  for (inline_atom& atom : atoms) atom.style |= italic;
  return render_inline(std::move(atoms));
}

std::string main_text(const json::object& message, const conversion& use) {
  const std::string subtype = string_member(message, "subtype", use.notes);
  const std::string text = string_member(message, "text", use.notes);
  if (subtype == "me_message" && !text.empty()) return me_message(text, use);
  if (subtype == "file_comment") {
    const std::string comment = file_comment(message, use.notes);
    if (!comment.empty()) return mrkdwn_to_markdown(comment, use.options, use.notes);
  }
  std::string from_blocks = blocks_to_markdown(message, use.options, use.notes);
  if (!from_blocks.empty()) return from_blocks;
  const bool describes_file = subtype == "file_share" && has_file(message);
  return mrkdwn_to_markdown(describes_file ? file_share(text) : text, use.options, use.notes);
}

}  // namespace

rendered_text render_message(const json::object& message, const text_options& options) {
  conversion_notes notes;
  rendered_text result;
  result.markdown = main_text(message, {options, notes});
  rendered_attachments attachments = render_attachments(message, options, notes);
  if (!result.markdown.empty() && !attachments.quotes.empty()) result.markdown += "\n\n";
  result.markdown += attachments.quotes;
  result.attachments = std::move(attachments.props);
  result.notes = notes.take();
  return result;
}

}  // namespace crossdock::slack
