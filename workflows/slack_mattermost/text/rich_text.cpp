#include "workflows/slack_mattermost/text/rich_text.hpp"

#include <algorithm>
#include <vector>

#include "workflows/slack_mattermost/text/block_join.hpp"
#include "workflows/slack_mattermost/text/inline.hpp"
#include "workflows/slack_mattermost/text/json_access.hpp"
#include "workflows/slack_mattermost/text/markdown_escape.hpp"
#include "workflows/slack_mattermost/text/references.hpp"
#include "workflows/slack_mattermost/text/utf8.hpp"

namespace crossdock::slack {
namespace json = boost::json;
namespace {

using kind = inline_atom::kind;
using piece_kind = markdown_piece::kind;

constexpr int deepest_container = 8;      // unknown containers inside of each other
constexpr std::size_t deepest_list = 10;  // Slack's editor stops at 8
/// One step of list nesting. Inside of the content of both "- " and "1. ", and below what would
/// make it indented code.
constexpr std::size_t list_step = 4;

struct style_flags {
  unsigned style = plain_style;
  bool code = false;
};

style_flags style_of(const json::object& element, conversion_notes& notes) {
  const json::object* style = object_member(element, "style", notes);
  if (style == nullptr) return {};
  unsigned bits = plain_style;
  if (flag_member(*style, "bold")) bits |= bold;
  if (flag_member(*style, "italic")) bits |= italic;
  if (flag_member(*style, "strike")) bits |= strike;
  return {bits, flag_member(*style, "code")};
}

class inline_reader {
 public:
  explicit inline_reader(const conversion& use) : use_(use) {}

  inline_atoms read(const json::object& container) {
    inline_atoms atoms;
    append_all(container, atoms, 0);
    return atoms;
  }

 private:
  std::string member(const json::object& element, std::string_view key) const {
    return string_member(element, key, use_.notes);
  }

  void append_all(const json::object& container, inline_atoms& atoms, int depth) const {
    for (const json::object* element : objects_in(container, "elements", use_.notes)) {
      append(*element, atoms, depth);
    }
  }

  void append(const json::object& element, inline_atoms& atoms, int depth) const {
    const std::string type = member(element, "type");
    const style_flags flags = style_of(element, use_.notes);
    inline_atom atom = known_element(type, element, flags.code);
    if (atom.value.empty()) atom = unknown_element(type, element, atoms, depth);
    if (flags.code && atom.what != kind::verbatim) atom.what = kind::code;
    if (flags.code && type == "emoji") atom = {kind::code, atom.value, plain_style};
    atom.style = flags.style;
    atoms.push_back(std::move(atom));
  }

  /// An empty atom for what is unknown or has none of the members its type needs.
  inline_atom known_element(const std::string& type, const json::object& element, bool code) const {
    if (type == "text") return {kind::text, member(element, "text"), plain_style};
    if (type == "link") return read_link(element, code);
    if (type == "emoji") return read_emoji(element);
    if (type == "date") return read_date(element);
    if (type == "color") return {kind::code, member(element, "value"), plain_style};
    if (type == "user") return with_id(element, "user_id", user_reference);
    if (type == "channel") return with_id(element, "channel_id", channel_reference);
    if (type == "usergroup") return with_id(element, "usergroup_id", usergroup_reference);
    if (type == "broadcast") return with_id(element, "range", broadcast);
    if (type == "message_mention") return read_message_mention(element);
    return {};
  }

  template <class Reference>
  inline_atom with_id(const json::object& element, std::string_view key,
                      Reference reference) const {
    const std::string id = member(element, key);
    return id.empty() ? inline_atom{} : reference(id, "", use_);
  }

  /// A code-styled link stays a link: the code span goes into the label.
  inline_atom read_link(const json::object& element, bool code) const {
    const std::string url = member(element, "url");
    const std::string label = member(element, "text");
    if (url.empty()) return {kind::text, label, plain_style};
    inline_atom atom = link(url, label, use_);
    const bool is_link = atom.what == kind::url || atom.what == kind::verbatim;
    if (code && is_link) return code_link(label.empty() ? url : label, url);
    return atom;
  }

  static inline_atom code_link(const std::string& label, const std::string& url) {
    if (label.find_first_of("[]`\n") != std::string::npos) {
      return {kind::verbatim, labelled_link(label, url), plain_style};
    }
    return {kind::verbatim, "[" + code_span(label) + "](" + escaped_url(url) + ")", plain_style};
  }

  inline_atom read_emoji(const json::object& element) const {
    const std::string name = member(element, "name");
    if (name.empty()) return {};
    const auto tone = integer_member(element, "skin_tone", use_.notes).value_or(0);
    const int known_tone = tone >= 2 && tone <= 6 ? static_cast<int>(tone) : 0;
    return emoji_reference(name, member(element, "unicode"), known_tone, use_);
  }

  inline_atom read_date(const json::object& element) const {
    const auto seconds = timestamp_member(element, "timestamp");
    if (!seconds) return {};
    return date(*seconds, member(element, "format"), member(element, "url"),
                member(element, "fallback"), use_);
  }

