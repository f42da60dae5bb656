#include "config/workflow_loader.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "actors/core/digest.hpp"
#include "config/document.hpp"
#include "config/overrides.hpp"
#include "config/references.hpp"
#include "config/schema.hpp"
#include "config/schemas.hpp"
#include "config/workflow_checks.hpp"

namespace crossdock::config {
namespace {

namespace json = boost::json;

constexpr std::string_view source_base = "/source";
constexpr std::string_view target_base = "/export/target";
constexpr std::string_view plugin_key = "plugin";

const schema& workflow_schema() {
  static const schema loaded(embedded("workflow.schema.json"));
  return loaded;
}

std::string known_names(const std::vector<std::string>& names) {
  if (names.empty()) return "none is known";
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "known are " : ", ") + name;
  return text;
}

int whole(const json::object& from, std::string_view key) {
  return static_cast<int>(from.at(key).as_int64());
}

std::vector<std::string> texts(const json::array& list) {
  std::vector<std::string> result;
  for (const auto& item : list) result.emplace_back(item.as_string());
  return result;
}

/// One plugin of the workflow with the schema of its options.
template <class Plugin>
struct chosen {
  const Plugin* plugin = nullptr;
  std::optional<schema> options;

  known_plugin known() const {
    return {plugin ? plugin->name() : std::string_view(), options ? &*options : nullptr};
  }
};

class loader {
 public:
  loader(std::string_view text, std::string_view file_name, const plugin_catalogue& plugins,
         const environment& env)
      : text_(text), file_(file_name), plugins_(plugins), env_(env) {}

  load_result run(std::span<const std::string> sets) {
    load_result result;
    doc_ = parse_yaml(text_, file_, found_);
    if (doc_.root().is_object()) {
      for (const auto& assignment : sets) apply_set(doc_, assignment, found_);
      choose_plugins();
      resolve();
      check_schemas();
      const auto meaning = check_meaning(doc_, source_.plugin, target_.plugin, found_);
      if (!found_.failed()) result.spec = build(meaning);
    } else if (!found_.failed()) {
      found_.error(doc_.where(""), "a workflow file is a group of keys: workflow, source, export");
    }
    result.diagnostics = found_.take(file_);
    return result;
  }

 private:
  void choose_plugins() {
    source_.plugin = choose(source_base, "source", plugins_.source_names(),
                            [&](std::string_view name) { return plugins_.source(name); });
    target_.plugin = choose(target_base, "target", plugins_.target_names(),
                            [&](std::string_view name) { return plugins_.target(name); });
    load_options(source_, source_base);
    load_options(target_, target_base);
  }

  template <class Find>
  auto choose(std::string_view base, const std::string& kind, const std::vector<std::string>& known,
              const Find& find) -> decltype(find(base)) {
    const auto pointer = join(base, plugin_key);
    const auto* name = doc_.find_string(pointer);
    if (name == nullptr) return nullptr;
    const auto* plugin = find(std::string_view(*name));
    if (plugin == nullptr) {
      found_.error(doc_.where(pointer),
                   "there is no " + kind + " plugin " + shown(*doc_.find(pointer), nullptr) + "; " +
                       known_names(known),
                   nearest_name(std::string_view(*name), known));
    }
    return plugin;
  }

  template <class Plugin>
  void load_options(chosen<Plugin>& of, std::string_view base) {
    if (of.plugin == nullptr) return;
    try {
      of.options.emplace(of.plugin->options_schema());
    } catch (const std::invalid_argument& e) {
      found_.error(doc_.where(join(base, plugin_key)), "the option schema of plugin " +
                                                           std::string(of.plugin->name()) +
                                                           " is broken: " + e.what());
    }
  }

  void resolve() {
    apply_environment(doc_, env_, source_.known(), target_.known());
    if (source_.options) source_.options->check_secrets(doc_, std::string(source_base), found_);
    if (target_.options) target_.options->check_secrets(doc_, std::string(target_base), found_);
    reference_resolver resolver(
        doc_, env_, [&](const std::string& p) { return is_secret(p); }, found_);
    resolver.resolve_external();
    apply_defaults();
    resolver.resolve_values();
    apply_defaults();  // what was left out just now may have one
    left_out_ = resolver.left_out_values();
    refuse_stray_secrets();
    workflow_schema().read_units(doc_, "", found_);
    if (source_.options) source_.options->read_units(doc_, std::string(source_base), found_);
    if (target_.options) target_.options->read_units(doc_, std::string(target_base), found_);
  }

  bool is_secret(std::string_view pointer) const {
    if (source_.options && is_below(pointer, source_base)) {
      return source_.options->is_secret(pointer.substr(source_base.size()));
    }
    if (target_.options && is_below(pointer, target_base)) {
      return target_.options->is_secret(pointer.substr(target_base.size()));
    }
    return false;
  }

  void apply_defaults() {
    workflow_schema().apply_defaults(doc_, "");
    if (source_.options) source_.options->apply_defaults(doc_, std::string(source_base));
    if (target_.options) target_.options->apply_defaults(doc_, std::string(target_base));
  }

