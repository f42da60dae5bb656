#include "actors/core/meta_ops.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace crossdock {

namespace {

namespace json = boost::json;

std::string quoted(std::string_view key) {
  return '"' + std::string(key) + '"';
}

std::optional<std::int64_t> sum(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (__builtin_add_overflow(a, b, &result)) return std::nullopt;
  return result;
}

// -- validate ----------------------------------------------------------------------------------

void check_text(std::string_view text, std::string_view key) {
  if (text.find('\0') != std::string_view::npos) {
    throw meta_error("meta key " + quoted(key) + ": a text with a NUL character");
  }
}

void check_key(std::string_view key) {
  if (key.empty()) throw meta_error("an empty meta key");
  check_text(key, key.substr(0, key.find('\0')));
}

void check_value(const json::value& value, std::string_view key) {
  switch (value.kind()) {
    case json::kind::double_:
      if (!std::isfinite(value.get_double())) {
        throw meta_error("meta key " + quoted(key) + ": a number that is not finite");
      }
      break;
    case json::kind::string: check_text(value.get_string(), key); break;
    case json::kind::array:
      for (const auto& element : value.get_array()) check_value(element, key);
      break;
    case json::kind::object:
      for (const auto& [name, member] : value.get_object()) {
        check_key(name);
        check_value(member, key);
      }
      break;
    default: break;
  }
}

const std::string& key_of(const std::string& element) {
  return element;
}
template <class Value>
const std::string& key_of(const std::pair<const std::string, Value>& element) {
  return element.first;
}

// -- combine -----------------------------------------------------------------------------------

/// Merges `from` into `into` level by level; false when an object of `from` meets something else.
/// `into` is then partly merged.
bool deep_merge(json::object& into, const json::object& from) {
  for (const auto& [key, value] : from) {
    const auto [at, fresh] = into.emplace(key, value);
    if (fresh) continue;
    if (!value.is_object()) {
      at->value() = value;
    } else if (!at->value().is_object() ||
               !deep_merge(at->value().get_object(), value.get_object())) {
      return false;
    }
  }
  return true;
}

bool deep_mergeable(const json::object& into, const json::object& from) {
  return std::all_of(from.begin(), from.end(), [&](const auto& member) {
    const auto* old = into.if_contains(member.key());
    if (!old || !member.value().is_object()) return true;
    return old->is_object() && deep_mergeable(old->get_object(), member.value().get_object());
  });
}

bool nested_fits(const json::value& into, const json::value& from) {
  return into.is_object() && deep_mergeable(into.get_object(), from.get_object());
}

bool can_increment(const meta_patch& into, const std::string& key, std::int64_t by) {
  if (const auto old = into.incr.find(key); old != into.incr.end()) {
    return sum(old->second, by).has_value();
  }
  if (const auto old = into.set.find(key); old != into.set.end()) {
    return old->second.is_int64() && sum(old->second.get_int64(), by);
  }
  return !into.max.contains(key) && !into.nested.contains(key);
}

bool can_raise(const meta_patch& into, const std::string& key) {
  if (const auto old = into.set.find(key); old != into.set.end()) return old->second.is_int64();
  return !into.incr.contains(key) && !into.nested.contains(key);
}

bool can_nest(const meta_patch& into, const std::string& key, const json::value& value) {
  if (const auto old = into.nested.find(key); old != into.nested.end()) {
    return nested_fits(old->second, value);
  }
  if (const auto old = into.set.find(key); old != into.set.end()) {
    return nested_fits(old->second, value);
  }
  return !into.incr.contains(key) && !into.max.contains(key);
}

bool combinable(const meta_patch& into, const meta_patch& next) {
  const auto all = [](const auto& part, auto can) {
    return std::all_of(part.begin(), part.end(), can);
  };
  // set and remove replace whatever was there: they always combine.
  return all(next.incr, [&](const auto& e) { return can_increment(into, e.first, e.second); }) &&
         all(next.max, [&](const auto& e) { return can_raise(into, e.first); }) &&
         all(next.nested, [&](const auto& e) { return can_nest(into, e.first, e.second); });
}

/// Takes the first element out of `part` without copying its key.
template <class Part>
auto take_first(Part& part) {
  return part.extract(part.begin());
}

void forget_except_set(meta_patch& patch, const std::string& key) {
  patch.incr.erase(key);
  patch.max.erase(key);
  patch.nested.erase(key);
  patch.remove.erase(key);
}

// A key that `into` removes starts anew: whatever comes after is a plain set.

template <class Merge>
void combine_numbers(meta_patch& into, meta_patch::table<std::int64_t> meta_patch::*part,
                     meta_patch::table<std::int64_t>& next, Merge merge) {
  while (!next.empty()) {
    auto node = take_first(next);
    if (const auto old = (into.*part).find(node.key()); old != (into.*part).end()) {
      old->second = merge(old->second, node.mapped());
    } else if (const auto set = into.set.find(node.key()); set != into.set.end()) {
      set->second = merge(set->second.get_int64(), node.mapped());
    } else if (into.remove.erase(node.key()) != 0) {
      into.set.emplace(std::move(node.key()), node.mapped());
    } else {
      (into.*part).insert(std::move(node));
    }
  }
}

void combine_nested(meta_patch& into, meta_patch::table<json::value>& next) {
  while (!next.empty()) {
    auto node = take_first(next);
    if (const auto old = into.nested.find(node.key()); old != into.nested.end()) {
      deep_merge(old->second.get_object(), node.mapped().get_object());
    } else if (const auto set = into.set.find(node.key()); set != into.set.end()) {
      deep_merge(set->second.get_object(), node.mapped().get_object());
    } else if (into.remove.erase(node.key()) != 0) {
      into.set.emplace(std::move(node.key()), std::move(node.mapped()));
    } else {
      into.nested.insert(std::move(node));
    }
  }
}

// -- from_json ---------------------------------------------------------------------------------

const json::object& object_part(const json::value& value, std::string_view name) {
  if (const auto* object = value.if_object()) return *object;
  throw meta_error("meta patch: " + quoted(name) + " must be an object");
}

void read_numbers(const json::value& value, std::string_view name,
                  meta_patch::table<std::int64_t>& part) {
  for (const auto& [key, number] : object_part(value, name)) {
    if (!number.is_int64()) {
      throw meta_error("meta patch: " + quoted(name) + " of key " + quoted(key) +
                       " must be a 64-bit integer");
    }
    part.emplace(key, number.get_int64());
  }
}

void read_values(const json::value& value, std::string_view name,
                 meta_patch::table<json::value>& part) {
  for (const auto& [key, member] : object_part(value, name)) part.emplace(key, member);
}

void read_keys(const json::value& value, std::set<std::string, std::less<>>& part) {
  const auto* keys = value.if_array();
  if (!keys) throw meta_error("meta patch: \"remove\" must be an array");
  for (const auto& key : *keys) {
    if (!key.is_string()) throw meta_error("meta patch: \"remove\" must hold key names only");
    part.emplace(key.get_string());
  }
}

template <class Part>
json::object to_object(const Part& part) {
  json::object result;
  result.reserve(part.size());
  for (const auto& [key, value] : part) result.emplace(key, value);
  return result;
}

// -- apply -------------------------------------------------------------------------------------

json::value incremented(const json::value& old, std::int64_t by, std::string_view key) {
  std::int64_t result = 0;
  bool overflow = false;
  switch (old.kind()) {
    case json::kind::int64: overflow = __builtin_add_overflow(old.get_int64(), by, &result); break;
    case json::kind::uint64:
      overflow = __builtin_add_overflow(old.get_uint64(), by, &result);
      break;
    case json::kind::double_: return old.get_double() + static_cast<double>(by);
    default: throw meta_error("incr of meta key " + quoted(key) + ", which is not a number");
  }
  if (overflow) throw meta_error("incr of meta key " + quoted(key) + " leaves the 64-bit range");
  return result;
}

bool is_below(const json::value& old, std::int64_t number, std::string_view key) {
  switch (old.kind()) {
    case json::kind::int64: return old.get_int64() < number;
    case json::kind::uint64: return std::cmp_less(old.get_uint64(), number);
    case json::kind::double_: return old.get_double() < static_cast<double>(number);
    default: throw meta_error("max of meta key " + quoted(key) + ", which is not a number");
  }
}

bool is_counter(std::string_view key) {
  return key.ends_with("_processed") || key.ends_with("_exported");
}

bool not_below(const json::value& now, const json::value& old) {
  if (now.is_int64() && old.is_int64()) return now.get_int64() >= old.get_int64();
  return now.to_number<double>() >= old.to_number<double>();
}

/// A counter of the design's rule 1: a number that no operation makes smaller.
void check_counter(const json::object& before, const json::object& after, std::string_view key) {
  static const json::value zero = 0;
  const auto* now = after.if_contains(key);
  const auto* found = before.if_contains(key);
  const json::value& old = found ? *found : zero;
  if (!now || !now->is_number() || !old.is_number() || !not_below(*now, old)) {
    throw meta_error("meta key " + quoted(key) + " is a counter that never decreases");
  }
}

void nest(json::value& into, const json::value& from, std::string_view key) {
  if (!into.is_object() || !deep_merge(into.get_object(), from.get_object())) {
    throw meta_error("nested into meta key " + quoted(key) + ": a parent is not an object");
  }
}

}  // namespace