  /// A mention of another message: its link, named by the channel it is in.
  inline_atom read_message_mention(const json::object& element) const {
    std::string url = member(element, "url");
    if (url.empty()) url = member(element, "permalink");
    std::string label = member(element, "text");
    if (label.empty()) label = member(element, "fallback");
    if (!url.empty()) return link(url, label, use_);
    if (!label.empty()) return {kind::text, label, plain_style};
    return with_id(element, "channel_id", channel_reference);
  }

  /// Text the element offers itself; a container is read in place.
  inline_atom unknown_element(const std::string& type, const json::object& element,
                              inline_atoms& atoms, int depth) const {
    if (type == "text") return {};
    if (element.contains("elements")) {
      if (depth >= deepest_container) {
        use_.notes.add(reason::too_deep, type);
      } else {
        append_all(element, atoms, depth + 1);
      }
      return {};
    }
    use_.notes.add(reason::unknown_element, type);
    for (const std::string_view key : {"fallback", "text", "name", "title", "url"}) {
      const json::value* value = element.if_contains(key);
      if (value == nullptr || !value->is_string()) continue;
      const std::string text = member(element, key);
      if (!text.empty()) return {kind::text, text, plain_style};
    }
    return {};
  }

  const conversion& use_;
};

void trim_line_ends(std::string& text) {
  text.erase(0, std::min(text.find_first_not_of('\n'), text.size()));
  text.resize(text.find_last_not_of('\n') + 1);
}

class rich_text_reader {
 public:
  explicit rich_text_reader(const conversion& use) : use_(use) {}

  std::string read(const json::object& block) {
    for (const json::object* element : objects_in(block, "elements", use_.notes)) {
      const std::string type = string_member(*element, "type", use_.notes);
      if (type != "rich_text_list") open_lists_.clear();
      add(type, *element);
    }
    return join_pieces(pieces_);
  }

 private:
  void add(const std::string& type, const json::object& element) {
    if (type == "rich_text_list") return add_list(element);
    if (type == "rich_text_preformatted") return add_code(element);
    if (type == "rich_text_quote")
      return add_piece(piece_kind::quote, quoted(inline_text(element)));
    if (type != "rich_text_section") use_.notes.add(reason::unknown_element, type);
    if (type == "rich_text_section" || element.contains("elements")) {
      add_piece(piece_kind::paragraph, inline_text(element));
    } else {
      add_piece(
          piece_kind::paragraph,
          render_inline({{kind::text, string_member(element, "text", use_.notes), plain_style}}));
    }
  }

  void add_piece(piece_kind what, std::string text) { pieces_.push_back({what, std::move(text)}); }

  void add_bordered(const json::object& element, piece_kind what, std::string text) {
    const bool border = integer_member(element, "border", use_.notes).value_or(0) > 0;
    if (border) return add_piece(piece_kind::quote, quoted(text));
    add_piece(what, std::move(text));
  }

  std::string inline_text(const json::object& element) {
    std::string text = render_inline(inline_reader(use_).read(element));
    trim_line_ends(text);
    return text;
  }

  void add_code(const json::object& element) {
    std::string language = string_member(element, "language", use_.notes);
    const bool plain =
        language.size() <= 20 && std::all_of(language.begin(), language.end(), [](char c) {
          return is_ascii_alnum(c) || c == '+' || c == '-' || c == '#';
        });
    if (!plain) language.clear();
    const conversion as_text{use_.options, use_.notes, true};
    add_bordered(element, piece_kind::code,
                 fenced_code(plain_text(inline_reader(as_text).read(element)), language));
  }

  /// Slack lists nest by the indent of siblings. An indent without a parent list starts at the
  /// depth that is there, so that it never becomes indented code.
  std::size_t list_depth(const json::object& list) {
    const auto indent = integer_member(list, "indent", use_.notes).value_or(0);
    while (!open_lists_.empty() && open_lists_.back() > indent) open_lists_.pop_back();
    if (open_lists_.empty() || open_lists_.back() < indent) open_lists_.push_back(indent);
    if (open_lists_.size() > deepest_list) {
      use_.notes.add(reason::too_deep, "rich_text_list");
      open_lists_.resize(deepest_list);
    }
    return open_lists_.size() - 1;
  }

  void add_list(const json::object& list) {
    const std::string margin(list_depth(list) * list_step, ' ');
    const bool ordered = string_member(list, "style", use_.notes) == "ordered";
    constexpr std::int64_t most_items = 1'000'000;
    std::int64_t number =
        1 + std::clamp<std::int64_t>(integer_member(list, "offset", use_.notes).value_or(0), 0,
                                     most_items);
    std::string text;
    for (const json::object* item : objects_in(list, "elements", use_.notes)) {
      const std::string bullet = ordered ? std::to_string(number++) + ". " : "- ";
      if (!text.empty()) text += '\n';
      text += prefix_lines(inline_text(*item), margin + bullet,
                           margin + std::string(bullet.size(), ' '));
    }
    add_bordered(list, piece_kind::list, std::move(text));
  }

  const conversion& use_;
  std::vector<markdown_piece> pieces_;
  std::vector<std::int64_t> open_lists_;  // indents, outermost first
};

}  // namespace

std::string rich_text_to_markdown(const json::object& block, const conversion& use) {
  return rich_text_reader(use).read(block);
}

std::string rich_text_to_line(const json::object& block, const conversion& use) {
  std::string line = render_inline(inline_reader(use).read(block), line_position::middle);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

}  // namespace crossdock::slack
