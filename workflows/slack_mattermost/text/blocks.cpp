#include "workflows/slack_mattermost/text/blocks.hpp"

#include <algorithm>
#include <vector>

#include "workflows/slack_mattermost/text/block_join.hpp"
#include "workflows/slack_mattermost/text/inline.hpp"
#include "workflows/slack_mattermost/text/json_access.hpp"
#include "workflows/slack_mattermost/text/markdown_escape.hpp"
#include "workflows/slack_mattermost/text/mrkdwn.hpp"
#include "workflows/slack_mattermost/text/references.hpp"
#include "workflows/slack_mattermost/text/rich_text.hpp"
#include "workflows/slack_mattermost/text/utf8.hpp"

namespace crossdock::slack {
namespace json = boost::json;
namespace {

using kind = inline_atom::kind;
using piece_kind = markdown_piece::kind;

constexpr std::size_t most_columns = 50;

class block_reader {
 public:
  explicit block_reader(const conversion& use) : use_(use) {}

  std::string read(const json::object& owner) {
    for (const json::object* block : objects_in(owner, "blocks", use_.notes)) read_block(*block);
    return join_pieces(pieces_);
  }

 private:
  std::string member(const json::object& from, std::string_view key) const {
    return string_member(from, key, use_.notes);
  }

  /// Blocks stand apart: a blank line on both sides.
  void add(std::string text) { pieces_.push_back({piece_kind::other, std::move(text)}); }

  void read_block(const json::object& block) {
    const std::string type = member(block, "type");
    if (type == "rich_text") return add(rich_text_to_markdown(block, use_));
    if (type == "section") return read_section(block);
    if (type == "header") return read_header(block);
    if (type == "divider") return add("---");
    if (type == "context") return read_context(block);
    if (type == "image") return read_image(block);
    if (type == "actions") return read_actions(block);
    if (type == "video") return read_video(block);
    if (type == "table") return read_table(block);
    if (type == "markdown") return add(member(block, "text"));
    // The file itself hangs on the message.
    if (type == "file") return;
    read_unknown(type, block);
  }

  /// A text object is {type: plain_text | mrkdwn, text}; producers also write bare strings.
  std::string text_object(const json::object& owner, std::string_view key) const {
    const json::value* found = owner.if_contains(key);
    if (found != nullptr && found->is_string()) {
      return mrkdwn_to_markdown(member(owner, key), use_.options, use_.notes);
    }
    const json::object* text = object_member(owner, key, use_.notes);
    return text == nullptr ? std::string() : text_markdown(*text);
  }

  std::string text_markdown(const json::object& text) const {
    const std::string value = member(text, "text");
    if (member(text, "type") == "mrkdwn") {
      return mrkdwn_to_markdown(value, use_.options, use_.notes);
    }
    return render_inline({{kind::text, decode_entities(value), plain_style}});
  }

  /// The text of a plain_text object, unescaped.
  std::string label_of(const json::object& owner, std::string_view key) const {
    const json::object* text = object_member(owner, key, use_.notes);
    return text == nullptr ? std::string() : decode_entities(member(*text, "text"));
  }

  void read_section(const json::object& block) {
    std::string text = text_object(block, "text");
    for (const json::object* field : objects_in(block, "fields", use_.notes)) {
      append_lines(text, text_markdown(*field));
    }
    if (const json::object* accessory = object_member(block, "accessory", use_.notes)) {
      append_lines(text, element_text(*accessory));
    }
    add(std::move(text));
  }

  void read_header(const json::object& block) {
    std::string title = label_of(block, "text");
    std::replace(title.begin(), title.end(), '\n', ' ');
    if (title.empty()) return;
    add("### " + render_inline({{kind::text, title, plain_style}}, line_position::middle));
  }

  void read_context(const json::object& block) {
    std::string line;
    for (const json::object* element : objects_in(block, "elements", use_.notes)) {
      const std::string type = member(*element, "type");
      // Context images are icons: their text says enough, shown large they would not be context.
      const std::string part = type == "image"                            ? icon_text(*element)
                               : type == "plain_text" || type == "mrkdwn" ? text_markdown(*element)
                                                                          : element_text(*element);
      if (!line.empty() && !part.empty()) line += ' ';
      line += part;
    }
    add(std::move(line));
  }

  std::string icon_text(const json::object& element) const {
    return render_inline({{kind::text, decode_entities(member(element, "alt_text")), plain_style}},
                         line_position::middle);
  }

  std::string image_markdown(const json::object& image) const {
    std::string url = member(image, "image_url");
    const json::object* file = object_member(image, "slack_file", use_.notes);
    if (url.empty() && file != nullptr) url = member(*file, "url");
    std::string label = label_of_image(image);
    if (url.empty() || !is_safe_url(url)) return escaped_label(label);
    return image_link(label, url);
  }

  std::string label_of_image(const json::object& image) const {
    const json::value* title = image.if_contains("title");
    std::string label =
        title != nullptr && title->is_object() ? label_of(image, "title") : member(image, "title");
    return label.empty() ? decode_entities(member(image, "alt_text")) : label;
  }

