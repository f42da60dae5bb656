#include "tests/e2e/program_facts.hpp"

#include <algorithm>

#include <boost/json/parse.hpp>

#include "tests/e2e/program_zip.hpp"

namespace crossdock::testing {

namespace json = boost::json;

namespace {

constexpr const char* general = "channel-0000";  // the workspace's default channel
constexpr const char* town_square = "town-square";
constexpr std::string_view uploads = "__uploads/";
constexpr int tolerance = 5;  // milliseconds that equal timestamps are pushed apart, at most

std::string text_of(const json::object& from, std::string_view key) {
  const auto* found = from.if_contains(key);
  return found ? std::string(found->as_string()) : std::string();
}

/// "1704176214.876897" in milliseconds; the generator writes six digits always.
std::int64_t millis_of(const std::string& ts) {
  const auto dot = ts.find('.');
  return std::stoll(ts.substr(0, dot)) * 1000 + std::stoll(ts.substr(dot + 1, 3));
}

class export_reader {
 public:
  explicit export_reader(const zip_members& members) {
    for (const auto& [name, bytes] : members) {
      if (name == "users.json") read_users(bytes);
    }
    for (const auto& [name, bytes] : members) {
      if (name.starts_with(uploads)) {
        const auto id = name.substr(uploads.size());
        facts_.files[id.substr(0, id.find('/'))] = bytes;
      } else if (const auto slash = name.find('/'); slash != name.npos) {
        read_day(name.substr(0, slash), bytes);
      } else if (name != "users.json" && name != "integration_logs.json") {
        read_conversations(bytes);
      }
    }
  }

  conversation_facts finish() {
    for (const auto& [folder, messages] : messages_) {
      std::map<std::string, message_fact> roots;
      for (const auto& [ts, message] : messages) {
        if (message.root == ts) roots[ts] = message.fact;
      }
      for (const auto& [ts, message] : messages) {
        if (message.root == ts) continue;
        auto& root =
            roots.try_emplace(message.root, message_fact{millis_of(message.root), {}, {}, {}})
                .first->second;
        auto reply = message.fact;
        // Some that the generator gives a missing root are older than that.
        reply.millis = std::max(reply.millis, root.millis + 1);
        root.replies.push_back(std::move(reply));
        if (message.broadcast) roots[ts] = message.fact;
      }
      auto& list = facts_.messages[names_.at(folder)];
      for (auto& [ts, root] : roots) list.push_back(std::move(root));
    }
    return std::move(facts_);
  }

 private:
  struct message {
    std::string root;  ///< its own ts when it is no reply
    message_fact fact;
    bool broadcast = false;
  };

  void read_users(const std::string& bytes) {
    const auto list = json::parse(bytes);
    for (const auto& item : list.as_array()) {
      users_[text_of(item.as_object(), "id")] = text_of(item.as_object(), "name");
    }
  }

  void read_conversations(const std::string& bytes) {
    const auto list = json::parse(bytes);
    for (const auto& item : list.as_array()) {
      const auto& conversation = item.as_object();
      const auto name = text_of(conversation, "name");
      const auto folder = name.empty() ? text_of(conversation, "id") : name;
      std::vector<std::string> members;
      for (const auto& id : conversation.at("members").as_array()) {
        members.push_back(users_.at(std::string(id.as_string())));
      }
      const bool direct = name.empty() || name.starts_with("mpdm-");
      names_[folder] = direct ? direct_conversation(members) : name == general ? town_square : name;
    }
  }

  void read_day(const std::string& folder, const std::string& bytes) {
    const auto list = json::parse(bytes);
    for (const auto& item : list.as_array()) {
      const auto& element = item.as_object();
      const auto ts = text_of(element, "ts");
      const auto thread = text_of(element, "thread_ts");
      const auto user = users_.find(text_of(element, "user"));
      const bool broadcast = text_of(element, "subtype") == "thread_broadcast";
      const auto name = user == users_.end() ? std::string() : user->second;
      messages_[folder][ts] = {
          thread.empty() ? ts : thread, {millis_of(ts), name, {}, {}}, broadcast};
      if (broadcast) ++facts_.broadcasts;
    }
  }

  conversation_facts facts_;
  std::map<std::string, std::string> users_;                        // name by id
  std::map<std::string, std::string> names_;                        // by folder
  std::map<std::string, std::map<std::string, message>> messages_;  // by folder and ts
};

class comparer {
 public:
  std::vector<std::string> found;

  void compare(const std::string& where, const std::vector<message_fact>& expected,
               const std::vector<message_fact>& actual) {
    if (expected.size() != actual.size()) {
      found.push_back(where + ": " + std::to_string(actual.size()) + " instead of " +
                      std::to_string(expected.size()) + " messages");
      return;
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const auto& [millis, user, _, replies] = expected[i];
      const auto place = where + " at " + std::to_string(millis);
      const auto late = actual[i].millis - millis;
      if (late < 0 || late > tolerance) {
        found.push_back(place + ": has the time " + std::to_string(actual[i].millis));
        return;
      }
      if (!user.empty() && user != actual[i].user) {
        found.push_back(place + ": is by " + actual[i].user + " instead of " + user);
      }
      compare(place + ", replies", replies, actual[i].replies);
    }
  }
};

}  // namespace

std::string direct_conversation(std::vector<std::string> members) {
  std::sort(members.begin(), members.end());
  std::string name = "direct:";
  for (const auto& member : members) name += ' ' + member;
  return name;
}

conversation_facts facts_of_export(const std::filesystem::path& zip) {
  return export_reader(read_zip(zip)).finish();
}

std::vector<std::string> differences(const conversation_facts& source,
                                     const conversation_facts& bundles) {
  comparer result;
  for (const auto& [name, messages] : source.messages) {
    const auto found = bundles.messages.find(name);
    if (found == bundles.messages.end()) {
      result.found.push_back(name + ": is in no bundle");
    } else {
      result.compare(name, messages, found->second);
    }
  }
  for (const auto& [name, messages] : bundles.messages) {
    if (!source.messages.contains(name)) result.found.push_back(name + ": is not in the export");
  }
  for (const auto& [id, bytes] : source.files) {
    const auto found = bundles.files.find(id);
    if (found == bundles.files.end()) {
      result.found.push_back("file " + id + ": is in no bundle");
    } else if (found->second != bytes) {
      result.found.push_back("file " + id + ": has other bytes");
    }
  }
  if (bundles.files.size() > source.files.size()) result.found.push_back("files from nowhere");
  return std::move(result.found);
}

}  // namespace crossdock::testing
