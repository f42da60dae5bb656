#include "tests/tools/slack_export/text.hpp"

#include <fmt/format.h>

#include "tests/tools/slack_export/workspace.hpp"

namespace crossdock::tools {
namespace {

namespace json = boost::json;

constexpr const char* vocabulary[] = {
    "deploy",   "release",    "server",       "build",  "report", "meeting",  "budget",
    "customer", "invoice",    "review",       "merge",  "branch", "ticket",   "staging",
    "backup",   "restore",    "latency",      "graph",  "design", "sprint",   "schedule",
    "update",   "please",     "check",        "again",  "today",  "tomorrow", "morning",
    "nothing",  "works",      "anymore",      "thanks", "привет", "данные",   "отчёт",
    "релиз",    "ошибка",     "тест",         "готово", "завтра", "café",     "naïve",
    "Größe",    "übermorgen", "déjà",         "señal",  "mañana", "ağaç",     "デプロイ",
    "会議",     "確認",       "お願いします", "测试",   "发布",   "שלום",     "مرحبا",
    "R&D",      "x<y",        "a->b",         "don't",  "50%",    "v1.2.3",   "\"soon\"",
    "👍🏽"};
constexpr const char* standard_emoji[] = {
    "+1",   "-1",    "eyes", "heart", "tada", "joy", "fire", "white_check_mark", "thinking_face",
    "wave", "rocket"};
constexpr const char* custom_emoji[] = {"party_parrot", "shipit", "blob_wave", "котик"};

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      default: result += c;
    }
  }
  return result;
}

json::object text_element(std::string_view text) {
  return {{"type", "text"}, {"text", text}};
}

json::array only(json::object element) {
  json::array result;
  result.emplace_back(std::move(element));
  return result;
}

json::object section(json::array elements) {
  return {{"type", "rich_text_section"}, {"elements", std::move(elements)}};
}

/// Builds both forms side by side, piece by piece.
class composer {
 public:
  composer(random_source& random, int users, int public_channels)
      : random_(random), users_(users), public_channels_(public_channels) {}

  composed_text run() {
    plain();
    inline_piece();
    result_.rich_text.emplace_back(section(std::move(line_)));
    if (random_.chance(30)) preformatted();
    if (random_.chance(30)) list();
    return std::move(result_);
  }

 private:
  void piece(std::string_view mrkdwn, json::object element) {
    result_.mrkdwn += mrkdwn;
    line_.emplace_back(std::move(element));
  }

  void styled(std::string_view text, char mark, std::string_view style) {
    auto element = text_element(text);
    element["style"] = json::object{{style, true}};
    piece(mark + escaped(text) + mark, std::move(element));
  }

  void space() { piece(" ", text_element(" ")); }

  void plain() {
    const auto text = words(random_, random_.between(3, 24));
    if (random_.chance(60)) {
      styled(text, '*', "bold");
    } else {
      piece(escaped(text), text_element(text));
    }
  }

  void inline_piece() {
    const auto roll = random_.below(100);
    if (roll >= 40) return;
    space();
    if (roll < 10) {
      user();
    } else if (roll < 16) {
      link();
    } else if (roll < 19) {
      channel();
    } else if (roll < 20) {
      broadcast();
    } else if (roll < 26) {
      custom();
    } else if (roll < 32) {
      const std::string name = random_.pick(standard_emoji);
      piece(':' + name + ':', {{"type", "emoji"}, {"name", name}});
    } else {
      styled(words(random_, 1), roll < 38 ? '`' : '_', roll < 38 ? "code" : "italic");
    }
  }

  void user() {
    const auto id = user_id(static_cast<int>(random_.below(users_)));
    piece("<@" + id + ">", {{"type", "user"}, {"user_id", id}});
  }

  void link() {
    const auto number = random_.below(100'000);
    const auto url = fmt::format("https://example.org/t/{}?a=1&b=2", number);
    const auto label = fmt::format("ticket {}", number);
    piece("<" + escaped(url) + "|" + label + ">",
          {{"type", "link"}, {"url", url}, {"text", label}});
  }

  void channel() {
    const auto id = fmt::format("C{:08}", random_.below(public_channels_));
    piece("<#" + id + "|channel>", {{"type", "channel"}, {"channel_id", id}});
  }

  void broadcast() {
    piece("<!here>", {{"type", "broadcast"}, {"range", "here"}});
    space();
    piece("<!subteam^S00000001|@devs>", {{"type", "usergroup"}, {"usergroup_id", "S00000001"}});
  }

  void custom() {
    result_.custom_emoji = custom_emoji_name(random_);
    piece(':' + result_.custom_emoji + ':', {{"type", "emoji"}, {"name", result_.custom_emoji}});
  }

  void preformatted() {
    const auto code =
        fmt::format("if (x < {}) {{\n  return \"{}\";\n}}", random_.below(100), words(random_, 2));
    result_.mrkdwn += "\n```" + escaped(code) + "```";
    result_.rich_text.emplace_back(
        json::object{{"type", "rich_text_preformatted"}, {"elements", only(text_element(code))}});
  }

  void list() {
    json::array items;
    for (auto count = random_.between(2, 4); count > 0; --count) {
      const auto text = words(random_, 3);
      result_.mrkdwn += "\n• " + escaped(text);
      items.emplace_back(section(only(text_element(text))));
    }
    result_.rich_text.emplace_back(
        json::object{{"type", "rich_text_list"},
                     {"style", random_.chance(500) ? "bullet" : "ordered"},
                     {"indent", 0},
                     {"elements", std::move(items)}});
  }

  random_source& random_;
  int users_;
  int public_channels_;
  composed_text result_;
  json::array line_;
};

}  // namespace

std::string custom_emoji_name(random_source& random) {
  return random.pick(custom_emoji);
}

std::string reaction_name(random_source& random, bool& custom) {
  custom = random.chance(230);
  if (custom) return custom_emoji_name(random);
  if (random.chance(20)) return fmt::format("+1::skin-tone-{}", random.between(2, 6));
  return random.pick(standard_emoji);
}

std::string words(random_source& random, std::int64_t count) {
  std::string result;
  for (; count > 0; --count) {
    result += random.pick(vocabulary);
    if (count > 1) result += ' ';
  }
  return result;
}

composed_text compose_text(random_source& random, int users, int public_channels) {
  return composer(random, users, public_channels).run();
}

}  // namespace crossdock::tools
