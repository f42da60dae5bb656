#include <sstream>

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "config/document.hpp"
#include "config/scalar.hpp"

namespace crossdock::config {
namespace {

namespace json = boost::json;

/// Length of the well-formed UTF-8 sequence at the start of `text`, 0 if there is none (RFC 3629).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool surrogate = first == 0xed && byte(1) > 0x9f;
  const bool too_high = first == 0xf4 && byte(1) > 0x8f;
  return overlong || surrogate || too_high ? 0 : length;
}

/// `url: ${MM_URL}` must be possible inside `{…}`, where YAML reads braces as its own: the braces
/// of references are hidden from the parser behind control characters, which check_text() keeps out
/// of files, and brought back in what it returns. Columns stay as they are.
constexpr char hidden_open = '\x01';
constexpr char hidden_close = '\x02';

std::string hide_references(std::string_view text) {
  std::string hidden(text);
  for (auto at = hidden.find("${"); at != hidden.npos; at = hidden.find("${", at + 1)) {
    const auto end = hidden.find_first_of("}{\"'\n", at + 2);
    if (end == hidden.npos || hidden[end] != '}') continue;
    hidden[at + 1] = hidden_open;
    hidden[end] = hidden_close;
  }
  return hidden;
}

std::string reveal_references(std::string text) {
  for (char& c : text) {
    if (c == hidden_open) c = '{';
    if (c == hidden_close) c = '}';
  }
  return text;
}

/// Positions without lines (--set) stay as they are.
void step(position& at, char c, std::size_t length) {
  if (at.line == 0) return;
  at.column += static_cast<int>(length);
  if (c == '\n') at = {at.source, at.line + 1, 1};
}

}  // namespace

bool check_text(std::string_view text, position at, diagnostics& found) {
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const char c = text[0];
    if (length == 0) {
      found.error(at, "is not UTF-8 text");
      return false;
    }
    if ((c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == '\x7f') {
      found.error(at, "a control character is not allowed here");
      return false;
    }
    step(at, c, length);
    text.remove_prefix(length);
  }
  return true;
}

namespace {

/// Turns yaml-cpp's nodes into the document's JSON and places.
class converter {
 public:
  converter(document& doc, diagnostics& found) : doc_(doc), found_(found) {}

  /// Null when the document is beyond a bound: what was read of it until then would mislead.
  json::value run(const YAML::Node& root) {
    auto value = convert(root, "", {doc_.file(), 1, 1}, 0);
    return refused_ ? json::value() : value;
  }

 private:
  json::value convert(const YAML::Node& node, const std::string& pointer, const position& key,
                      int depth) {
    auto& at = doc_.note(pointer);
    at.key = key;
    at.value = where(node, key);
    if (over_budget(at.value, depth)) return nullptr;
    check_tag(node, at);
    switch (node.Type()) {
      case YAML::NodeType::Scalar: return scalar(node, at);
      case YAML::NodeType::Sequence: return list(node, pointer, depth);
      case YAML::NodeType::Map: return map(node, pointer, depth);
      default: at.plain = true; return nullptr;
    }
  }

  position where(const YAML::Node& node, const position& otherwise) const {
    const auto mark = node.Mark();
    if (mark.is_null() || node.IsNull()) return otherwise;
    return {doc_.file(), mark.line + 1, mark.column + 1};
  }

  bool over_budget(const position& at, int depth) {
    if (depth > max_depth) {
      refuse(at, "is nested more than " + std::to_string(max_depth) + " levels deep");
    } else if (++values_ > max_values) {
      refuse(at, "the file has more than " + std::to_string(max_values) +
                     " values when its aliases are expanded");
    }
    return refused_;
  }

  void refuse(const position& at, const std::string& why) {
    if (!refused_) found_.error(at, why);
    refused_ = true;
  }

  /// "?" and "!" are what yaml-cpp gives unquoted and quoted scalars.
  void check_tag(const YAML::Node& node, place& at) {
    const auto& tag = node.Tag();
    if (tag.empty() || tag == "?" || tag == "!" || tag == "tag:yaml.org,2002:str") return;
    found_.error(at.value, "the tag \"" + tag + "\" is not supported");
    at.broken = true;
  }

