#include "tests/tools/slack_export/file_facts.hpp"

#include <fmt/format.h>

#include "tests/tools/slack_export/random.hpp"
#include "tests/tools/slack_export/workspace.hpp"

namespace crossdock::tools {
namespace {

std::string_view mode_of(std::uint64_t roll) {
  if (roll < 90) return "hosted";
  if (roll < 95) return "snippet";
  if (roll < 97) return "external";
  return roll < 99 ? "tombstone" : "hidden_by_limit";
}

}  // namespace

file_facts facts_of_file(std::int64_t number, std::uint64_t seed, std::int64_t mean_size) {
  const auto facts = mix(seed ^ mix(3U << 20U ^ static_cast<std::uint64_t>(number) << 8U));
  file_facts file;
  file.id = fmt::format("F{:08}", number);
  file.mode = mode_of(facts % 100);
  const char* const ending = file.mode == "snippet" ? "txt" : "pdf";
  file.name = fmt::format("{}-{}.{}", facts / 100 % 5 == 0 ? "отчёт" : "document", number, ending);
  file.size = mean_size / 2 +
              static_cast<std::int64_t>(facts / 1000 % static_cast<std::uint64_t>(mean_size + 1));
  return file;
}

boost::json::object file_json(const file_facts& file, std::string_view user, std::int64_t second) {
  if (file.mode == "tombstone") return {{"id", file.id}, {"mode", file.mode}};
  boost::json::object result{
      {"id", file.id},
      {"created", second},
      {"timestamp", second},
      {"name", file.name},
      {"title", file.name},
      {"mimetype", file.mode == "snippet" ? "text/plain" : "application/pdf"},
      {"filetype", file.mode == "snippet" ? "text" : "pdf"},
      {"user", user},
      {"size", file.size},
      {"mode", file.mode},
      {"is_external", file.mode == "external"}};
  if (file.mode == "external") {
    result["external_type"] = "gdrive";
    result["url_private"] = "https://docs.example.org/" + file.id;
  } else if (file.mode != "hidden_by_limit") {
    const auto url = fmt::format("https://files.slack.com/files-pri/{}-{}/", team_id, file.id);
    result["url_private"] = url + file.name + "?t=xoxe-0";
    result["url_private_download"] = url + "download/" + file.name + "?t=xoxe-0";
  }
  if (file.mode == "snippet") result["preview"] = "first line";
  return result;
}

}  // namespace crossdock::tools