void validate(const meta_patch& patch) {
  std::set<std::string_view> seen;
  const auto check_part = [&](const auto& part) {
    for (const auto& element : part) {
      const std::string& key = key_of(element);
      check_key(key);
      if (!seen.insert(key).second) {
        throw meta_error("meta key " + quoted(key) + " stands under two operations");
      }
    }
  };
  check_part(patch.incr);
  check_part(patch.max);
  check_part(patch.set);
  check_part(patch.nested);
  check_part(patch.remove);
  for (const auto& [key, value] : patch.set) check_value(value, key);
  for (const auto& [key, value] : patch.nested) {
    if (!value.is_object()) {
      throw meta_error("meta key " + quoted(key) + ": nested must be an object");
    }
    check_value(value, key);
  }
}

bool combine(meta_patch& into, meta_patch&& next) {
  if (!combinable(into, next)) return false;
  combine_numbers(into, &meta_patch::incr, next.incr,
                  [](std::int64_t a, std::int64_t b) { return a + b; });
  combine_numbers(into, &meta_patch::max, next.max,
                  [](std::int64_t a, std::int64_t b) { return std::max(a, b); });
  combine_nested(into, next.nested);
  while (!next.set.empty()) {
    auto node = take_first(next.set);
    forget_except_set(into, node.key());
    into.set.insert_or_assign(std::move(node.key()), std::move(node.mapped()));
  }
  while (!next.remove.empty()) {
    auto node = take_first(next.remove);
    forget_except_set(into, node.value());
    into.set.erase(node.value());
    into.remove.insert(std::move(node));
  }
  return true;
}

