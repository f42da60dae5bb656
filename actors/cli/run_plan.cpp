#include "actors/cli/run_plan.hpp"

#include <algorithm>
#include <iostream>
#include <string_view>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "actors/cli/exit_code.hpp"
#include "actors/cli/text_layout.hpp"
#include "actors/core/job_counters.hpp"
#include "actors/core/progress.hpp"
#include "actors/counting_context.hpp"
#include "actors/job_resolver.hpp"
#include "observability/redaction.hpp"

namespace crossdock::cli {

namespace json = boost::json;

namespace {

constexpr std::string_view only_at_export =
    "what the target changes (names, splits) or leaves out shows only when it is written";

/// The workflow's types with what the source says of them.
std::vector<api::type_name> types_of(const prepared_run& run) {
  const auto known = run.source->types();
  std::vector<api::type_name> types;
  for (const auto& type : run.spec.types) {
    types.push_back(*std::ranges::find(known, type.name, &api::type_name::name));
  }
  return types;
}

counting_order order_for(const prepared_run& run, const std::string& scope) {
  counting_order order;
  order.source = run.source;
  order.options = run.spec.source.options;
  order.stages = import_stages(run.spec);
  order.types = types_of(run);
  order.job.scope = scope;
  order.job.workflow = run.spec.name;
  order.job.source_path = run.source_path;
  order.job.output_path = run.output_path;
  return order;
}

/// What is counted of one type, by the words of reports.
struct type_line {
  std::int64_t entities;
  std::int64_t repeated;
  std::int64_t rejected;
  std::int64_t left_out;
};

type_line line_of(const source_counts& counts, const api::type_name& type, std::size_t place) {
  return {counter(counts.meta, type.plural + "_processed"),
          counter(counts.meta, type.plural + "_repeated"),
          counter(counts.meta, type.plural + "_rejected"), counts.types[place].left_out};
}

/// Calls use(kind, group) for every kind and reason, what costs most first.
template <class Use>
void for_each_group(source_counts& counts, Use use) {
  using kind = api::finding::kind;
  for (const auto what : {kind::rejected, kind::left_out, kind::changed, kind::note}) {
    for (const auto* group : counts.findings.of(what).sorted()) use(what, *group);
  }
}

// -- for programs ---------------------------------------------------------------------------------

json::array types_json(const prepared_run& run, const counting_order& order,
                       const source_counts& counts) {
  json::array list;
  for (std::size_t i = 0; i < order.types.size(); ++i) {
    const auto line = line_of(counts, order.types[i], i);
    json::object type{{"type", order.types[i].name},    {"plural", order.types[i].plural},
                      {"rank", run.spec.types[i].rank}, {"entities", line.entities},
                      {"repeated", line.repeated},      {"rejected", line.rejected},
                      {"left_out", line.left_out}};
    if (order.types[i].has_bytes) {
      type["files"] = {{"with_bytes", counts.types[i].with_bytes},
                       {"without_bytes", line.entities - counts.types[i].with_bytes},
                       {"bytes", counts.types[i].bytes}};
    }
    list.push_back(std::move(type));
  }
  return list;
}

json::array findings_json(source_counts& counts) {
  json::array list;
  for_each_group(counts, [&list](api::finding::kind what, const report::group& group) {
    const auto& example = group.first.front();
    list.push_back(json::object{{"kind", to_string(what)},
                                {"type", group.type},
                                {"reason", group.reason},
                                {"count", group.count},
                                {"example",
                                 {{"item", redact(example.item)},
                                  {"place", redact(example.place)},
                                  {"detail", redact(example.detail)}}}});
  });
  return list;
}

void print_json(const prepared_run& run, const std::string& identity, const counting_order& order,
                source_counts& counts) {
  const json::object plan{{"workflow", run.spec.name},
                          {"digest", run.spec.digest},
                          {"source", run.source_path},
                          {"identity", identity},
                          {"stages", json::value_from(order.stages)},
                          {"types", types_json(run, order, counts)},
                          {"findings", findings_json(counts)},
                          {"blobs", {{"count", counts.blobs}, {"bytes", counts.blob_bytes}}},
                          {"counters", counts.meta},
                          {"output", run.output_path},
                          {"config", json::parse(run.pinned)}};
  std::cout << json::serialize(plan) << std::endl;
}

// -- for people -----------------------------------------------------------------------------------

/// "user → channel, custom_emoji → message"
std::string order_text(const config::workflow_spec& spec) {
  std::string text;
  for (std::size_t i = 0; i < spec.types.size(); ++i) {
    if (i > 0) text += spec.types[i].rank == spec.types[i - 1].rank ? ", " : " → ";
    text += spec.types[i].name;
  }
  return text;
}

void print_options(const json::value& options) {
  for (const auto& [name, value] : options.as_object()) {
    std::cout << "            " << std::string_view(name) << " = " << json::serialize(value)
              << '\n';
  }
}

void print_way(const prepared_run& run, const std::string& identity, const counting_order& order) {
  const auto config = json::parse(run.pinned);
  std::cout << "would run " << run.spec.name << "\n\n  from    " << run.source_path << " ("
            << identity << "), read by " << run.spec.source.plugin << '\n';
  print_options(config.at_pointer("/source/options"));
  std::cout << "  to      " << (run.output_path.empty() ? "" : run.output_path + ", written by ")
            << run.spec.target.plugin << '\n';
  print_options(config.at_pointer("/target/options"));
  std::cout << "  stages  ";
  for (std::size_t i = 0; i < order.stages.size(); ++i) {
    std::cout << (i > 0 ? " → " : "") << order.stages[i];
  }
  std::cout << "\n  types   " << order_text(run.spec) << "\n\n";
}

void print_counts(const counting_order& order, const source_counts& counts) {
  table shown(
      {{"TYPE"}, {"ENTITIES", true}, {"REPEATED", true}, {"REJECTED", true}, {"LEFT OUT", true}});
  for (std::size_t i = 0; i < order.types.size(); ++i) {
    const auto line = line_of(counts, order.types[i], i);
    shown.add({order.types[i].plural, count_text(line.entities), count_text(line.repeated),
               count_text(line.rejected), count_text(line.left_out)});
  }
  std::cout << shown.text() << '\n';
}

void print_files(const counting_order& order, const source_counts& counts) {
  for (std::size_t i = 0; i < order.types.size(); ++i) {
    if (!order.types[i].has_bytes) continue;
    const auto& files = counts.types[i];
    const auto all = line_of(counts, order.types[i], i).entities;
    std::cout << order.types[i].plural << ": " << count_text(files.with_bytes)
              << " with their bytes in the source ("
              << bytes_text(static_cast<std::uint64_t>(files.bytes)) << "), "
              << count_text(all - files.with_bytes) << " without\n";
  }
  if (counts.blobs > 0) {
    std::cout << "files in the source: " << count_text(counts.blobs) << ", "
              << bytes_text(static_cast<std::uint64_t>(counts.blob_bytes)) << '\n';
  }
}

/// Where to look, else what it is about.
std::string example_text(const report::line& line) {
  return redact(line.place.empty() ? line.item : line.place);
}

void print_findings(source_counts& counts) {
  table shown({{"FINDING"}, {"TYPE"}, {"REASON"}, {"COUNT", true}, {"FOR EXAMPLE"}});
  for_each_group(counts, [&shown](api::finding::kind what, const report::group& group) {
    auto kind = std::string(to_string(what));
    std::ranges::replace(kind, '_', ' ');
    shown.add({kind, group.type, group.reason.empty() ? "other reasons" : group.reason,
               count_text(group.count), example_text(group.first.front())});
  });
  if (!shown.empty()) std::cout << '\n' << shown.text();
}

}  // namespace

int show_plan(const prepared_run& run, const std::string& scope, bool json) {
  const auto identity = run.source->identify(run.source_path, run.spec.source.options);
  const auto order = order_for(run, scope);
  if (!json) print_way(run, identity, order);
  auto counts = count_source(order);
  if (json) {
    print_json(run, identity, order, counts);
  } else {
    print_counts(order, counts);
    print_files(order, counts);
    print_findings(counts);
    std::cout << '\n' << only_at_export << "\nnothing was written" << std::endl;
  }
  return counts_failures(counts.meta) ? exit_code::done_with_failures : exit_code::done;
}

}  // namespace crossdock::cli
