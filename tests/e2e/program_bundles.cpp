#include "tests/e2e/program_bundles.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include <boost/json/parse.hpp>

#include "tests/e2e/program_zip.hpp"

namespace crossdock::testing {

namespace json = boost::json;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_line = 16U << 20U;
/// The server drains its workers at each change of type, so they must not mix.
constexpr std::array segments{"version", "emoji", "team",           "channel",    "user",
                              "bot",     "post",  "direct_channel", "direct_post"};

std::set<std::string> system_emoji() {
  std::set<std::string> names;
  std::ifstream list(CROSSDOCK_SOURCE_DIR "/workflows/slack_mattermost/text/system_emoji.txt");
  for (std::string line; std::getline(list, line);) names.insert(line.substr(0, line.find(' ')));
  return names;
}

std::string text_of(const json::object& from, std::string_view key) {
  const auto* found = from.if_contains(key);
  return found ? std::string(found->as_string()) : std::string();
}

const json::array& list_of(const json::object& from, std::string_view key) {
  static const json::array none;
  const auto* found = from.if_contains(key);
  return found ? found->as_array() : none;
}

std::vector<std::string> texts_of(const json::object& from, std::string_view key) {
  std::vector<std::string> texts;
  for (const auto& item : list_of(from, key)) texts.emplace_back(item.as_string());
  return texts;
}

class reader {
 public:
  explicit reader(bundles_read& to) : to_(to) {}

  /// What earlier imports defined stays defined.
  void begin_import() {
    segment_ = 0;
    posts_.clear();
    team_is_given_ = false;
  }

  void bundle(const fs::path& zip, std::int64_t max_bytes) {
    if (static_cast<std::int64_t>(fs::file_size(zip)) > max_bytes) problem(zip, "is too large");
    files_.clear();
    used_.clear();
    std::string lines;
    for (auto& [name, bytes] : read_zip(zip)) {
      const bool is_lines = name == zip.stem().string() + ".jsonl";
      if (!is_lines && !name.starts_with("data/")) problem(zip, "holds " + name);
      if (is_lines) lines = bytes;
      if (!files_.emplace(name, std::move(bytes)).second) problem(zip, "holds " + name + " twice");
    }
    read_lines(zip.filename(), lines);
    for (const auto& [name, bytes] : files_) {
      if (name.starts_with("data/") && !used_.contains(name)) {
        problem(zip, "holds " + name + " for nothing");
      }
    }
  }

 private:
  void problem(const std::string& where, const std::string& what) {
    constexpr std::size_t enough = 20;
    if (to_.problems.size() < enough) to_.problems.push_back(where + ": " + what);
  }
  void require(bool good, const std::string& what) {
    if (!good) problem(where_, what);
  }

  void read_lines(const std::string& bundle, const std::string& text) {
    if (!text.ends_with('\n')) problem(bundle, "ends in the middle of a line");
    std::istringstream lines(text);
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
      where_ = bundle + " line " + std::to_string(++number);
      require(line.size() < max_line, "is too long");
      read_line(json::parse(line).as_object(), number == 1);
    }
  }

  void read_line(const json::object& line, bool first) {
    const auto type = text_of(line, "type");
    require(first == (type == "version"), "a version stands first, and only there");
    if (type == "version") {
      require(line.at("version").as_int64() == 1, "is of another version");
      return;
    }
    const auto segment = std::find(segments.begin(), segments.end(), type) - segments.begin();
    require(segment >= segment_, "a " + type + " comes after later things");
    segment_ = segment;
    const auto& body = line.at(type).as_object();
    if (type == "emoji") emoji(body);
    if (type == "team") team(body);
    if (type == "channel") channel(body);
    if (type == "user") user(body);
    if (type == "bot") bot(body);
    if (type == "direct_channel") direct_channel(body);
    if (type == "post") post(channel_of(body), body);
    if (type == "direct_post") post(direct_of(body), body);
  }

  void emoji(const json::object& body) {
    const auto name = text_of(body, "name");
    require(emoji_.insert(name).second, "emoji " + name + ", again");
    file("data/" + text_of(body, "image"));
    ++to_.totals.emoji;
  }

  void team(const json::object& body) {
    require(!std::exchange(team_is_given_, true), "the team, again");
    teams_.insert(text_of(body, "name"));
  }

  void channel(const json::object& body) {
    require(teams_.contains(text_of(body, "team")), "a channel of an unknown team");
    const auto name = text_of(body, "name");
    require(conversations_.insert(name).second, "channel " + name + ", again");
    ++to_.totals.conversations;
  }

  void user(const json::object& body) {
    for (const auto& team : list_of(body, "teams")) {
      require(teams_.contains(text_of(team.as_object(), "name")), "a member of an unknown team");
      for (const auto& channel : list_of(team.as_object(), "channels")) {
        const auto name = text_of(channel.as_object(), "name");
        require(conversations_.contains(name), "a member of the unknown channel " + name);
      }
    }
    person(body);
  }

  void bot(const json::object& body) {
    require_user(text_of(body, "owner"));
    person(body);
  }

