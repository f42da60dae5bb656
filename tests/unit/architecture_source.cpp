#include "tests/unit/architecture_source.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

namespace crossdock::architecture {

namespace fs = std::filesystem;

namespace {

/// One pass over C++ text.
class scanner {
 public:
  explicit scanner(std::string_view text) : rest_(text) {}

  void scan(source& into) {
    while (!rest_.empty()) {
      if (rest_.starts_with("//")) {
        take_until("\n", false);
      } else if (rest_.starts_with("/*")) {
        take_until("*/", true);
        into.code += ' ';
      } else if (rest_.starts_with("R\"") && !after_identifier(into.code)) {
        literal(into, raw_literal());
      } else if (rest_.front() == '"') {
        literal(into, quoted('"'));
      } else if (rest_.front() == '\'' && !after_identifier(into.code)) {
        quoted('\'');
        into.code += "' '";
      } else {
        const char c = rest_.front();
        if (!std::isspace(static_cast<unsigned char>(c))) adjacent_ = false;
        into.code += c;
        rest_.remove_prefix(1);
      }
    }
  }

 private:
  /// 'x' after a digit or letter is a digit separator or a literal's prefix; R" after one is a
  /// name.
  static bool after_identifier(std::string_view code) {
    return !code.empty() &&
           (std::isalnum(static_cast<unsigned char>(code.back())) || code.back() == '_');
  }

  std::string_view take(std::size_t count) {
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view take_until(std::string_view end, bool inclusive) {
    const auto at = rest_.find(end);
    if (at == std::string_view::npos) return take(rest_.size());
    return take(at + (inclusive ? end.size() : 0));
  }

  std::string quoted(char quote) {
    std::string content;
    take(1);
    while (!rest_.empty() && rest_.front() != quote) {
      content += take(rest_.front() == '\\' ? 2 : 1);
    }
    take(1);
    return content;
  }

  std::string raw_literal() {
    take(2);
    const std::string delimiter(take_until("(", false));
    take(1);
    const std::string end = ")" + delimiter + "\"";
    std::string content(take_until(end, true));
    content.resize(content.size() - std::min(content.size(), end.size()));
    return content;
  }

  void literal(source& into, const std::string& content) {
    into.code += "\"\"";
    if (adjacent_) {
      into.literals.back() += content;
    } else {
      into.literals.push_back(content);
    }
    adjacent_ = true;
  }

  std::string_view rest_;
  bool adjacent_ = false;  ///< only white space since the last string literal
};

std::vector<std::string> includes_of(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("#include ")) continue;
    const auto end = line.find_first_of("\">", 10);
    if (end == std::string::npos) continue;
    const bool own = line[9] == '"';
    result.push_back(own ? line.substr(10, end - 10) : line.substr(9, end - 8));
  }
  return result;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

source take_apart(std::string path, std::string text) {
  source result;
  result.path = std::move(path);
  result.text = std::move(text);
  result.includes = includes_of(result.text);
  scanner(result.text).scan(result);
  return result;
}

std::vector<source> sources_below(std::string_view folder,
                                  const std::vector<std::string>& endings) {
  const fs::path root = CROSSDOCK_SOURCE_DIR;
  std::vector<source> result;
  for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
    const std::string ending = entry.path().extension().string();
    if (!entry.is_regular_file()) continue;
    if (!endings.empty() && std::count(endings.begin(), endings.end(), ending) == 0) continue;
    result.push_back(
        take_apart(entry.path().lexically_relative(root).generic_string(), read(entry.path())));
  }
  std::sort(result.begin(), result.end(),
            [](const source& a, const source& b) { return a.path < b.path; });
  return result;
}

layer layer_of(std::string_view path) {
  static const std::pair<std::string_view, layer> folders[] = {
      {"actors/core/", layer::core},
      {"actors/store/", layer::store},
      {"actors/control/", layer::control},
      {"actors/cli/", layer::cli},
      {"workflows/api/", layer::plugin_api},
      {"config/", layer::config},
      {"observability/", layer::observability},
  };
  for (const auto& [folder, which] : folders) {
    if (path.starts_with(folder)) return which;
  }
  const bool nested = std::count(path.begin(), path.end(), '/') > 1;
  if (path.starts_with("actors/")) return nested ? layer::unknown : layer::actors;
  if (path.starts_with("workflows/")) return nested ? layer::workflow : layer::plugin_list;
  return layer::unknown;
}

std::string workflow_folder(std::string_view path) {
  return std::string(path.substr(0, path.find('/', path.find('/') + 1) + 1));
}

bool may_include(std::string_view from, std::string_view to) {
  using enum layer;
  static const std::map<layer, std::set<layer>> allowed{
      {core, {core}},
      {plugin_api, {plugin_api}},
      {observability, {observability}},
      {config, {config, core, plugin_api, observability}},
      {store, {store, core, plugin_api, observability}},
      {actors, {actors, store, core, plugin_api, plugin_list, config, observability}},
      {control, {control, actors, store, core, plugin_api, config, observability}},
      {cli, {cli, control, actors, store, core, plugin_api, plugin_list, config, observability}},
      {plugin_list, {plugin_list, plugin_api}},
      {workflow, {plugin_api, core, observability}},
  };
  const layer inner = layer_of(from);
  const layer other = layer_of(to);
  if (inner == workflow && other == workflow) return workflow_folder(from) == workflow_folder(to);
  const auto rule = allowed.find(inner);
  return rule != allowed.end() && rule->second.contains(other);
}

}  // namespace crossdock::architecture