  /// All but plugin options is stored in the job as it is.
  void refuse_stray_secrets() {
    for (const auto& pointer : doc_.pointers("")) {
      const bool option = is_below(pointer, source_base) || is_below(pointer, target_base);
      auto& at = doc_.note(pointer);
      if (!at.secret || option || at.broken) continue;
      at.broken = true;
      found_.error(at.value, dotted(pointer) + " would store the secret " + at.reference +
                                 ": only plugin options may hold secrets");
    }
  }

  void check_schemas() {
    workflow_schema().check(doc_, {"", "", ""}, left_out_, found_);
    check_options(source_, source_base);
    check_options(target_, target_base);
    for (const auto& gone : left_out_) {
      if (found_.has_error_at(gone.where)) continue;
      found_.warning(gone.where, dotted(gone.pointer) + " is left out: the environment variable " +
                                     gone.variable + " is not set");
    }
  }

  template <class Plugin>
  void check_options(const chosen<Plugin>& of, std::string_view base) {
    if (!of.options || doc_.find_object(base) == nullptr) return;
    of.options->check(doc_,
                      {std::string(base), std::string(of.plugin->name()), std::string(plugin_key)},
                      left_out_, found_);
  }

  workflow_spec build(const workflow_meaning& meaning) const {
    const auto& root = doc_.root().as_object();
    workflow_spec spec;
    spec.name = *doc_.find_string("/workflow");
    spec.description = *doc_.find_string("/description");
    spec.digest = sha256_hex(text_);
    spec.source = plugin_of(source_base);
    spec.target = plugin_of(target_base);
    const auto* stages = root.if_contains("stages");
    spec.stages = stages ? texts(stages->as_array()) : source_.plugin->stages();
    spec.types = types_of(meaning);
    spec.barrier_group = barrier_group(spec.target);
    spec.retry = retry_of(root.at("retry").as_object());
    spec.limits = limits_of(root.at("limits").as_object());
    return spec;
  }

  plugin_spec plugin_of(std::string_view base) const {
    plugin_spec spec;
    spec.options = *doc_.find_object(base);
    spec.plugin = spec.options.at(plugin_key).as_string();
    spec.options.stable_erase(plugin_key);
    for (const auto& pointer : doc_.pointers(base)) {
      const auto* at = doc_.place_of(pointer);
      if (at != nullptr && at->secret) spec.secrets[pointer.substr(base.size())] = at->reference;
    }
    return spec;
  }

  std::vector<type_spec> types_of(const workflow_meaning& meaning) const {
    const auto plurals = source_.plugin->types();
    std::vector<type_spec> types;
    for (const auto& member : *doc_.find_object("/export/types")) {
      const auto& from = member.value().as_object();
      type_spec type;
      type.name = member.key();
      type.plural = std::find_if(plurals.begin(), plurals.end(), [&](const auto& t) {
                      return t.name == type.name;
                    })->plural;
      type.workers = whole(from, "workers");
      type.rank = meaning.ranks.at(type.name);
      type.after = texts(from.at("after").as_array());
      if (const auto* lane = from.if_contains("lane")) type.lane = lane->as_string();
      if (from.contains("lane_window")) type.lane_window = whole(from, "lane_window");
      type.batch = whole(from, "batch");
      types.push_back(std::move(type));
    }
    std::stable_sort(types.begin(), types.end(),
                     [](const auto& a, const auto& b) { return a.rank < b.rank; });
    return types;
  }

  /// Without a group given: the jobs of one server; of outputs that are complete in themselves,
  /// each job alone.
  std::string barrier_group(const plugin_spec& target) const {
    if (const auto* group = doc_.find_string("/export/barrier/group")) return std::string(*group);
    if (target_.plugin->complete_per_job()) return {};
    const auto* url = target.options.if_contains("url");
    const bool shareable = url != nullptr && url->is_string() && !target.secrets.contains("/url");
    return shareable ? std::string(url->get_string()) : target.plugin;
  }

  /// The words are the schema's, and check_meaning() has passed.
  static retry_policy retry_of(const json::object& from) {
    return {.attempts = whole(from, "attempts"),
            .initial = std::chrono::milliseconds(from.at("initial").as_int64()),
            .max = std::chrono::milliseconds(from.at("max").as_int64()),
            .spread = jitter_from(std::string_view(from.at("jitter").as_string())).value()};
  }

  static limits_spec limits_of(const json::object& from) {
    limits_spec limits;
    if (const auto* failures = from.if_contains("failures")) {
      limits.failures =
          failure_limit::parse(failures->is_string() ? std::string(failures->get_string())
                                                     : std::to_string(failures->as_int64()));
    }
    if (const auto* files = from.if_contains("files")) limits.files = files->as_int64();
    return limits;
  }

  std::string_view text_;
  std::string file_;
  const plugin_catalogue& plugins_;
  const environment& env_;
  diagnostics found_;
  document doc_;
  chosen<api::source_plugin> source_;
  chosen<api::target_plugin> target_;
  std::vector<left_out> left_out_;
};

}  // namespace

load_result load_workflow(std::string_view text, std::string_view file_name,
                          const plugin_catalogue& plugins, const environment& env,
                          std::span<const std::string> sets) {
  return loader(text, file_name, plugins, env).run(sets);
}

}  // namespace crossdock::config
