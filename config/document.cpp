#include "config/document.hpp"

namespace crossdock::config {
namespace {

namespace json = boost::json;

/// The token of a JSON pointer, with ~0 and ~1 read.
std::string unescape(std::string_view token) {
  std::string key;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escaped = token[i] == '~' && i + 1 < token.size();
    if (!escaped) {
      key += token[i];
    } else {
      key += token[++i] == '1' ? '/' : '~';
    }
  }
  return key;
}

json::value* child(json::value& parent, const std::string& key) {
  if (auto* object = parent.if_object()) return object->if_contains(key);
  if (auto* list = parent.if_array()) {
    if (key.empty() || key.size() > 6 || key.find_first_not_of("0123456789") != key.npos)
      return nullptr;
    return list->if_contains(std::stoul(key));
  }
  return nullptr;
}

void collect(const std::string& pointer, const json::value& value, std::vector<std::string>& all) {
  all.push_back(pointer);
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) collect(join(pointer, member.key()), member.value(), all);
  } else if (const auto* list = value.if_array()) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      collect(join(pointer, std::to_string(i)), (*list)[i], all);
    }
  }
}

}  // namespace

bool is_below(std::string_view pointer, std::string_view base) {
  return pointer.starts_with(base) &&
         (pointer.size() == base.size() || pointer[base.size()] == '/');
}

std::string join(std::string_view pointer, std::string_view key) {
  std::string result(pointer);
  result += '/';
  for (const char c : key) {
    if (c == '~') {
      result += "~0";
    } else if (c == '/') {
      result += "~1";
    } else {
      result += c;
    }
  }
  return result;
}

std::vector<std::string> split(std::string_view pointer) {
  std::vector<std::string> keys;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);  // the slash
    const auto end = std::min(pointer.find('/'), pointer.size());
    keys.push_back(unescape(pointer.substr(0, end)));
    pointer.remove_prefix(end);
  }
  return keys;
}

std::string parent(std::string_view pointer) {
  return std::string(pointer.substr(0, pointer.empty() ? 0 : pointer.rfind('/')));
}

std::string last_key(std::string_view pointer) {
  return pointer.empty() ? std::string() : unescape(pointer.substr(pointer.rfind('/') + 1));
}

std::string dotted(std::string_view pointer) {
  if (pointer.empty()) return "the file";
  std::string text;
  for (const auto& key : split(pointer)) text += (text.empty() ? "" : ".") + key;
  return text;
}

json::value* document::find(std::string_view pointer) {
  json::value* at = &root_;
  for (const auto& key : split(pointer)) {
    at = child(*at, key);
    if (at == nullptr) return nullptr;
  }
  return at;
}

const json::value* document::find(std::string_view pointer) const {
  return const_cast<document*>(this)->find(pointer);
}

const json::object* document::find_object(std::string_view pointer) const {
  const auto* value = find(pointer);
  return value ? value->if_object() : nullptr;
}

const json::string* document::find_string(std::string_view pointer) const {
  const auto* value = find(pointer);
  return value ? value->if_string() : nullptr;
}

const place* document::place_of(std::string_view pointer) const {
  const auto found = places_.find(pointer);
  return found == places_.end() ? nullptr : &found->second;
}

place& document::note(std::string_view pointer) {
  return places_[std::string(pointer)];
}

position document::where(std::string_view pointer) const {
  if (const auto* at = place_of(pointer)) return at->value;
  return where_key(pointer);
}

position document::where_key(std::string_view pointer) const {
  std::string at(pointer);
  while (true) {
    if (const auto* found = place_of(at)) return found->key;
    if (at.empty()) return {file_, 1, 1};
    at = parent(at);
  }
}

bool document::set(std::string_view pointer, json::value value, place at) {
  json::value* node = &root_;
  std::string path;
  for (const auto& key : split(pointer)) {
    if (node->is_null()) node->emplace_object();
    auto* object = node->if_object();
    if (object == nullptr) return false;
    path = join(path, key);
    if (!object->contains(key)) places_[path] = at;
    node = &(*object)[key];
  }
  *node = std::move(value);
  places_[path] = std::move(at);
  return true;
}

void document::erase(std::string_view pointer) {
  auto* holder = find(parent(pointer));
  if (holder == nullptr || !holder->is_object()) return;
  holder->as_object().stable_erase(last_key(pointer));
}

std::vector<std::string> document::pointers(std::string_view pointer) const {
  std::vector<std::string> all;
  if (const auto* start = find(pointer)) collect(std::string(pointer), *start, all);
  return all;
}

}  // namespace crossdock::config
