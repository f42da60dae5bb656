#include "config/workflow_checks.hpp"

#include <algorithm>

#include "actors/core/failure_limit.hpp"
#include "actors/core/type_order.hpp"
#include "config/schema.hpp"
#include "config/workflow_spec.hpp"

namespace crossdock::config {
namespace {

namespace json = boost::json;

constexpr std::string_view types_pointer = "/export/types";
constexpr std::string_view ready_export = "ready_export";
constexpr std::size_t max_types = 64;  ///< as in the schema

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::vector<std::string> names_of(const std::vector<api::type_name>& types) {
  std::vector<std::string> names;
  names.reserve(types.size());
  for (const auto& type : types) names.push_back(type.name);
  return names;
}

void check_stages(const document& doc, const api::source_plugin& source, diagnostics& found) {
  const auto* value = doc.find("/stages");
  const auto* stages = value ? value->if_array() : nullptr;
  if (stages == nullptr) return;
  auto known = source.stages();
  // The engine's own step after the source's: a file may name it to show the whole way.
  if (!contains(known, std::string(ready_export))) known.emplace_back(ready_export);
  auto latest = known.begin();
  for (std::size_t i = 0; i < stages->size(); ++i) {
    const auto* text = (*stages)[i].if_string();
    if (text == nullptr) continue;
    const std::string name(*text);
    const auto where = doc.where(join("/stages", std::to_string(i)));
    const auto at = std::find(known.begin(), known.end(), name);
    if (at == known.end()) {
      found.error(where,
                  "plugin " + std::string(source.name()) + " has no stage \"" + name +
                      "\"; its stages are " + listed(known),
                  nearest_name(name, known));
    } else if (at < latest) {
      found.error(where, "stage \"" + name + "\" must come before \"" + *latest + "\"");
    } else {
      latest = at;
    }
  }
}

/// The types of a workflow and what each comes after.
class type_order {
 public:
  type_order(const document& doc, diagnostics& found) : doc_(doc), found_(found) {
    const auto* types = doc.find_object(types_pointer);
    if (types == nullptr || types->size() > max_types) return;
    for (const auto& type : *types) names_.emplace_back(type.key());
    for (const auto& name : names_) read_after(name);
    find_ranks();
  }

  const std::vector<std::string>& names() const { return names_; }
  const std::map<std::string, int>& ranks() const { return ranks_; }
  bool circular() const { return circular_; }

 private:
  void read_after(const std::string& name) {
    const auto list = join(join(types_pointer, name), "after");
    const auto* value = doc_.find(list);
    const auto* items = value ? value->if_array() : nullptr;
    if (items == nullptr) return;
    for (std::size_t i = 0; i < items->size(); ++i) {
      const auto* text = (*items)[i].if_string();
      if (text == nullptr) continue;
      const std::string earlier(*text);
      const auto where = doc_.where(join(list, std::to_string(i)));
      if (earlier == name) {
        found_.error(where, "type \"" + name + "\" cannot come after itself");
      } else if (!contains(names_, earlier)) {
        found_.error(
            where, "after names \"" + earlier + "\", which is not among the types of this workflow",
            nearest_name(earlier, names_));
      } else {
        after_[name].push_back(earlier);
      }
    }
  }

  void find_ranks() {
    std::vector<type_declaration> declared;
    for (const auto& name : names_) declared.push_back({name, after_[name]});
    try {
      for (const auto& type : rank_types(declared)) ranks_[type.name] = type.rank;
    } catch (const type_order_error& error) {
      refuse_circle(error.names());
    }
  }

  /// read_after() leaves nothing else that could be wrong. The place is the `after` that closes it.
  void refuse_circle(const std::vector<std::string>& circle) {
    circular_ = true;
    std::string text;
    for (const auto& name : circle) text += (text.empty() ? "" : " after ") + name;
    found_.error(doc_.where_key(join(join(types_pointer, circle[circle.size() - 2]), "after")),
                 "the order of types is circular: " + text);
  }

