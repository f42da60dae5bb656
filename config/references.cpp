#include "config/references.hpp"

#include <algorithm>
#include <array>

#include <boost/json/serialize.hpp>

#include "config/scalar.hpp"

namespace crossdock::config {
namespace {

namespace json = boost::json;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_variable_name(std::string_view text) {
  return !text.empty() && is_letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

bool is_dotted_path(std::string_view text) {
  const auto allowed = [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '-'; };
  return text.find('.') != text.npos && text.front() != '.' && text.back() != '.' &&
         std::all_of(text.begin(), text.end(), allowed);
}

/// What stands between the braces.
std::optional<reference> parse_reference(std::string_view inner) {
  using kind = enum reference::kind;
  if (inner.starts_with("file:")) {
    if (inner.size() == 5) return std::nullopt;
    return reference{kind::file, std::string(inner.substr(5)), {}};
  }
  const auto fallback = inner.find(":-");
  const auto name = inner.substr(0, fallback);
  if (is_variable_name(name)) {
    reference found{kind::variable, std::string(name), {}};
    if (fallback != inner.npos) found.fallback = std::string(inner.substr(fallback + 2));
    return found;
  }
  if (is_dotted_path(inner)) return reference{kind::value, std::string(inner), {}};
  return std::nullopt;
}

void add_literal(references& pieces, std::string_view text) {
  if (text.empty()) return;
  if (pieces.empty() || pieces.back().what != reference::kind::literal) pieces.push_back({});
  pieces.back().text += text;
}

bool is_secret_name(std::string_view variable) {
  constexpr std::array<std::string_view, 7> words{"TOKEN", "SECRET", "PASSWORD",   "PASSWD",
                                                  "PASS",  "KEY",    "CREDENTIALS"};
  const auto last = variable.substr(variable.rfind('_') + 1);
  return std::find(words.begin(), words.end(), last) != words.end();
}

bool expand_variable(const reference& piece, const environment& env, expansion& result) {
  result.secret = result.secret || is_secret_name(piece.text);
  const auto value = env.variable(piece.text);
  if (!value && !piece.fallback) {
    result.unset = piece.text;
    result.error = "the environment variable " + piece.text + " is not set";
    return false;
  }
  *result.text += value ? *value : *piece.fallback;
  return true;
}

bool expand_file(const reference& piece, const environment& env, expansion& result) {
  result.secret = true;
  auto file = env.read(piece.text, max_scalar_bytes);
  if (!file.text) {
    result.error = "the file " + piece.text + ": " + file.error;
    return false;
  }
  if (file.text->ends_with('\n')) file.text->pop_back();
  if (file.text->ends_with('\r')) file.text->pop_back();
  *result.text += *file.text;
  return true;
}

bool names_values(const references& pieces) {
  return std::any_of(pieces.begin(), pieces.end(),
                     [](const reference& r) { return r.what == reference::kind::value; });
}

bool is_literal(const references& pieces) {
  return pieces.size() == 1 && pieces[0].what == reference::kind::literal;
}

std::string text_of(const json::value& value, const place& at) {
  if (const auto* text = value.if_string()) return std::string(*text);
  return at.plain && !at.text.empty() ? at.text : json::serialize(value);
}

/// "${target.url}" is short for "${export.target.url}".
std::string pointer_of(std::string_view path) {
  std::string pointer = path.starts_with("target.") ? "/export" : "";
  while (!path.empty()) {
    const auto end = std::min(path.find('.'), path.size());
    pointer = join(pointer, path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return pointer;
}

std::vector<std::string> keys_of(const json::object* object) {
  std::vector<std::string> keys;
  if (object == nullptr) return keys;
  for (const auto& member : *object) keys.emplace_back(member.key());
  return keys;
}

}  // namespace

std::variant<references, std::string> parse_references(std::string_view text) {
  references pieces;
  while (!text.empty()) {
    const auto start = text.find("${");
    if (start != text.npos && start > 0 && text[start - 1] == '$') {
      add_literal(pieces, text.substr(0, start - 1));
      add_literal(pieces, "${");
      text.remove_prefix(start + 2);
      continue;
    }
    add_literal(pieces, text.substr(0, start));
    if (start == text.npos) break;
    const auto end = text.find('}', start);
    const auto whole = text.substr(start, end == text.npos ? end : end - start + 1);
    const auto piece =
        end == text.npos ? std::nullopt : parse_reference(whole.substr(2, whole.size() - 3));
    if (!piece) return std::string(whole);
    pieces.push_back(*piece);
    text.remove_prefix(end + 1);
  }
  return pieces;
}

std::string to_string(const references& pieces) {
  std::string text;
  for (const auto& piece : pieces) {
    if (piece.what == reference::kind::literal) {
      for (std::size_t i = 0; i < piece.text.size(); ++i) {
        text += std::string_view(piece.text).substr(i).starts_with("${") ? "$$"
                                                                         : piece.text.substr(i, 1);
      }
      continue;
    }
    text += piece.what == reference::kind::file ? "${file:" : "${";
    text += piece.text;
    if (piece.fallback) text += ":-" + *piece.fallback;
    text += "}";
  }
  return text;
}

bool is_secret_reference(const references& pieces) {
  if (pieces.size() != 1) return false;
  const auto& piece = pieces[0];
  return piece.what == reference::kind::file ||
         (piece.what == reference::kind::variable && !piece.fallback);
}

bool has_password(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == text.npos) return false;
  const auto authority =
      text.substr(scheme + 3, text.find_first_of("/?#", scheme + 3) - scheme - 3);
  const auto end = authority.rfind('@');
  if (end == authority.npos) return false;
  const auto colon = authority.find(':');
  return colon != authority.npos && colon + 1 < end;
}

expansion expand(const references& pieces, const environment& env) {
  expansion result;
  result.text.emplace();
  for (const auto& piece : pieces) {
    bool done = true;
    switch (piece.what) {
      case reference::kind::variable: done = expand_variable(piece, env, result); break;
      case reference::kind::file: done = expand_file(piece, env, result); break;
      case reference::kind::literal:
      case reference::kind::value: *result.text += piece.text;
    }
    if (!done) {
      result.text.reset();
      return result;
    }
  }
  if (result.text->size() > max_scalar_bytes) {
    result.text.reset();
    result.error = "a value may be at most " + std::to_string(max_scalar_bytes) + " bytes long";
    return result;
  }
  result.secret = result.secret || has_password(*result.text);
  return result;
}

void reference_resolver::refuse(const std::string& pointer, const std::string& why,
                                std::string suggestion) {
  found_.error(doc_.where(pointer), why, std::move(suggestion));
  doc_.note(pointer).broken = true;
}

/// The pieces of a string value with absolute file paths; none when it is no string, is broken, or
/// turns out to be.
references reference_resolver::pieces_of(const std::string& pointer) {
  const auto* text = doc_.find_string(pointer);
  const auto* at = doc_.place_of(pointer);
  if (text == nullptr || (at != nullptr && at->broken)) return {};
  auto parsed = parse_references(std::string_view(*text));
  if (const auto* malformed = std::get_if<std::string>(&parsed)) {
    refuse(pointer, "\"" + *malformed +
                        "\" is not a reference: ${NAME}, ${NAME:-default}, ${file:PATH} or " +
                        "${path.to.value} (write $${ for a literal ${)");
    return {};
  }
  auto pieces = std::get<references>(std::move(parsed));
  const auto folder = std::filesystem::path(doc_.file()).parent_path();
  for (auto& piece : pieces) {
    if (piece.what != reference::kind::file) continue;
    piece.text = std::filesystem::absolute(folder / piece.text).lexically_normal().string();
  }
  return pieces;
}

void reference_resolver::resolve_external() {
  for (const auto& pointer : doc_.pointers("")) resolve_external(pointer);
}

void reference_resolver::resolve_external(const std::string& pointer) {
  const auto pieces = pieces_of(pointer);
  if (pieces.empty() || names_values(pieces)) return;
  const bool literal = is_literal(pieces);
  if (literal && has_password(pieces[0].text)) {
    refuse(pointer, dotted(pointer) +
                        " carries a password: take it from the environment (${NAME}) "
                        "or from a file (${file:PATH})");
    return;
  }
  store(pointer, pieces, {.whole = !literal && pieces.size() == 1});
}

void reference_resolver::resolve_values() {
  for (const auto& pointer : doc_.pointers("")) resolve_value(pointer);
}

void reference_resolver::resolve_value(const std::string& pointer) {
  if (resolved_.contains(pointer)) return;
  auto pieces = pieces_of(pointer);
  if (pieces.empty()) return;
  if (!names_values(pieces)) return resolve_external(pointer);  // a default
  traits what{.whole = pieces.size() == 1};
  open_.push_back(pointer);
  references flat;
  bool complete = true;
  for (const auto& piece : pieces) {
    complete = complete && insert(pointer, piece, flat, what);
  }
  open_.pop_back();
  if (complete) store(pointer, flat, what);
}

/// Appends what a piece stands for to `flat`: the referred value's own references, so that only
/// variables, files and literals remain. False when the referring value is broken or gone.
bool reference_resolver::insert(const std::string& pointer, const reference& piece,
                                references& flat, traits& what) {
  if (piece.what == reference::kind::literal) {
    add_literal(flat, piece.text);
    return true;
  }
  if (piece.what != reference::kind::value) {
    flat.push_back(piece);
    return true;
  }
  const auto from = pointer_of(piece.text);
  if (std::find(open_.begin(), open_.end(), from) != open_.end()) {
    refuse(pointer, "${" + piece.text + "} refers to itself");
    return false;
  }
  if (open_.size() > static_cast<std::size_t>(max_depth)) {
    refuse(pointer, "refers to a value through more than " + std::to_string(max_depth) + " others");
    return false;
  }
  resolve_value(from);
  const auto* value = doc_.find(from);
  if (value == nullptr) return refuse_missing(pointer, piece.text, what);
  const auto& at = doc_.note(from);
  what.secret = what.secret || at.secret;
  if (at.broken) {
    doc_.note(pointer).broken = true;
  } else if (!at.reference.empty()) {
    const auto own = std::get<references>(parse_references(at.reference));
    flat.insert(flat.end(), own.begin(), own.end());
  } else if (value->is_structured()) {
    refuse(pointer, "${" + piece.text + "} is not a single value");
  } else {
    add_literal(flat, text_of(*value, at));
  }
  return !doc_.note(pointer).broken;
}

bool reference_resolver::refuse_missing(const std::string& pointer, const std::string& path,
                                        const traits& what) {
  const auto from = pointer_of(path);
  const auto gone = std::find_if(left_out_.begin(), left_out_.end(),
                                 [&](const left_out& l) { return l.pointer == from; });
  if (gone != left_out_.end()) {
    not_set(pointer, gone->variable, what);
    return false;
  }
  const auto name = nearest_name(last_key(from), keys_of(doc_.find_object(parent(from))));
  const auto holder = path.substr(0, path.rfind('.') + 1);
  refuse(pointer, "there is no value " + path, name.empty() ? name : holder + name);
  return false;
}

void reference_resolver::store(const std::string& pointer, const references& pieces,
                               const traits& what) {
  const auto result = expand(pieces, env_);
  if (!result.unset.empty()) return not_set(pointer, result.unset, what);
  if (!result.text) return refuse(pointer, result.error);
  const bool literal = is_literal(pieces);
  auto written = literal ? std::string() : to_string(pieces);
  if (written.size() > max_scalar_bytes) {
    return refuse(pointer,
                  "its references are longer than " + std::to_string(max_scalar_bytes) + " bytes");
  }
  resolved_.insert(pointer);
  auto& at = doc_.note(pointer);
  auto& value = *doc_.find(pointer);
  at.reference = std::move(written);
  // A literal may name a secret option's text: that it is no reference was refused before.
  at.secret = what.secret || result.secret || (!literal && is_secret_option_(pointer));
  at.text = *result.text;
  at.plain = what.whole && !at.secret;
  value = at.plain ? plain_scalar(*result.text) : json::value(json::string(*result.text));
}

/// A value that is nothing but an unset variable is left out; one that needs it is refused.
void reference_resolver::not_set(const std::string& pointer, const std::string& variable,
                                 const traits& what) {
  const auto* holder = doc_.find(parent(pointer));
  if (what.whole && holder != nullptr && holder->is_object() && !pointer.empty()) {
    left_out_.push_back({pointer, variable, doc_.where(pointer)});
    doc_.erase(pointer);
  } else {
    refuse(pointer, "the environment variable " + variable + " is not set");
  }
}

}  // namespace crossdock::config