  void read_image(const json::object& block) { add(image_markdown(block)); }

  /// An element of actions, a section's accessory, or anything else among a context's elements.
  std::string element_text(const json::object& element) const {
    const std::string type = member(element, "type");
    if (type == "image") return image_markdown(element);
    const std::string url = member(element, "url");
    const std::string label = label_of(element, element.contains("text") ? "text" : "placeholder");
    if (!url.empty()) return render_inline({link(url, label, use_)}, line_position::middle);
    use_.notes.add(reason::interactive_left_out, label.empty() ? type : label, type);
    return {};
  }

  void read_actions(const json::object& block) {
    std::string line;
    for (const json::object* element : objects_in(block, "elements", use_.notes)) {
      const std::string part = element_text(*element);
      if (!line.empty() && !part.empty()) line += " · ";
      line += part;
    }
    add(std::move(line));
  }

  void read_video(const json::object& block) {
    std::string url = member(block, "title_url");
    if (url.empty()) url = member(block, "video_url");
    std::string label = label_of(block, "title");
    if (label.empty()) label = decode_entities(member(block, "alt_text"));
    std::string text = url.empty() ? escaped_label(label) : render_inline({link(url, label, use_)});
    append_lines(text, render_inline({{kind::text, member(block, "author_name"), plain_style}}));
    append_lines(text, text_object(block, "description"));
    add(std::move(text));
  }

  std::string cell_text(const json::value& cell) const {
    if (!cell.is_object()) return {};
    const json::object& object = cell.get_object();
    std::string text = member(object, "type") == "rich_text"
                           ? cell_of_rich_text(object)
                           : render_inline({{kind::text, member(object, "text"), plain_style}},
                                           line_position::middle);
    std::string escaped;
    for (const char c : text) {
      if (c == '|') escaped += '\\';
      escaped += c == '\n' ? ' ' : c;
    }
    return escaped;
  }

  /// The sections of a rich_text cell on one line.
  std::string cell_of_rich_text(const json::object& cell) const {
    std::string text;
    for (const json::object* section : objects_in(cell, "elements", use_.notes)) {
      if (!text.empty()) text += ' ';
      text += rich_text_to_line(*section, use_);
    }
    return text;
  }

  std::vector<std::vector<std::string>> table_cells(const json::object& block) const {
    std::vector<std::vector<std::string>> rows;
    const json::array* from = array_member(block, "rows", use_.notes);
    if (from == nullptr) return rows;
    for (const json::value& row : *from) {
      if (!row.is_array()) {
        use_.notes.add(reason::wrong_type, "rows", "a row must be an array");
        continue;
      }
      std::vector<std::string>& cells = rows.emplace_back();
      for (const json::value& cell : row.get_array()) {
        if (cells.size() == most_columns) {
          use_.notes.add(reason::too_deep, "table", "only the first 50 columns are kept");
          break;
        }
        cells.push_back(cell_text(cell));
      }
    }
    return rows;
  }

  /// A row may be shorter than the header.
  static std::string table_row(const std::vector<std::string>& cells, std::size_t at_least = 1) {
    std::string line = "|";
    for (std::size_t i = 0; i < std::max(cells.size(), at_least); ++i) {
      line += " " + (i < cells.size() ? cells[i] : std::string()) + " |";
    }
    return line;
  }

  /// Slack's first row is as good as a header, which Markdown tables must have.
  void read_table(const json::object& block) {
    const auto rows = table_cells(block);
    std::size_t columns = 0;
    for (const auto& row : rows) columns = std::max(columns, row.size());
    if (columns == 0) return;
    std::string rule = "|";
    const auto settings = objects_in(block, "column_settings", use_.notes);
    for (std::size_t i = 0; i < columns; ++i) {
      const std::string align = i < settings.size() ? member(*settings[i], "align") : "";
      rule += align == "right" ? " ---: |" : align == "center" ? " :---: |" : " --- |";
    }
    std::string text = table_row(rows.front(), columns) + "\n" + rule;
    for (std::size_t i = 1; i < rows.size(); ++i) text += "\n" + table_row(rows[i]);
    add(std::move(text));
  }

  void read_unknown(const std::string& type, const json::object& block) {
    use_.notes.add(reason::unknown_block, type);
    if (block.contains("elements")) return add(rich_text_to_markdown(block, use_));
    for (const std::string_view key : {"fallback", "text", "title"}) {
      std::string text = block.contains(key) ? text_object(block, key) : std::string();
      if (!text.empty()) return add(std::move(text));
    }
  }

  const conversion& use_;
  std::vector<markdown_piece> pieces_;
};

}  // namespace

std::string blocks_to_markdown(const json::object& owner, const text_options& options,
                               conversion_notes& notes) {
  const conversion use{options, notes};
  return block_reader(use).read(owner);
}

}  // namespace crossdock::slack
