#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iterator>
#include <map>
#include <regex>
#include <string>

#include <gtest/gtest.h>

#include "actors/core/digest.hpp"
#include "tests/unit/architecture_source.hpp"

/// The include rule and the other rules of docs/architecture.md, checked on the sources themselves.
namespace crossdock::architecture {
namespace {

/// Files that may do what a rule forbids, with the reason. An entry that is not needed any more
/// fails.
using exceptions = std::map<std::string, std::string>;

std::vector<source> all_sources() {
  std::vector<source> result;
  for (const char* folder : {"actors", "workflows", "config", "observability"}) {
    for (auto& file : sources_below(folder)) result.push_back(std::move(file));
  }
  return result;
}

/// Fails for every file for which `breaks` returns a text, unless it is an exception.
template <class Breaks>
void expect_rule(const std::vector<source>& files, const std::string& rule,
                 const exceptions& allowed, Breaks breaks) {
  ASSERT_FALSE(files.empty());
  exceptions unused = allowed;
  for (const auto& file : files) {
    const std::string found = breaks(file);
    if (found.empty()) continue;
    if (allowed.contains(file.path)) {
      unused.erase(file.path);
    } else {
      ADD_FAILURE() << file.path << ": " << found << "\nrule: " << rule;
    }
  }
  for (const auto& [path, reason] : unused) {
    ADD_FAILURE() << path << " needs no exception any more (" << reason << ")\nrule: " << rule;
  }
}

std::string match(const std::string& text, const std::regex& pattern) {
  std::smatch found;
  return std::regex_search(text, found, pattern) ? found.str() : "";
}

bool is_own(const std::string& include) {
  return !include.starts_with('<');
}

TEST(architecture, the_plugin_api_has_a_new_version_whenever_its_headers_change) {
  std::string api;
  for (const auto& file : sources_below("workflows/api", {".hpp"})) {
    api += file.path;
    std::copy_if(file.code.begin(), file.code.end(), std::back_inserter(api),
                 [](unsigned char c) { return std::isspace(c) == 0; });
  }
  EXPECT_EQ(sha256_hex(api), "0ed54a5d52e863888b36c3b79c2006286671adc63bc6fb33655c543a6195002a")
      << "a header of workflows/api has changed: raise api::abi_version, then note the new digest";
}

TEST(architecture, includes_point_downwards_only) {
  expect_rule(all_sources(),
              "core <- store <- actors <- control, cli; a workflow includes workflows/api, "
              "actors/core, observability and its own folder",
              {}, [](const source& file) -> std::string {
                for (const auto& include : file.includes) {
                  if (is_own(include) && !may_include(file.path, include)) {
                    return "may not include " + include;
                  }
                }
                return "";
              });
}

TEST(architecture, every_file_belongs_to_a_layer) {
  expect_rule(all_sources(), "folders as in docs/architecture.md", {},
              [](const source& file) -> std::string {
                return layer_of(file.path) == layer::unknown ? "is in no known folder" : "";
              });
}

TEST(architecture, only_actors_know_the_actor_framework) {
  const exceptions allowed{};
  expect_rule(all_sources(), "<caf/...> is included by files directly in actors/ only", allowed,
              [](const source& file) -> std::string {
                if (layer_of(file.path) == layer::actors) return "";
                for (const auto& include : file.includes) {
                  if (include.starts_with("<caf/")) return "includes " + include;
                }
                return "";
              });
}

TEST(architecture, the_engine_names_no_workflow) {
  // All files, comments and names included: adding a workflow touches nothing under actors/.
  static const std::regex names("slack|mattermost", std::regex::icase);
  expect_rule(sources_below("actors", {}), "nothing under actors/ names a workflow", {},
              [](const source& file) { return match(file.path + '\n' + file.text, names); });
}

TEST(architecture, waits_are_finite) {
  static const std::regex endless(R"(\binfinite\b)");
  expect_rule(all_sources(), "every request has a finite, named timeout", {},
              [](const source& file) { return match(file.code, endless); });
}

TEST(architecture, nothing_sleeps) {
  static const std::regex sleep(R"(\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\()");
  const exceptions allowed{
      {"actors/cli/job_worker.cpp", "waits for a lease to end before there are actors"},
      {"actors/cli/output_folder.cpp", "waits for a killed process to be gone, likewise"},
  };
  expect_rule(all_sources(), "actors use delayed messages; nobody sleeps", allowed,
              [](const source& file) { return match(file.code, sleep); });
}

TEST(architecture, state_is_shared_by_messages) {
  static const std::regex lock(
      R"(\b(mutex|shared_mutex|recursive_mutex|timed_mutex|shared_timed_mutex|condition_variable)\b)");
  const exceptions allowed{
      {"actors/cli/screen.hpp", "log lines and the progress bars share one terminal"},
      {"actors/cli/signals.hpp", "a signal may come while the main thread says what it shall stop"},
      {"actors/store/session_pool.hpp", "hands connections to detached actors, on their threads"},
      {"workflows/slack_mattermost/mattermost/hashed_file.hpp",
       "one thread makes the bytes of a zip, another hashes and writes them"},
      {"workflows/slack_mattermost/mattermost/live/request_window.cpp",
       "answers come on the HTTP library's threads"},
      {"actors/target_gate.hpp", "asked for every request, from every exporter's thread"},
      {"observability/logging.cpp", "loggers are made and set up from any thread"},
      {"observability/redaction.cpp", "secrets are registered and looked for from any thread"},
  };
  expect_rule(all_sources(), "actors share nothing, so nothing needs a lock", allowed,
              [](const source& file) {
                // The headers <mutex> and <shared_mutex> alone lock nothing.
                std::string code = file.code;
                for (const auto& include : file.includes) {
                  if (const auto at = code.find(include); at != std::string::npos) {
                    code.erase(at, include.size());
                  }
                }
                return match(code, lock);
              });
}

TEST(architecture, sql_is_in_sql_files) {
  static const std::regex statement(
      R"(^\s*(SELECT|INSERT|UPDATE|DELETE|MERGE|WITH|COPY|CREATE|ALTER|DROP|TRUNCATE|LOCK|SET|LISTEN|NOTIFY)\s)");
  const exceptions allowed{
      {"actors/store/local_cluster.cpp", "creates the database, before there is a session"},
      {"actors/store/session.cpp", "names the connection, before statements are prepared"},
      {"actors/store/session_import.cpp", "a setting of one transaction, which cannot be prepared"},
  };
  expect_rule(sources_below("actors"), "every statement is a file under actors/store/sql", allowed,
              [](const source& file) -> std::string {
                for (const auto& literal : file.literals) {
                  if (!match(literal, statement).empty()) return '"' + literal + '"';
                }
                return "";
              });
}

TEST(architecture, headers_are_included_once) {
  expect_rule(all_sources(), "every header begins with #pragma once", {},
              [](const source& file) -> std::string {
                const bool header = file.path.ends_with(".hpp");
                return header && !file.code.starts_with("#pragma once") &&
                               file.code.find("\n#pragma once") == std::string::npos
                           ? "has no #pragma once"
                           : "";
              });
}

TEST(architecture, own_headers_are_included_by_their_full_name) {
  expect_rule(all_sources(), "includes are relative to the project's root", {},
              [](const source& file) -> std::string {
                for (const auto& include : file.includes) {
                  if (is_own(include) && layer_of(include) == layer::unknown) return include;
                }
                return "";
              });
}

}  // namespace
}  // namespace crossdock::architecture
