#include <iostream>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "actors/cli/exit_code.hpp"
#include "actors/cli/surroundings.hpp"
#include "actors/cli/text_layout.hpp"

namespace crossdock::cli {

namespace json = boost::json;

namespace {

int migrate(program& p) {
  const config::process_environment env;
  const auto settings = load_settings(p.common, env);
  const database where(p.common, settings);
  auto db = where.connect();
  const int applied = db.migrate();
  std::cout << (applied == 0 ? "the schema is current"
                             : std::to_string(applied) + " migrations applied")
            << std::endl;
  return exit_code::done;
}

int status(program& p, bool as_json) {
  const config::process_environment env;
  const auto settings = load_settings(p.common, env);
  const database where(p.common, settings);
  auto db = where.connect();
  json::array all;
  table shown({{"VERSION", true}, {"NAME"}, {"APPLIED"}});
  bool current = true;
  for (const auto& one : db.migrations()) {
    current &= one.applied;
    all.push_back(
        json::object{{"version", one.version}, {"name", one.name}, {"applied", one.applied}});
    shown.add({std::to_string(one.version), one.name, one.applied ? "yes" : "no"});
  }
  std::cout << (as_json ? json::serialize(all) + "\n" : shown.text()) << std::flush;
  return current ? exit_code::done : exit_code::failed;
}

}  // namespace

void add_db_commands(program& p) {
  auto* group = add_group(p, "db", "crossdock's own database: migrate, status");
  auto* up = add_command(p, *group, "migrate", "Bring the schema up to date",
                         "  crossdock db migrate --database postgresql://localhost/crossdock\n");
  add_database_option(p, *up);
  on_chosen(p, *up, [&p] { return migrate(p); });

  auto as_json = std::make_shared<bool>(false);
  auto* show =
      add_command(p, *group, "status", "Which migrations are applied; exit status 1 if not all",
                  "  crossdock db status --json\n");
  show->add_flag("--json", *as_json, "A JSON array");
  add_database_option(p, *show);
  on_chosen(p, *show, [&p, as_json] { return status(p, *as_json); });
}

}  // namespace crossdock::cli
