#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include <CLI/Option.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <libpq-fe.h>

#include "actors/cli/exit_code.hpp"
#include "actors/cli/output_folder.hpp"
#include "actors/cli/surroundings.hpp"
#include "actors/cli/text_layout.hpp"
#include "actors/core/progress.hpp"
#include "observability/redaction.hpp"

namespace crossdock::cli {

namespace json = boost::json;

namespace {

/// Less free space than this deserves a word.
constexpr std::uintmax_t little_space = std::uintmax_t{5} << 30;
/// With less than this no run of any size gets through.
constexpr std::uintmax_t too_little_space = std::uintmax_t{256} << 20;

enum class verdict { ok, warn, fail };

std::string_view to_string(verdict v) {
  switch (v) {
    case verdict::ok: return "ok";
    case verdict::warn: return "warn";
    case verdict::fail: break;
  }
  return "fail";
}

struct finding {
  verdict what = verdict::ok;
  std::string text;  ///< what was found and, unless ok, what to do
};

/// Runs the checks and remembers what they say.
class examination {
 public:
  template <class Check>
  void check(std::string_view name, Check run) {
    finding result;
    try {
      result = run();
    } catch (const std::exception& error) {
      result = {verdict::fail, redact(error.what())};
    }
    failed_ |= result.what == verdict::fail;
    all_.push_back(json::object{{"check", json::string(name)},
                                {"result", json::string(to_string(result.what))},
                                {"text", result.text}});
    shown_.add({std::string(to_string(result.what)), std::string(name), result.text});
  }

  bool failed() const { return failed_; }
  std::string text() const { return shown_.text(); }
  std::string as_json() const { return json::serialize(all_) + "\n"; }

 private:
  bool failed_ = false;
  json::array all_;
  table shown_{{{"RESULT"}, {"CHECK"}, {"FOUND"}}};
};

finding check_plugins(const common_options& options, const config::application_options& settings) {
  const auto plugins = load_plugins(options, settings);
  std::string names;
  for (const auto& name : plugins.workflow_names()) names += (names.empty() ? "" : ", ") + name;
  return {verdict::ok, std::to_string(plugins.sources().size()) + " sources, " +
                           std::to_string(plugins.targets().size()) +
                           " targets, workflows: " + (names.empty() ? "none" : names)};
}

std::filesystem::path existing_part(std::filesystem::path path) {
  path = std::filesystem::absolute(path);
  while (!std::filesystem::exists(path) && path.has_relative_path()) path = path.parent_path();
  return path;
}

finding check_space(const std::filesystem::path& path, std::string_view remedy) {
  const auto at = existing_part(path);
  const auto available = std::filesystem::space(at).available;
  const auto text = bytes_text(available) + " free in " + at.string();
  if (available >= little_space) return {verdict::ok, text};
  return {available < too_little_space ? verdict::fail : verdict::warn,
          text + ": a large source needs more; make room, or " + std::string(remedy)};
}

finding check_output(const std::string& output) {
  const auto why = why_not_writable(std::filesystem::absolute(output));
  if (why.empty()) return check_space(output, "choose another --output");
  return {verdict::fail, "cannot be written to: " + why + "; choose another --output"};
}

finding check_server(const database& where) {
  constexpr int oldest = 150000;
  const std::unique_ptr<PGconn, decltype(&PQfinish)> server(PQconnectdb(where.url().c_str()),
                                                            &PQfinish);
  if (PQstatus(server.get()) != CONNECTION_OK) {
    return {verdict::fail, redact(PQerrorMessage(server.get()))};
  }
  const int version = PQserverVersion(server.get());
  const auto text = std::string(where.is_private() ? "private server, " : "") + "PostgreSQL " +
                    std::to_string(version / 10000) + "." + std::to_string(version % 10000) +
                    ", database " + PQdb(server.get());
  if (version >= oldest) return {verdict::ok, text};
  return {verdict::fail, text + ": crossdock needs PostgreSQL 15 or later"};
}

finding check_schema(store::session& db) {
  int applied = 0;
  int missing = 0;
  for (const auto& one : db.migrations()) ++(one.applied ? applied : missing);
  if (missing == 0) {
    db.require_current_schema();
    return {verdict::ok, "current, version " + std::to_string(applied)};
  }
  if (applied == 0) return {verdict::ok, "none yet: the first run makes it"};
  return {verdict::warn,
          std::to_string(missing) + " migrations are missing: run `crossdock db migrate`"};
}

int examine(program& p, const std::string& output, bool as_json) {
  const config::process_environment env;
  const auto settings = load_settings(p.common, env);
  examination all;
  all.check("plugins", [&] { return check_plugins(p.common, settings); });
  const auto private_server = private_server_directory(settings, env);
  all.check("state", [&] {
    return check_space(private_server.empty() ? settings.state_dir : private_server,
                       "set state_dir in crossdock.yaml");
  });
  if (!output.empty()) {
    all.check("output", [&] { return check_output(output); });
  }
  std::optional<database> where;
  std::optional<store::session> db;
  all.check("database", [&] {
    where.emplace(p.common, settings);
    auto result = check_server(*where);
    if (result.what == verdict::ok) db.emplace(where->connect());
    return result;
  });
  if (db) all.check("schema", [&] { return check_schema(*db); });
  std::cout << (as_json ? all.as_json() : all.text()) << std::flush;
  return all.failed() ? exit_code::failed : exit_code::done;
}

}  // namespace

void add_doctor_command(program& p) {
  auto* command = add_command(p, p.app, "doctor",
                              "Check what a run needs: plugins, disk space, database, schema",
                              "  crossdock doctor\n"
                              "  crossdock doctor --output /data/bundles --database "
                              "postgresql://db.example.com/crossdock\n");
  auto output = std::make_shared<std::string>();
  auto as_json = std::make_shared<bool>(false);
  command->add_option("--output", *output, "Check this directory's disk, too")->type_name("DIR");
  command->add_flag("--json", *as_json, "A JSON array");
  add_database_option(p, *command);
  on_chosen(p, *command, [&p, output, as_json] { return examine(p, *output, *as_json); });
}

}  // namespace crossdock::cli