  void person(const json::object& body) {
    const auto name = text_of(body, "username");
    require(users_.insert(name).second, "user " + name + ", again");
    if (body.contains("profile_image")) file("data/" + text_of(body, "profile_image"));
    ++to_.totals.users;
  }

  void direct_channel(const json::object& body) {
    const auto members = texts_of(body, "members");
    for (const auto& member : members) require_user(member);
    const auto name = direct_conversation(members);
    require(conversations_.insert(name).second, name + ", again");
    ++to_.totals.conversations;
  }

  std::string channel_of(const json::object& body) {
    require(teams_.contains(text_of(body, "team")), "a post in an unknown team");
    return text_of(body, "channel");
  }

  static std::string direct_of(const json::object& body) {
    return direct_conversation(texts_of(body, "channel_members"));
  }

  void post(const std::string& where, const json::object& body) {
    require(conversations_.contains(where), "a post in the unknown conversation " + where);
    const auto millis = body.at("create_at").as_int64();
    require(posts_.insert(where + std::to_string(millis)).second,
            "two posts in " + where + " at the same time");
    auto& thread = root(to_.facts.messages[where], message(body));
    for (const auto& item : list_of(body, "replies")) {
      auto reply = message(item.as_object());
      const auto& before = thread.replies.empty() ? thread : thread.replies.back();
      require(before.millis < reply.millis, "a reply that is not later than the one before");
      thread.replies.push_back(std::move(reply));
      ++to_.totals.replies;
    }
  }

  /// The server knows a post again by its time and text.
  message_fact& root(std::vector<message_fact>& list, message_fact fact) {
    const auto place = std::lower_bound(
        list.begin(), list.end(), fact.millis,
        [](const message_fact& one, std::int64_t millis) { return one.millis < millis; });
    if (place == list.end() || place->millis != fact.millis) {
      return *list.insert(place, std::move(fact));
    }
    require(place->text == fact.text && place->user == fact.user,
            "another post at the time " + std::to_string(fact.millis) + ": \"" + fact.text +
                "\" instead of \"" + place->text + '"');
    --to_.totals.messages;
    ++to_.totals.repeated_roots;
    return *place;
  }

  message_fact message(const json::object& body) {
    ++to_.totals.messages;
    message_fact fact{
        body.at("create_at").as_int64(), text_of(body, "user"), text_of(body, "message"), {}};
    require_user(fact.user);
    for (const auto& item : list_of(body, "reactions")) {
      const auto& reaction = item.as_object();
      require_user(text_of(reaction, "user"));
      const auto name = text_of(reaction, "emoji_name");
      require(is_emoji(name), "the unknown emoji " + name);
      require(reaction.at("create_at").as_int64() >= fact.millis, "a reaction before its post");
      ++to_.totals.reactions;
    }
    for (const auto& item : list_of(body, "attachments")) attachment(item.as_object());
    return fact;
  }

  bool is_emoji(const std::string& name) const {
    if (emoji_.contains(name) || system_emoji_.contains(name)) return true;
    for (const char* tone : {"_light", "_medium_light", "_medium", "_medium_dark", "_dark"}) {
      const auto ending = std::string(tone) + "_skin_tone";
      if (name.ends_with(ending) &&
          system_emoji_.contains(name.substr(0, name.size() - ending.size()))) {
        return true;
      }
    }
    return false;
  }

  void attachment(const json::object& body) {
    const auto name = "data/" + text_of(body, "path");
    constexpr std::string_view folder = "data/files/";
    require(name.starts_with(folder), "a file at " + name);
    const auto rest = name.substr(folder.size());
    to_.facts.files[rest.substr(0, rest.find('/'))] = file(name);
    ++to_.totals.attachments;
  }

  /// The bytes of a file that a line refers to, which must be in the same zip.
  std::string file(const std::string& name) {
    const auto found = files_.find(name);
    require(found != files_.end(), "refers to " + name + ", which is not there");
    used_.insert(name);
    return found == files_.end() ? std::string() : found->second;
  }

  void require_user(const std::string& name) {
    require(users_.contains(name), "the unknown user " + name);
  }

  bundles_read& to_;
  const std::set<std::string> system_emoji_ = system_emoji();
  std::string where_;
  std::ptrdiff_t segment_ = 0;                // of this import
  bool team_is_given_ = false;                // in this import
  std::set<std::string> posts_;               // of this import: conversation and time
  std::map<std::string, std::string> files_;  // of this zip
  std::set<std::string> used_;                // of this zip
  std::set<std::string> teams_, emoji_, users_, conversations_;
};

}  // namespace

std::vector<fs::path> bundles_in(const fs::path& directory) {
  std::vector<fs::path> zips;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == ".zip") zips.push_back(entry.path());
  }
  std::sort(zips.begin(), zips.end());
  return zips;
}

bundles_read read_bundles(const std::vector<fs::path>& directories, std::int64_t max_bytes) {
  bundles_read result;
  reader all(result);
  for (const auto& directory : directories) {
    all.begin_import();
    for (const auto& zip : bundles_in(directory)) {
      all.bundle(zip, max_bytes);
      result.zips.push_back(zip);
    }
  }
  return result;
}

}  // namespace crossdock::testing
