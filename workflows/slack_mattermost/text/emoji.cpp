#include "workflows/slack_mattermost/text/emoji.hpp"

#include <array>
#include <charconv>
#include <unordered_map>
#include <vector>

#include "workflows/slack_mattermost/text/emoji_data.hpp"
#include "workflows/slack_mattermost/text/utf8.hpp"

namespace crossdock::slack {
namespace {

struct emoji_entry {
  std::string_view code_points;
  bool has_tones = false;
};

struct emoji_table {
  std::unordered_map<std::string_view, emoji_entry> system;        // Mattermost's names
  std::unordered_map<std::string, std::string_view> by_code;       // bare code points → name
  std::unordered_map<std::string_view, std::string_view> alias;    // Slack's → Mattermost's name
  std::unordered_map<std::string_view, std::string_view> lacking;  // Slack's name → code points
};

constexpr std::string_view tone_separator = "::skin-tone-";
/// Slack counts tones from 2, as Fitzpatrick types 1 and 2 share one.
constexpr std::array<std::string_view, 5> tone_names{"light", "medium_light", "medium",
                                                     "medium_dark", "dark"};
constexpr std::array<std::string_view, 5> tone_codes{"1f3fb", "1f3fc", "1f3fd", "1f3fe", "1f3ff"};

template <class Use>
void for_each_part(std::string_view text, char separator, Use use) {
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    use(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

int tone_of_code(std::string_view code) {
  for (std::size_t i = 0; i < tone_codes.size(); ++i) {
    if (tone_codes[i] == code) return static_cast<int>(i);
  }
  return -1;
}

struct bare_code {
  std::string code_points;  // lower case, without variation selectors and tones
  int tone = -1;
};

bare_code strip_code(std::string_view unicode) {
  std::string lower;
  for (const char c : unicode) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  bare_code bare;
  for_each_part(lower, '-', [&](std::string_view code) {
    const int tone = tone_of_code(code);
    if (tone >= 0) {
      bare.tone = tone;
    } else if (code != "fe0f" && !code.empty()) {
      if (!bare.code_points.empty()) bare.code_points += '-';
      bare.code_points += code;
    }
  });
  return bare;
}

emoji_table load_table() {
  emoji_table table;
  for_each_part(emoji_data::embedded("system_emoji.txt"), '\n', [&](std::string_view line) {
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) return;
    const bool has_tones = line.ends_with(" +");
    const std::string_view codes =
        line.substr(space + 1, line.size() - space - 1 - (has_tones ? 2 : 0));
    table.system.emplace(line.substr(0, space), emoji_entry{codes, has_tones});
    const bare_code bare = strip_code(codes);
    if (bare.tone < 0) table.by_code.emplace(bare.code_points, line.substr(0, space));
  });
  for_each_part(emoji_data::embedded("slack_emoji.txt"), '\n', [&](std::string_view line) {
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) return;
    const std::string_view name = line.substr(0, space);
    const std::string_view value = line.substr(space + 1);
    if (value.starts_with('=')) {
      table.alias.emplace(name, value.substr(1));
    } else {
      table.lacking.emplace(name, value.substr(0, value.find(' ')));
    }
  });
  return table;
}

const emoji_table& table() {
  static const emoji_table loaded = load_table();
  return loaded;
}

struct toned_name {
  std::string_view base;
  int tone = -1;  // index into tone_names
};

toned_name split_tone(std::string_view slack_name) {
  const std::size_t at = slack_name.find(tone_separator);
  if (at == std::string_view::npos) return {slack_name, -1};
  const std::string_view digits = slack_name.substr(at + tone_separator.size());
  const bool known = digits.size() == 1 && digits[0] >= '2' && digits[0] <= '6';
  return {slack_name.substr(0, at), known ? digits[0] - '2' : -1};
}

std::optional<std::string_view> standard_name(std::string_view base, const std::string& codes) {
  const emoji_table& data = table();
  if (data.system.contains(base)) return base;
  if (const auto alias = data.alias.find(base); alias != data.alias.end()) return alias->second;
  if (const auto found = data.by_code.find(codes); found != data.by_code.end()) {
    return found->second;
  }
  return {};
}

}  // namespace

bool is_system_emoji(std::string_view name) {
  const auto& system = table().system;
  if (system.contains(name)) return true;
  for (const std::string_view tone : tone_names) {
    const std::string suffix = "_" + std::string(tone) + "_skin_tone";
    if (!name.ends_with(suffix)) continue;
    const auto base = system.find(name.substr(0, name.size() - suffix.size()));
    if (base != system.end() && base->second.has_tones) return true;
  }
  return false;
}

std::optional<std::string> emoji_name(std::string_view slack_name, std::string_view unicode,
                                      const name_resolver& names) {
  const toned_name parts = split_tone(slack_name);
  if (unicode.empty() && names.custom_emoji(parts.base)) return clean_custom_emoji_name(parts.base);
  const auto alias = unicode.empty() ? names.emoji_alias(parts.base) : std::nullopt;
  const bare_code code = strip_code(unicode);
  const auto base = standard_name(alias ? *alias : parts.base, code.code_points);
  if (!base) return {};
  const int tone = parts.tone >= 0 ? parts.tone : code.tone;
  std::string toned(*base);
  if (tone < 0) return toned;
  toned += "_" + std::string(tone_names[static_cast<std::size_t>(tone)]) + "_skin_tone";
  return is_system_emoji(toned) ? toned : std::string(*base);
}

std::optional<std::string> emoji_characters(std::string_view slack_name, std::string_view unicode) {
  const toned_name parts = split_tone(slack_name);
  std::string_view codes = unicode;
  if (codes.empty()) {
    const auto found = table().lacking.find(parts.base);
    if (found == table().lacking.end()) return {};
    codes = found->second;
  }
  std::string out;
  bool valid = true;
  for_each_part(codes, '-', [&](std::string_view part) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value, 16);
    const bool whole = error == std::errc() && end == part.data() + part.size();
    const bool scalar = value > 0x1F && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
    if (whole && scalar) {
      append_utf8(out, value);
    } else {
      valid = false;
    }
  });
  if (!valid || out.empty()) return {};
  return out;
}

}  // namespace crossdock::slack
