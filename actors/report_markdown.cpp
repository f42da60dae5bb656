#include "actors/report_markdown.hpp"

#include <algorithm>
#include <cctype>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "actors/core/progress.hpp"

namespace crossdock::report {

namespace {

namespace json = boost::json;

constexpr std::size_t max_cell = 300;

/// Cut at a character's start.
std::string shortened(std::string_view text) {
  if (text.size() <= max_cell) return std::string(text);
  std::size_t end = max_cell;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

bool is_word(std::string_view text, std::size_t at) {
  return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0);
}

/// An underscore inside of a word is no emphasis.
bool is_markup(std::string_view text, std::size_t at) {
  constexpr std::string_view always = "\\`*[]<>|~";
  if (text[at] != '_') return always.find(text[at]) != always.npos;
  return at == 0 || !is_word(text, at - 1) || !is_word(text, at + 1);
}

/// Text that can neither end a table cell nor be read as markup.
std::string plain(std::string_view whole) {
  const auto text = shortened(whole);
  std::string safe;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      safe += ' ';
    } else if (c == '&') {
      safe += "&amp;";
    } else {
      if (is_markup(text, i)) safe += '\\';
      safe += c;
    }
  }
  return safe;
}

std::string words(std::string_view identifier) {
  std::string text(identifier);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string table_row(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const auto& cell : cells) row += ' ' + cell + " |";
  return row + '\n';
}

std::string numbers_header(const std::vector<std::string>& names) {
  std::string rule = "|---|";
  for (std::size_t i = 1; i < names.size(); ++i) rule += "--:|";
  return table_row(names) + rule + '\n';
}

std::string summary_table(const summary& about) {
  std::string text = numbers_header(
      {"type", "in the source", "staged", "moved", "left out", "failed", "rejected"});
  for (const auto& type : about.types) {
    text += table_row({plain(type.type), count_text(type.processed), count_text(type.total),
                       count_text(type.exported), count_text(type.skipped), count_text(type.failed),
                       count_text(type.rejected)});
  }
  return text + '\n';
}

/// "bundle-001.zip, bytes 19,004, lines (post 102, user 18)": a value for reading.
std::string output_text(const json::value& value) {
  if (const auto* text = value.if_string()) return plain(*text);
  if (const auto* number = value.if_int64()) return count_text(*number);
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (const auto* list = value.if_array()) {
    for (const auto& one : *list) add(output_text(one));
    return text;
  }
  const auto* object = value.if_object();
  if (!object) return plain(json::serialize(value));
  for (const auto& [name, member] : *object) {
    const auto inner = output_text(member);
    add(words(plain(name)) + ' ' + (member.is_structured() ? '(' + inner + ')' : inner));
  }
  return text;
}

std::string outputs_section(const summary& about) {
  if (about.outputs.empty()) return {};
  std::string text = "## Outputs\n\n";
  for (const auto& [name, value] : about.outputs) {
    if (const auto* list = value.if_array()) {
      text += "- " + words(plain(name)) + ":\n";
      for (const auto& one : *list) text += "  - " + output_text(one) + '\n';
    } else {
      text += "- " + words(plain(name)) + ": " + output_text(value) + '\n';
    }
  }
  return text + '\n';
}

std::string heading_of(const group& one) {
  if (one.type.empty() && one.reason.empty()) return "other reasons";
  const auto reason = plain(words(one.reason));
  return one.type.empty() ? reason : plain(one.type) + ": " + reason;
}

/// A column is shown when one of its cells has content.
std::string lines_table(const group& one) {
  const auto any = [&](auto member) {
    return std::any_of(one.first.begin(), one.first.end(),
                       [&](const line& l) { return !(l.*member).empty(); });
  };
  struct column {
    const char* name;
    std::string line::*member;
  };
  std::vector<column> columns;
  if (any(&line::item)) columns.push_back({"item", &line::item});
  if (any(&line::place)) columns.push_back({"where", &line::place});
  if (any(&line::detail)) columns.push_back({"what", &line::detail});
  if (columns.empty()) return {};

  std::string header = "|";
  std::string rule = "|";
  for (const auto& c : columns) {
    header += ' ' + std::string(c.name) + " |";
    rule += "---|";
  }
  std::string text = header + '\n' + rule + '\n';
  for (const auto& l : one.first) {
    std::vector<std::string> cells;
    for (const auto& c : columns) cells.push_back(plain(l.*c.member));
    text += table_row(cells);
  }
  return text + '\n';
}

std::string group_section(const group& one, std::string_view member) {
  std::string text = "### " + heading_of(one) + " (" + count_text(one.count) + ")\n\n";
  text += lines_table(one);
  const auto more = one.count - static_cast<std::int64_t>(one.first.size());
  if (more > 0) {
    text += "… and " + count_text(more) + " more: all are in `report.json` under `" +
            std::string(member) + "`.\n\n";
  }
  return text;
}

std::string groups_text(const groups& all, std::string_view member) {
  std::string text;
  for (const auto* one : all.sorted()) text += group_section(*one, member);
  return text;
}

std::string section(std::string_view title, std::string_view lead, const std::string& body) {
  if (body.empty()) return {};
  return "## " + std::string(title) + "\n\n" + std::string(lead) + "\n\n" + body;
}

/// What a person can do about a failure of this class (core/error_class.hpp).
std::string advice(const group& one, store::job_id job) {
  const auto retry = "`crossdock job retry " + std::to_string(job) + "`";
  if (one.error_class == "transient" || one.error_class == "throttled") {
    return "The target did not answer well in spite of several tries. When it does, " + retry +
           " tries these again.\n\n";
  }
  if (one.error_class == "poison") {
    return "The entity itself cannot be delivered: mend it in the source, then run the workflow "
           "again with `--new`.\n\n";
  }
  return "The target refused these. Mend the reason in the target or the source, then " + retry +
         " tries again what the target lacked.\n\n";
}

std::string failed_text(const groups& all, store::job_id job) {
  std::string text;
  for (const auto* one : all.sorted()) {
    text += group_section(*one, "failures") + advice(*one, job);
  }
  return text;
}

std::string verdict(const summary& about, const digest& seen) {
  const auto failed = seen.failed.count();
  const auto rejected = seen.rejected.count();
  if (failed == 0 && rejected == 0) return "Nothing failed and nothing was rejected.\n\n";
  std::string text = "**" + words(about.state) + "**: ";
  if (failed > 0) text += count_text(failed) + " could not be delivered";
  if (failed > 0 && rejected > 0) text += ", ";
  if (rejected > 0) text += count_text(rejected) + " could not be read";
  return text + ". The reasons are below.\n\n";
}

}  // namespace

std::string markdown(const summary& about, const digest& seen, store::job_id job) {
  std::string text = "# " + plain(about.workflow) + ": " + words(about.state) + "\n\n";
  text += verdict(about, seen);
  text += summary_table(about);
  text += outputs_section(about);
  text +=
      section("Failed", "These entities did not reach the target.", failed_text(seen.failed, job));
  text += section("Rejected",
                  "These parts of the source are broken and were passed over; everything around "
                  "them was moved.",
                  groups_text(seen.rejected, "findings"));
  text += section("Left out", "By rule or option, not by accident.",
                  groups_text(seen.left_out, "findings") + groups_text(seen.skipped, "skipped"));
  text += section("Changed on the way", "Moved, but not letter for letter.",
                  groups_text(seen.changed, "findings"));
  text += section("Notes", "Worth knowing.", groups_text(seen.notes, "findings"));
  return text;
}

}  // namespace crossdock::report
