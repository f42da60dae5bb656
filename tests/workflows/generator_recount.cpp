#include "tests/workflows/generator_recount.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>

#include <archive.h>
#include <archive_entry.h>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace crossdock::tools {
namespace {

namespace json = boost::json;

void for_each_member(const std::string& path,
                     const std::function<void(std::string, std::string_view)>& use) {
  const std::unique_ptr<archive, int (*)(archive*)> zip(archive_read_new(), archive_read_free);
  archive_read_support_format_zip(zip.get());
  if (archive_read_open_filename(zip.get(), path.c_str(), 1U << 16U) != ARCHIVE_OK) {
    throw std::runtime_error(archive_error_string(zip.get()));
  }
  archive_entry* entry = nullptr;
  std::string bytes;
  while (archive_read_next_header(zip.get(), &entry) == ARCHIVE_OK) {
    bytes.clear();
    char block[65'536];
    for (;;) {
      const auto got = archive_read_data(zip.get(), block, sizeof block);
      if (got < 0) throw std::runtime_error(archive_error_string(zip.get()));
      if (got == 0) break;
      bytes.append(block, static_cast<std::size_t>(got));
    }
    use(archive_entry_pathname(entry), bytes);
  }
}

std::string text_of(const json::object& from, std::string_view key) {
  const auto* found = from.if_contains(key);
  return found != nullptr ? std::string(found->as_string()) : std::string();
}

/// "1704176214.876897" as microseconds.
std::int64_t micros_of(const std::string& ts) {
  const auto dot = ts.find('.');
  EXPECT_EQ(ts.size() - dot, 7U) << ts;
  return std::stoll(ts.substr(0, dot)) * 1'000'000 + std::stoll(ts.substr(dot + 1));
}

class recounter {
 public:
  void member(const std::string& name, std::string_view bytes) {
    EXPECT_TRUE(members_.insert(name).second) << "twice in the zip: " << name;
    if (name.starts_with("__uploads/")) {
      upload(name, bytes);
      return;
    }
    totals_.json_bytes += static_cast<std::int64_t>(bytes.size());
    const auto content = json::parse(bytes);
    const auto& elements = content.as_array();
    const auto slash = name.find('/');
    if (slash != std::string::npos) {
      day_file(name.substr(0, slash), elements);
    } else if (name == "users.json") {
      for (const auto& item : elements) user(item.as_object());
    } else if (name != "integration_logs.json") {
      for (const auto& item : elements) channel(item.as_object());
    }
  }

  export_totals finish() {
    totals_.unlisted_bots = static_cast<std::int64_t>(unlisted_bots_.size());
    totals_.unlisted_users = static_cast<std::int64_t>(unlisted_users_.size());
    totals_.attachments = static_cast<std::int64_t>(file_sizes_.size());
    totals_.custom_emoji = static_cast<std::int64_t>(custom_emoji_.size());
    std::set<std::string> distinct_ts;
    for (const auto& [channel, messages] : messages_) {
      totals_.messages += static_cast<std::int64_t>(messages.size());
      for (const auto& ts : messages) distinct_ts.insert(ts);
    }
    totals_.ts_collisions = totals_.messages - static_cast<std::int64_t>(distinct_ts.size());
    threads();
    return totals_;
  }

 private:
  using thread_key = std::pair<std::string, std::string>;  // folder, ts of the root

  void user(const json::object& item) {
    ++totals_.users;
    EXPECT_TRUE(users_.insert(text_of(item, "id")).second);
    const auto bot = text_of(item.at("profile").as_object(), "bot_id");
    if (!bot.empty()) bots_.insert(bot);
  }

  void channel(const json::object& item) {
    ++totals_.channels;
    EXPECT_TRUE(channel_ids_.insert(text_of(item, "id")).second);
    const auto name = text_of(item, "name");
    EXPECT_TRUE(folders_.insert(name.empty() ? text_of(item, "id") : name).second);
    for (const auto& member : item.at("members").as_array()) {
      EXPECT_TRUE(users_.contains(std::string(member.as_string())));
    }
  }

  void day_file(const std::string& folder, const json::array& elements) {
    ++totals_.day_files;
    EXPECT_TRUE(folders_.contains(folder)) << folder;
    EXPECT_FALSE(elements.empty());
    for (const auto& item : elements) message(folder, item.as_object());
  }

  void message(const std::string& folder, const json::object& item) {
    const auto ts = text_of(item, "ts");
    EXPECT_TRUE(messages_[folder].insert(ts).second) << folder << ' ' << ts;
    time(folder, micros_of(ts));
    author(item);
    thread(folder, ts, item);
    for (const char* name : {"party_parrot", "shipit", "blob_wave", "котик"}) {
      const auto text = text_of(item, "text");
      if (text.find(':' + std::string(name) + ':') != std::string::npos) custom_emoji_.insert(name);
    }
    if (item.contains("edited")) ++totals_.edited;
    if (const auto* payload = item.if_contains("app_payload")) {
      if (payload->at("score").is_double()) ++totals_.float_messages;
    }
    if (const auto* list = item.if_contains("reactions")) reactions(list->as_array());
    if (const auto* list = item.if_contains("files")) files(list->as_array());
  }

  void time(const std::string& folder, std::int64_t micros) {
    auto& last = last_micros_[folder];
    EXPECT_LT(last, micros) << folder;
    if (last / 1000 == micros / 1000) ++totals_.ms_collisions;
    last = micros;
  }

  void author(const json::object& item) {
    const auto user = text_of(item, "user");
    const auto bot = text_of(item, "bot_id");
    EXPECT_NE(user.empty(), bot.empty());
    if (!user.empty() && !users_.contains(user)) unlisted_users_.insert(user);
    if (!bot.empty() && !bots_.contains(bot)) unlisted_bots_.insert(bot);
  }

  void thread(const std::string& folder, const std::string& ts, const json::object& item) {
    const auto root = text_of(item, "thread_ts");
    if (!root.empty() && root != ts) {
      ++totals_.thread_links;
      replies_[{folder, root}].insert(ts);
    }
    if (const auto* replies = item.if_contains("replies")) {
      EXPECT_EQ(root, ts);
      auto& announced = announced_[{folder, ts}];
      for (const auto& reply : replies->as_array()) {
        announced.insert(text_of(reply.as_object(), "ts"));
      }
      EXPECT_EQ(item.at("reply_count").to_number<std::size_t>(), announced.size());
      EXPECT_EQ(text_of(item, "latest_reply"), *announced.rbegin());
    }
  }

  void reactions(const json::array& list) {
    std::set<std::string> names;
    for (const auto& item : list) {
      const auto name = text_of(item.as_object(), "name");
      EXPECT_TRUE(names.insert(name).second);
      if (name == "party_parrot" || name == "shipit" || name == "blob_wave" || name == "котик") {
        custom_emoji_.insert(name);
      }
      std::set<std::string> users;
      for (const auto& user : item.at("users").as_array())
        users.insert(std::string(user.as_string()));
      EXPECT_EQ(item.at("count").to_number<std::size_t>(), users.size());
      totals_.reactions += static_cast<std::int64_t>(users.size());
    }
  }

  void files(const json::array& list) {
    for (const auto& item : list) {
      const auto* size = item.as_object().if_contains("size");
      const auto id = text_of(item.as_object(), "id");
      const auto bytes = size != nullptr ? size->as_int64() : -1;
      EXPECT_TRUE(file_sizes_.emplace(id, bytes).second) << id;
    }
  }

  void upload(const std::string& name, std::string_view bytes) {
    ++totals_.upload_files;
    totals_.upload_bytes += static_cast<std::int64_t>(bytes.size());
    const auto id = name.substr(10, name.find('/', 10) - 10);
    ASSERT_TRUE(file_sizes_.contains(id)) << name;
    EXPECT_EQ(file_sizes_[id], static_cast<std::int64_t>(bytes.size())) << name;
    EXPECT_TRUE(bytes.starts_with("%PDF-")) << name;
  }

  void threads() {
    for (const auto& [key, replies] : replies_) {
      if (messages_[key.first].contains(key.second)) {
        ++totals_.thread_roots;
        if (!announced_.empty()) {
          EXPECT_EQ(announced_[key], replies) << key.first << ' ' << key.second;
        }
      } else {
        ++totals_.missing_roots;
      }
    }
    for (const auto& [key, replies] : announced_) EXPECT_EQ(replies_[key], replies);
  }

  export_totals totals_;
  std::set<std::string> members_;
  std::set<std::string> users_;
  std::set<std::string> bots_;
  std::set<std::string> channel_ids_;
  std::set<std::string> folders_;
  std::set<std::string> unlisted_bots_;
  std::set<std::string> unlisted_users_;
  std::set<std::string> custom_emoji_;
  std::map<std::string, std::set<std::string>> messages_;  // ts by folder
  std::map<std::string, std::int64_t> last_micros_;        // by folder
  std::map<std::string, std::int64_t> file_sizes_;         // by file id
  std::map<thread_key, std::set<std::string>> replies_;    // as found
  std::map<thread_key, std::set<std::string>> announced_;  // as the root says
};

}  // namespace

export_totals recount(const std::string& zip_path) {
  recounter counter;
  for_each_member(zip_path, [&](const std::string& name, std::string_view bytes) {
    counter.member(name, bytes);
  });
  return counter.finish();
}

}  // namespace crossdock::tools