std::string to_json(const meta_patch& patch) {
  json::object result;
  if (!patch.incr.empty()) result["incr"] = to_object(patch.incr);
  if (!patch.max.empty()) result["max"] = to_object(patch.max);
  if (!patch.set.empty()) result["set"] = to_object(patch.set);
  if (!patch.nested.empty()) result["nested"] = to_object(patch.nested);
  if (!patch.remove.empty())
    result["remove"] = json::array(patch.remove.begin(), patch.remove.end());
  return json::serialize(result);
}

meta_patch meta_patch_from_json(std::string_view text) {
  boost::system::error_code error;
  const json::value parsed = json::parse(json::string_view(text.data(), text.size()), error);
  if (error) throw meta_error("meta patch is not JSON: " + error.message());
  const auto* parts = parsed.if_object();
  if (!parts) throw meta_error("meta patch must be an object");

  meta_patch patch;
  for (const auto& [name, value] : *parts) {
    if (name == "incr") {
      read_numbers(value, name, patch.incr);
    } else if (name == "max") {
      read_numbers(value, name, patch.max);
    } else if (name == "set") {
      read_values(value, name, patch.set);
    } else if (name == "nested") {
      read_values(value, name, patch.nested);
    } else if (name == "remove") {
      read_keys(value, patch.remove);
    } else {
      throw meta_error("meta patch: unknown operation " + quoted(name));
    }
  }
  validate(patch);
  return patch;
}

json::object apply(json::object meta, const meta_patch& patch) {
  const json::object before = meta;
  for (const auto& key : patch.remove) meta.erase(key);
  for (const auto& [key, value] : patch.set) meta.insert_or_assign(key, value);
  for (const auto& [key, by] : patch.incr) {
    const auto [at, fresh] = meta.emplace(key, by);
    if (!fresh) at->value() = incremented(at->value(), by, key);
  }
  for (const auto& [key, number] : patch.max) {
    const auto [at, fresh] = meta.emplace(key, number);
    if (!fresh && is_below(at->value(), number, key)) at->value() = number;
  }
  for (const auto& [key, value] : patch.nested) {
    const auto [at, fresh] = meta.emplace(key, value);
    if (!fresh) nest(at->value(), value, key);
  }
  const auto check_counters = [&](const auto& part) {
    for (const auto& element : part) {
      if (is_counter(key_of(element))) check_counter(before, meta, key_of(element));
    }
  };
  check_counters(patch.remove);
  check_counters(patch.set);
  check_counters(patch.incr);
  check_counters(patch.max);
  check_counters(patch.nested);
  return meta;
}

}  // namespace crossdock