  json::value scalar(const YAML::Node& node, place& at) {
    const auto text = reveal_references(node.Scalar());
    if (text.size() > max_scalar_bytes) {
      found_.error(at.value,
                   "a value may be at most " + std::to_string(max_scalar_bytes) + " bytes long");
      return "";
    }
    if (text.find('\0') != text.npos) {
      found_.error(at.value, "a NUL character is not allowed in a value");
      return "";
    }
    at.plain = node.Tag() == "?";
    if (!at.plain) return json::value(json::string(text));
    at.text = text;
    return plain_scalar(text);
  }

  json::value list(const YAML::Node& node, const std::string& pointer, int depth) {
    json::array items;
    for (const auto& item : node) {
      if (refused_) break;
      const auto here = join(pointer, std::to_string(items.size()));
      items.push_back(convert(item, here, where(item, doc_.where(pointer)), depth + 1));
    }
    return items;
  }

  json::value map(const YAML::Node& node, const std::string& pointer, int depth) {
    json::object members;
    for (const auto& entry : node) {
      if (refused_) break;
      const auto at = where(entry.first, doc_.where(pointer));
      if (!entry.first.IsScalar()) {
        found_.error(at, "a key must be a plain name");
        continue;
      }
      const auto key = reveal_references(entry.first.Scalar());
      if (key.size() > max_scalar_bytes || key.find('\0') != key.npos) {
        found_.error(at, "a key must be a plain name");
      } else if (members.contains(key)) {
        const auto first = doc_.where_key(join(pointer, key));
        found_.error(
            at, "duplicate key \"" + key + "\", first given in line " + std::to_string(first.line));
      } else {
        members[key] = convert(entry.second, join(pointer, key), at, depth + 1);
      }
    }
    return members;
  }

  document& doc_;
  diagnostics& found_;
  int values_ = 0;
  bool refused_ = false;
};

position at_mark(const YAML::Mark& mark, const document& doc) {
  return {doc.file(), std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
}

/// A tab that indents a line is a common mistake, of which the parser says something else later.
void report_syntax(std::string_view text, const position& at, const std::string& said,
                   diagnostics& found) {
  for (int line = 1; line <= at.line && !text.empty(); ++line) {
    const auto end = std::min(text.find('\n'), text.size() - 1);
    const auto indent = text.substr(0, std::min(text.find_first_not_of(" \t"), end));
    const auto tab = indent.find('\t');
    if (tab != indent.npos) {
      return found.error({at.source, line, static_cast<int>(tab) + 1},
                         "YAML syntax: a tab may not indent a line");
    }
    text.remove_prefix(end + 1);
  }
  found.error(at, "YAML syntax: " + said);
}

/// Remembers where a document began and nothing else of it.
class document_mark final : public YAML::EventHandler {
 public:
  YAML::Mark mark;

  void OnDocumentStart(const YAML::Mark& at) override { mark = at; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

/// Refuses what follows the first document. YAML::LoadAll() is no way to find it: a stray comma
/// makes it return empty documents without end.
void check_end(const std::string& text, const document& doc, diagnostics& found) {
  std::istringstream in(text);
  YAML::Parser parser(in);
  document_mark second;
  if (!parser.HandleNextDocument(second) || !parser.HandleNextDocument(second)) return;
  found.error(at_mark(second.mark, doc),
              "the first document ends before this; a file holds one document");
}

void read_document(const std::string& text, document& doc, diagnostics& found) {
  doc.root() = converter(doc, found).run(YAML::Load(text));
  check_end(text, doc, found);
}

}  // namespace

document parse_yaml(std::string_view text, std::string file, diagnostics& found) {
  document doc(std::move(file));
  if (text.size() > max_file_bytes) {
    found.error({doc.file(), 1, 1}, "is larger than " + std::to_string(max_file_bytes) + " bytes");
    return doc;
  }
  if (!check_text(text, {doc.file(), 1, 1}, found)) return doc;
  try {
    read_document(hide_references(text), doc, found);
  } catch (const YAML::DeepRecursion& e) {
    found.error(at_mark(e.mark, doc),
                "is nested more than " + std::to_string(max_depth) + " levels deep");
    doc.root() = nullptr;
  } catch (const YAML::Exception& e) {
    report_syntax(text, at_mark(e.mark, doc), e.msg, found);
    doc.root() = nullptr;
  } catch (const std::exception& e) {
    // yaml-cpp throws its own exceptions for syntax; this is for what its scanner did not foresee.
    found.error({doc.file(), 1, 1}, std::string("YAML cannot be read: ") + e.what());
    doc.root() = nullptr;
  }
  return doc;
}

}  // namespace crossdock::config