  const document& doc_;
  diagnostics& found_;
  std::vector<std::string> names_;
  std::map<std::string, std::vector<std::string>> after_;
  std::map<std::string, int> ranks_;  ///< empty when circular
  bool circular_ = false;
};

void check_types(const document& doc, const type_order& order, const api::source_plugin* source,
                 const api::target_plugin* target, diagnostics& found) {
  const auto yielded = source ? names_of(source->types()) : std::vector<std::string>();
  const auto taken = target ? target->types() : std::vector<std::string>();
  for (const auto& name : order.names()) {
    const auto where = doc.where_key(join(types_pointer, name));
    if (source != nullptr && !contains(yielded, name)) {
      found.error(where,
                  "plugin " + std::string(source->name()) + " yields no type \"" + name +
                      "\"; its types are " + listed(yielded),
                  nearest_name(name, yielded));
    } else if (target != nullptr && !contains(taken, name)) {
      found.error(where, "plugin " + std::string(target->name()) + " cannot take the type \"" +
                             name + "\"; it takes " + listed(taken));
    }
  }
}

/// The stages that run; all of the source's when the file names none.
std::vector<std::string> stages_of(const document& doc, const api::source_plugin& source) {
  const auto* value = doc.find("/stages");
  const auto* list = value ? value->if_array() : nullptr;
  if (list == nullptr) return source.stages();
  std::vector<std::string> names;
  for (const auto& item : *list) {
    if (const auto* text = item.if_string()) names.emplace_back(*text);
  }
  return names;
}

/// What is read should go somewhere, and what is exported should come from somewhere, as far as the
/// source tells and the target could take it.
void check_ways(const document& doc, const type_order& order, const api::source_plugin& source,
                const api::target_plugin& target, diagnostics& found) {
  const auto stages = stages_of(doc, source);
  const auto taken = target.types();
  for (const auto& type : source.types()) {
    if (type.stages.empty() || !contains(taken, type.name)) continue;
    const bool is_read = std::any_of(type.stages.begin(), type.stages.end(),
                                     [&](const auto& stage) { return contains(stages, stage); });
    const bool is_exported = contains(order.names(), type.name);
    if (is_exported && !is_read) {
      found.warning(doc.where_key(join(types_pointer, type.name)),
                    "no stage of this workflow yields the type \"" + type.name +
                        "\": it comes from " + listed(type.stages));
    } else if (is_read && !is_exported) {
      found.warning(doc.where_key(types_pointer),
                    "the type \"" + type.name +
                        "\" is read from the source, but not among the types that are exported");
    }
  }
}

void check_lanes(const document& doc, const type_order& order, diagnostics& found) {
  for (const auto& name : order.names()) {
    const auto type = join(types_pointer, name);
    const auto* lane = doc.find_string(join(type, "lane"));
    const auto* window = doc.place_of(join(type, "lane_window"));
    if (lane != nullptr && !contains(order.names(), std::string(*lane))) {
      found.error(doc.where(join(type, "lane")),
                  "lane names \"" + std::string(*lane) +
                      "\", which is not among the types of this workflow",
                  nearest_name(std::string_view(*lane), order.names()));
    }
    if (doc.find(join(type, "lane")) == nullptr && window != nullptr && !window->is_default) {
      found.error(window->key, "lane_window has no meaning without a lane");
    }
  }
}

void check_order_rules(const document& doc, const type_order& order,
                       const api::target_plugin& target, diagnostics& found) {
  if (order.circular()) return;
  for (const auto& rule : target.order_rules()) {
    const auto earlier = order.ranks().find(rule.earlier);
    const auto later = order.ranks().find(rule.later);
    if (earlier == order.ranks().end() || later == order.ranks().end()) continue;
    if (earlier->second < later->second) continue;
    const auto type = join(types_pointer, rule.later);
    found.error(doc.where_key(type), "plugin " + std::string(target.name()) + " needs \"" +
                                         rule.earlier + "\" before \"" + rule.later + "\": add " +
                                         rule.earlier + " to the after of " + rule.later);
  }
}

void check_retry(const document& doc, diagnostics& found) {
  const auto* first = doc.find("/retry/initial");
  const auto* longest = doc.find("/retry/max");
  if (first == nullptr || longest == nullptr || !first->is_int64() || !longest->is_int64()) return;
  if (first->get_int64() <= longest->get_int64()) return;
  const auto* at = doc.place_of("/retry/initial");
  const bool is_default = at != nullptr && at->is_default;
  found.error(doc.where(is_default ? "/retry/max" : "/retry/initial"),
              "retry.initial (" + std::to_string(first->get_int64()) +
                  "ms) must not be longer than retry.max (" + std::to_string(longest->get_int64()) +
                  "ms)");
}

void check_failures(const document& doc, diagnostics& found) {
  constexpr std::string_view pointer = "/limits/failures";
  const auto* text = doc.find_string(pointer);
  const auto* at = doc.place_of(pointer);
  if (text == nullptr || (at != nullptr && at->broken)) return;
  if (failure_limit::parse(std::string_view(*text))) return;
  found.error(doc.where(pointer),
              "limits.failures must be a count or a percentage such as 5%, is " +
                  shown(*doc.find(pointer), at));
}

}  // namespace

workflow_meaning check_meaning(const document& doc, const api::source_plugin* source,
                               const api::target_plugin* target, diagnostics& found) {
  if (source != nullptr) check_stages(doc, *source, found);
  const type_order order(doc, found);
  check_types(doc, order, source, target, found);
  if (source != nullptr && target != nullptr) check_ways(doc, order, *source, *target, found);
  check_lanes(doc, order, found);
  if (target != nullptr) check_order_rules(doc, order, *target, found);
  check_retry(doc, found);
  check_failures(doc, found);
  return {order.ranks()};
}

}  // namespace crossdock::config
