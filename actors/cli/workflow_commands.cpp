#include <iostream>

#include <CLI/Option.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "actors/cli/exit_code.hpp"
#include "actors/cli/surroundings.hpp"
#include "actors/cli/text_layout.hpp"
#include "actors/cli/workflow_source.hpp"

namespace crossdock::cli {

namespace json = boost::json;

namespace {

config::plugin_catalogue catalogue(program& p) {
  const config::process_environment env;
  return load_plugins(p.common, load_settings(p.common, env));
}

int list_workflows(program& p, bool as_json) {
  const auto plugins = catalogue(p);
  json::array all;
  table shown({{"WORKFLOW"}, {"SOURCE"}, {"TARGET"}, {"DESCRIPTION"}});
  for (const auto& workflow : plugins.workflows()) {
    const auto loaded =
        config::load_workflow(workflow.yaml, workflow.name, plugins, config::process_environment{});
    const auto& spec = loaded.spec;
    const std::string name(workflow.name);
    all.push_back(json::object{{"name", name},
                               {"source", spec ? spec->source.plugin : ""},
                               {"target", spec ? spec->target.plugin : ""},
                               {"description", spec ? spec->description : ""}});
    shown.add({name, spec ? spec->source.plugin : "?", spec ? spec->target.plugin : "?",
               spec ? spec->description : "needs settings: crossdock workflow check " + name});
  }
  std::cout << (as_json ? json::serialize(all) + "\n" : shown.text()) << std::flush;
  return exit_code::done;
}

int show_workflow(program& p, const std::string& name) {
  std::cout << find_workflow(name, catalogue(p)).text << std::flush;
  return exit_code::done;
}

int check_workflow(program& p, const std::string& name, const std::vector<std::string>& sets) {
  const auto plugins = catalogue(p);
  const auto found = find_workflow(name, plugins);
  const auto loaded =
      config::load_workflow(found.text, found.file, plugins, config::process_environment{}, sets);
  std::cout << config::to_string(loaded.diagnostics);
  if (!loaded.spec) return exit_code::usage;
  std::cout << found.file << ": good, workflow " << loaded.spec->name << ", digest "
            << loaded.spec->digest.substr(0, 12) << std::endl;
  return exit_code::done;
}

}  // namespace

void add_workflow_commands(program& p) {
  auto* group = add_group(p, "workflow", "Workflows: list, show, check");
  auto as_json = std::make_shared<bool>(false);
  auto name = std::make_shared<std::string>();
  auto sets = std::make_shared<std::vector<std::string>>();

  auto* list = add_command(p, *group, "list", "Built-in workflows and those of loaded plugins",
                           "  crossdock workflow list --json\n");
  list->add_flag("--json", *as_json, "A JSON array");
  on_chosen(p, *list, [&p, as_json] { return list_workflows(p, *as_json); });

  auto* show = add_command(p, *group, "show", "Print a workflow file, to start one's own from",
                           "  crossdock workflow show NAME > my-workflow.yaml\n");
  show->add_option("workflow", *name, "Name or file")->required();
  on_chosen(p, *show, [&p, name] { return show_workflow(p, *name); });

  auto* check = add_command(p, *group, "check", "Say everything that is wrong with a workflow file",
                            "  crossdock workflow check my-workflow.yaml\n");
  check->add_option("workflow", *name, "Name or file")->required();
  check->add_option("--set", *sets, "Override a value; repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  on_chosen(p, *check, [&p, name, sets] { return check_workflow(p, *name, *sets); });
}

}  // namespace crossdock::cli
