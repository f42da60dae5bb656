#include <cstdlib>
#include <random>
#include <set>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workflows/mattermost_bundle_fixture.hpp"
#include "workflows/slack_mattermost/mattermost/assembler.hpp"
#include "workflows/slack_mattermost/mattermost/assembler_files.hpp"
#include "workflows/slack_mattermost/mattermost/assembler_zip.hpp"

namespace crossdock::mattermost {
namespace {

namespace json = boost::json;
using namespace testing_tools;
using ::testing::HasSubstr;

std::string noise(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

class assembler_test : public testing::Test {
 protected:
  assembler_test() {
    options_.version = {"crossdock", "0.1", "2024-01-01T00:00:00Z"};
    options_.own_team = team{"acme", "Acme", "", false};
  }

  void add(const std::string& type, const std::string& lane,
           const std::vector<part_record>& records) {
    auto& cursor = cursors_[type + "/" + lane];
    part_writer writer(dir_ / "parts", type, lane, cursor);
    for (const auto& record : records) writer.append(record);
    cursor = writer.sync();
  }

  bundle_file file(const std::string& key, const std::string& name, std::string bytes) {
    const auto size = static_cast<std::int64_t>(bytes.size());
    blobs_.add(key, std::move(bytes));
    return {key, "files/" + key + "/" + name, size};
  }

  static part_record post(const std::string& channel, const std::string& user,
                          const std::string& message, std::int64_t at,
                          std::vector<bundle_file> files = {}) {
    thread item;
    item.where = team_channel{"acme", channel};
    item.root.user = user;
    item.root.message = message;
    item.root.create_at = at;
    item.root.attachments = std::move(files);
    return post_line(item, newest_server).record;
  }

  /// A small workspace with every segment, two channels and two people.
  void add_workspace() {
    add("channel", "0",
        {channel_line({"acme", "dev", "Dev", "", "", false, 0}, newest_server).record});
    add("channel", "1",
        {channel_line({"acme", "ops", "Ops", "", "", true, 0}, newest_server).record,
         direct_channel_line({{{"amy", {}}, {"bob", {}}}, "", {}}, newest_server).record});
    user bob;
    bob.username = "bob";
    bob.email = "bob@example.com";
    bob.teams = {{"acme", false, {{"dev", false, false, {}}, {"ops", false, false, {}}}}};
    user amy = bob;
    amy.username = "amy";
    amy.profile_image = file("A1", "amy.png", noise(900, 1));
    add("user", "0",
        {bot_line({"ci", "CI", "bob", "", 0, {}}, newest_server)->record, user_line(bob).record,
         user_line(amy).record});
    add("custom_emoji", "0",
        {emoji_line({"parrot", file("E1", "parrot.gif", noise(500, 2))}).record});
  }

  assembly_report run() {
    return assemble(dir_ / "parts", dir_ / "out", options_, blobs_, blobs_.finder());
  }

  std::string error_of_run() {
    try {
      run();
    } catch (const assembly_error& error) {
      return error.what();
    }
    return "no error";
  }

  std::vector<json::object> lines_of(const std::string& bundle) {
    const auto zip = read_zip(dir_ / ("out/" + bundle + ".zip"));
    std::vector<json::object> lines;
    for (const auto& line : split_lines(zip.files.at(bundle + ".jsonl"))) {
      lines.push_back(json::parse(line).as_object());
    }
    return lines;
  }

  temporary_directory dir_;
  memory_blobs blobs_;
  assembler_options options_;
  std::map<std::string, std::string> cursors_;
};

std::string text(const json::value& value) {
  return std::string(value.as_string());
}

/// Reads bundles in order as the importer would and fails for whatever it would refuse.
class importer_double {
 public:
  void import(const fs::path& path) {
    const auto zip = read_zip(path);
    const auto jsonl = path.stem().string() + ".jsonl";
    ASSERT_TRUE(zip.files.count(jsonl)) << jsonl;
    for (const auto& name : zip.names) {
      EXPECT_TRUE(name == jsonl || name.starts_with("data/")) << name;
    }
    EXPECT_EQ(zip.names.size(), zip.files.size()) << "a name occurs twice";
    std::set<std::string> used;
    std::size_t segment_before = 0;
    std::size_t number = 0;
    for (const auto& text_of_line : split_lines(zip.files.at(jsonl))) {
      const auto line = json::parse(text_of_line).as_object();
      const auto type = text(line.at("type"));
      const auto at = std::find(segment_names.begin(), segment_names.end(), type);
      ASSERT_NE(at, segment_names.end()) << type;
      const auto segment_now = static_cast<std::size_t>(at - segment_names.begin());
      EXPECT_GE(segment_now, segment_before) << "segments are sorted";
      EXPECT_EQ(segment_now == 0, number == 0) << "version comes first and once";
      segment_before = segment_now;
      ++number;
      if (type != "version") take(type, line.at(type).as_object(), zip, used);
    }
    for (const auto& name : zip.names) {
      if (name != jsonl) {
        EXPECT_TRUE(used.count(name)) << name << " is referred to by nothing";
      }
    }
  }

  std::map<std::string, int> lines;
  int attachments = 0;

 private:
  void take(const std::string& type, const json::object& item, const zip_content& zip,
            std::set<std::string>& used) {
    ++lines[type];
    if (type == "team") teams_.insert(text(item.at("name")));
    if (type == "channel") {
      EXPECT_TRUE(teams_.count(text(item.at("team"))));
      channels_.insert(text(item.at("name")));
    }
    if (type == "user") take_user(item);
    if (type == "bot") {
      EXPECT_TRUE(users_.count(text(item.at("owner"))));
      users_.insert(text(item.at("username")));
    }
    if (type == "post") {
      EXPECT_TRUE(channels_.count(text(item.at("channel")))) << item.at("channel");
    }
    if (type == "post" || type == "direct_post") take_post(item, zip, used);
    for (const auto* key : {"profile_image", "image"}) {
      if (item.contains(key)) use(text(item.at(key)), zip, used);
    }
  }

  void take_user(const json::object& item) {
    users_.insert(text(item.at("username")));
    for (const auto& membership : item.at("teams").as_array()) {
      EXPECT_TRUE(teams_.count(text(membership.at("name"))));
      for (const auto& channel : membership.at("channels").as_array()) {
        EXPECT_TRUE(channels_.count(text(channel.at("name"))));
      }
    }
  }

  void take_post(const json::object& item, const zip_content& zip, std::set<std::string>& used) {
    EXPECT_TRUE(users_.count(text(item.at("user")))) << item.at("user");
    if (item.contains("attachments")) {
      for (const auto& entry : item.at("attachments").as_array()) {
        use(text(entry.at("path")), zip, used);
        ++attachments;
      }
    }
    if (item.contains("replies")) {
      for (const auto& reply : item.at("replies").as_array()) {
        take_post(reply.as_object(), zip, used);
      }
    }
  }

  static void use(const std::string& path, const zip_content& zip, std::set<std::string>& used) {
    EXPECT_TRUE(zip.files.count("data/" + path)) << path;
    used.insert("data/" + path);
  }

  std::set<std::string> teams_, channels_, users_;
};

TEST_F(assembler_test, one_small_bundle_holds_everything_in_order) {
  add_workspace();
  const auto picture = noise(5000, 3);
  add("message", "C2", {post("ops", "amy", "second lane", 5)});
  add("message", "C1",
      {post("dev", "bob", "first", 1, {file("F1", "Bild ä.png", picture)}),
       post("dev", "amy", "again", 2, {file("F1", "Bild ä.png", picture)})});
  const auto report = run();
  ASSERT_EQ(report.bundles.size(), 1u);
  const auto& bundle = report.bundles[0];
  EXPECT_EQ(bundle.file, "bundle-001.zip");
  EXPECT_EQ(bundle.bytes, static_cast<std::int64_t>(fs::file_size(dir_ / "out/bundle-001.zip")));
  EXPECT_EQ(bundle.files, 3);
  EXPECT_EQ(bundle.lines, (std::map<std::string, std::int64_t>{{"bot", 1},
                                                               {"channel", 2},
                                                               {"direct_channel", 1},
                                                               {"emoji", 1},
                                                               {"post", 3},
                                                               {"team", 1},
                                                               {"user", 2}}));
  EXPECT_TRUE(report.missing.empty());
  importer_double importer;
  importer.import(dir_ / "out/bundle-001.zip");
  EXPECT_EQ(importer.attachments, 2);
  EXPECT_EQ(read_zip(dir_ / "out/bundle-001.zip").files.at("data/files/F1/Bild ä.png"), picture);
  const auto lines = lines_of("bundle-001");
  EXPECT_EQ(lines[lines.size() - 4].at("post").at("message").as_string(), "first");
  EXPECT_EQ(lines[lines.size() - 2].at("post").at("message").as_string(), "second lane");
}

TEST_F(assembler_test, nothing_to_move_still_makes_a_bundle) {
  const auto report = run();
  ASSERT_EQ(report.bundles.size(), 1u);
  EXPECT_EQ(lines_of("bundle-001").size(), 2u) << "version and team";
}

TEST_F(assembler_test, the_sha256_is_that_of_the_file) {
  add_workspace();
  const auto report = run();
  const auto command =
      "sha256sum " + (dir_ / "out/bundle-001.zip").string() + " > " + (dir_ / "sum").string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(read_file(dir_ / "sum").substr(0, 64), report.bundles[0].sha256);
}

TEST_F(assembler_test, the_bytes_depend_on_the_input_alone) {
  add_workspace();
  add("message", "C1", {post("dev", "bob", "x", 1, {file("F1", "プレゼン.txt", "text")})});
  run();
  const auto first = snapshot(dir_ / "out");
  const char* old_zone = std::getenv("TZ");
  const std::string zone = old_zone == nullptr ? "" : old_zone;
  ::setenv("TZ", "Pacific/Auckland", 1);
  ::setenv("LC_ALL", "C", 1);
  ::tzset();
  run();
  EXPECT_EQ(snapshot(dir_ / "out"), first);
  old_zone == nullptr ? ::unsetenv("TZ") : ::setenv("TZ", zone.c_str(), 1);
  ::unsetenv("LC_ALL");
  ::tzset();
}

/// Little-endian number in a zip header.
unsigned number(const std::string& bytes, std::size_t at, std::size_t size) {
  unsigned value = 0;
  for (std::size_t i = size; i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

TEST_F(assembler_test, names_are_marked_as_utf8_and_media_are_stored) {
  add_workspace();
  add("message", "C1",
      {post("dev", "bob", "x", 1,
            {file("F1", "プレゼン.txt", std::string(5000, 'a')),
             file("F2", "ä.png", std::string(5000, 'a'))})});
  run();
  const auto bytes = read_file(dir_ / "out/bundle-001.zip");
  int seen = 0;
  for (auto at = bytes.find("PK\x01\x02"); at != std::string::npos;
       at = bytes.find("PK\x01\x02", at + 1)) {
    const auto name = bytes.substr(at + 46, number(bytes, at + 28, 2));
    const auto method = number(bytes, at + 10, 2);
    const bool utf8 = (number(bytes, at + 8, 2) & 0x800) != 0;
    EXPECT_EQ(number(bytes, at + 14, 2), 0x0021u) << "1980-01-01, the earliest date";
    if (name == "data/files/F1/プレゼン.txt") {
      EXPECT_TRUE(utf8);
      EXPECT_EQ(method, 8u);
      ++seen;
    }
    if (name == "data/files/F2/ä.png") {
      EXPECT_TRUE(utf8);
      EXPECT_EQ(method, 0u);
      ++seen;
    }
  }
  EXPECT_EQ(seen, 2);
}

TEST_F(assembler_test, many_files_are_spread_over_bundles_below_the_limit) {
  add_workspace();
  options_.max_bundle_bytes = 100 * 1000;
  std::vector<part_record> posts;
  int attachments = 0;
  for (int i = 0; i < 300; ++i) {
    std::vector<bundle_file> files;
    for (int k = 0; k < i % 4; ++k, ++attachments) {
      const auto key = "F" + std::to_string(i) + "x" + std::to_string(k);
      const auto size = static_cast<std::size_t>(1 + (i * 37 + k * 911) % 6000);
      files.push_back(
          file(key, k % 2 == 0 ? "a.png" : "a.bin", noise(size, static_cast<unsigned>(i))));
    }
    posts.push_back(post(i % 2 == 0 ? "dev" : "ops", i % 3 == 0 ? "bob" : "ci",
                         "message " + std::to_string(i), i + 1, files));
  }
  add("message", "C1", posts);
  const auto report = run();
  EXPECT_GT(report.bundles.size(), 5u);
  importer_double importer;
  for (const auto& bundle : report.bundles) {
    EXPECT_LE(bundle.bytes, options_.max_bundle_bytes);
    EXPECT_EQ(bundle.bytes,
              static_cast<std::int64_t>(fs::file_size(dir_ / ("out/" + bundle.file))));
    importer.import(dir_ / ("out/" + bundle.file));
  }
  EXPECT_EQ(importer.lines["post"], 300);
  EXPECT_EQ(importer.lines["team"], 1);
  EXPECT_EQ(importer.attachments, attachments);
}

/// Text that hardly compresses beside text that does: the guess is wrong both ways, the limit
/// holds.
TEST_F(assembler_test, the_limit_holds_for_text_however_it_compresses) {
  add_workspace();
  options_.max_bundle_bytes = 64 * 1024;
  std::vector<part_record> posts;
  for (int i = 0; i < 400; ++i) {
    std::string message;
    if (i / 100 % 2 == 0) {
      message = std::string(1500, 'a');
    } else {
      for (const char byte : noise(700, static_cast<unsigned>(i))) {
        message += "0123456789abcdef"[byte & 15];
        message += "ghijklmnopqrstuv"[byte >> 4 & 15];
      }
    }
    posts.push_back(post("dev", "bob", message, i + 1));
  }
  add("message", "C1", posts);
  const auto report = run();
  importer_double importer;
  for (const auto& bundle : report.bundles) {
    EXPECT_LE(bundle.bytes, options_.max_bundle_bytes);
    importer.import(dir_ / ("out/" + bundle.file));
  }
  EXPECT_EQ(importer.lines["post"], 400);
  EXPECT_GE(report.bundles.size(), 3u);
  EXPECT_LE(report.bundles.size(), 12u) << "bundles are reasonably full";
}

TEST_F(assembler_test, a_record_larger_than_a_bundle_is_named) {
  add_workspace();
  options_.max_bundle_bytes = 64 * 1024;
  add("message", "C1",
      {post("dev", "bob", "x", 1),
       post("dev", "bob", "big", 2, {file("F1", "a.bin", noise(70000, 1))})});
  const auto error = error_of_run();
  EXPECT_THAT(error, HasSubstr("C1.part"));
  EXPECT_THAT(error, HasSubstr("max_bundle_bytes (65536)"));
  EXPECT_TRUE(snapshot(dir_ / "out").empty()) << "nothing half-done is left";
}

TEST_F(assembler_test, a_line_that_does_not_compress_is_caught_too) {
  options_.max_bundle_bytes = 64 * 1024;
  auto record = post("dev", "bob", "", 1);
  for (const char byte : noise(90000, 5)) {
    const auto value = static_cast<unsigned char>(byte);
    record.line += static_cast<char>('0' + value % 75);
  }
  add("message", "C1", {record});
  EXPECT_THAT(error_of_run(), HasSubstr("alone makes a bundle of more than"));
}

TEST_F(assembler_test, refuses_limits_and_parts_that_cannot_work) {
  options_.max_bundle_bytes = 1000;
  EXPECT_THAT(error_of_run(), HasSubstr("must be at least"));
  options_.max_bundle_bytes = default_max_bundle_bytes;
  add("message", "C1", {part_record{segment::version, false, "{}", {}}});
  EXPECT_THAT(error_of_run(), HasSubstr("version line"));
}

TEST_F(assembler_test, refuses_bots_for_servers_without_them) {
  add_workspace();
  options_.server = {9, 0};
  EXPECT_THAT(error_of_run(), HasSubstr("bot line"));
}

TEST_F(assembler_test, refuses_lines_the_importer_cannot_read) {
  add("message", "C1", {part_record{segment::post, false, std::string(16 << 20, 'x'), {}}});
  EXPECT_THAT(error_of_run(), HasSubstr("import.line_too_long"));
}

TEST_F(assembler_test, refuses_two_files_on_one_path) {
  blobs_.add("F1", "a");
  blobs_.add("F2", "b");
  add("message", "C1",
      {post("dev", "bob", "x", 1, {{"F1", "files/x", 1}}),
       post("dev", "bob", "y", 2, {{"F2", "files/x", 1}})});
  EXPECT_THAT(error_of_run(), HasSubstr("stands for two files, F1 and F2"));
}

TEST_F(assembler_test, one_blob_may_have_two_names) {
  add_workspace();
  blobs_.add("F1", "same bytes");
  add("message", "C1",
      {post("dev", "bob", "x", 1, {{"F1", "files/F1/old.txt", 10}}),
       post("dev", "bob", "y", 2, {{"F1", "files/F1/new.txt", 10}})});
  run();
  const auto zip = read_zip(dir_ / "out/bundle-001.zip");
  EXPECT_EQ(zip.files.at("data/files/F1/old.txt"), "same bytes");
  EXPECT_EQ(zip.files.at("data/files/F1/new.txt"), "same bytes");
}

TEST_F(assembler_test, empty_files_are_files) {
  add_workspace();
  add("message", "C1", {post("dev", "bob", "x", 1, {file("F1", "empty.txt", "")})});
  EXPECT_TRUE(run().missing.empty());
  EXPECT_EQ(read_zip(dir_ / "out/bundle-001.zip").files.at("data/files/F1/empty.txt"), "");
}

TEST_F(assembler_test, missing_files_leave_a_note_and_no_reference) {
  add_workspace();
  auto gone = file("F1", "gone.txt", "x");
  blobs_.items.erase("F1");
  auto unreadable = file("F2", "bad.txt", "x");
  blobs_.items["F2"].fails = "CRC error";
  auto resized = file("F3", "resized.txt", "12345");
  resized.size = 4;
  auto silent = file("F4", "silent.txt", "x");
  blobs_.items["F4"].silent = true;
  auto login = file("F5", "photo.jpg", "  <!DOCTYPE html><html>log in");
  auto page = file("F6", "page.html", "<!doctype html><html>a real page");
  auto broken_off = file("F7", "large.bin", noise(9000, 7));
  blobs_.items["F7"].fails = "inflate error";
  blobs_.items["F7"].fails_after = 5000;
  auto longer = file("F8", "longer.bin", noise(9000, 8));
  blobs_.items["F8"].announced = longer.size = 3000;
  auto shorter = file("F9", "shorter.bin", noise(100, 9));
  blobs_.items["F9"].announced = shorter.size = 3000;
  add("message", "C1",
      {post("dev", "bob", "hello", 1, {gone, page, unreadable}),
       post("dev", "bob", "", 2, {resized, silent}), post("dev", "bob", "plain", 3),
       post("dev", "bob", "pic", 4, {login}),
       post("dev", "bob", "late", 5, {broken_off, longer, shorter})});
  const auto report = run();

  importer_double importer;
  importer.import(dir_ / "out/bundle-001.zip");
  EXPECT_EQ(importer.attachments, 1);
  std::vector<std::string> messages;
  for (const auto& line : lines_of("bundle-001")) {
    if (line.contains("post")) messages.push_back(text(line.at("post").at("message")));
  }
  EXPECT_THAT(messages,
              testing::ElementsAre(
                  "hello\n[file \"gone.txt\" is missing]\n[file \"bad.txt\" is missing]",
                  "[file \"resized.txt\" is missing]\n[file \"silent.txt\" is missing]", "plain",
                  "pic\n[file \"photo.jpg\" is missing]",
                  "late\n[file \"large.bin\" is missing]\n[file \"longer.bin\" is missing]\n"
                  "[file \"shorter.bin\" is missing]"));
  std::map<std::string, std::string> reasons;
  for (const auto& item : report.missing) reasons[item.key] = item.reason;
  EXPECT_EQ(reasons.size(), 8u);
  EXPECT_EQ(reasons["F1"], "the source has no such file");
  EXPECT_EQ(reasons["F2"], "CRC error");
  EXPECT_THAT(reasons["F3"], HasSubstr("5 bytes in the source, but 4"));
  EXPECT_EQ(reasons["F4"], "the source did not deliver it");
  EXPECT_EQ(reasons["F5"], "is a web page instead of the file");
  EXPECT_EQ(reasons["F7"], "inflate error");
  EXPECT_THAT(reasons["F8"], HasSubstr("longer"));
  EXPECT_THAT(reasons["F9"], HasSubstr("shorter"));

  const auto first = snapshot(dir_ / "out");
  run();
  EXPECT_EQ(snapshot(dir_ / "out"), first);
}

TEST_F(assembler_test, missing_pictures_and_emoji) {
  add_workspace();
  blobs_.items.erase("A1");
  blobs_.items.erase("E1");
  const auto report = run();
  ASSERT_EQ(report.dropped_lines.size(), 1u);
  EXPECT_THAT(report.dropped_lines[0], HasSubstr("parrot"));
  EXPECT_EQ(report.bundles[0].lines.count("emoji"), 0u);
  for (const auto& line : lines_of("bundle-001")) {
    EXPECT_FALSE(line.contains("emoji"));
    if (line.contains("user")) {
      EXPECT_FALSE(line.at("user").as_object().contains("profile_image"));
    }
  }
}

TEST_F(assembler_test, the_note_respects_the_message_limit) {
  add_workspace();
  auto gone = file("F1", "gone.txt", "x");
  blobs_.items.erase("F1");
  const std::string longest(16383, 'x');
  add("message", "C1", {post("dev", "bob", longest, 1, {gone})});
  run();
  const auto lines = lines_of("bundle-001");
  EXPECT_EQ(lines[lines.size() - 2].at("post").at("message").as_string(), longest);
  EXPECT_FALSE(lines[lines.size() - 2].at("post").as_object().contains("attachments"));
}

/// The server finds the root of a continued thread by its message: all its lines must agree on it.
TEST_F(assembler_test, continued_threads_repeat_the_changed_root) {
  add_workspace();
  options_.max_bundle_bytes = 64 * 1024;
  thread item;
  item.where = team_channel{"acme", "dev"};
  item.root.user = "bob";
  item.root.message = "root";
  item.root.create_at = 1;
  item.root.attachments = {file("F1", "gone.txt", "x")};
  blobs_.items.erase("F1");
  for (int i = 0; i < 12; ++i) {
    post_body reply;
    reply.user = "bob";
    reply.message = "reply " + std::to_string(i);
    const auto key = "R" + std::to_string(i);
    reply.attachments = {file(key, "a.png", noise(20000, static_cast<unsigned>(i)))};
    item.replies.push_back(reply);
  }
  split_limits limits;
  limits.max_file_bytes = record_file_budget(options_.max_bundle_bytes);
  const auto split = split_thread(item, newest_server, limits);
  ASSERT_GT(split.records.size(), 3u);
  add("message", "C1", split.records);
  add("message", "C2", {post("dev", "bob", "root", 1)});
  const auto report = run();
  EXPECT_GT(report.bundles.size(), 3u);
  std::vector<std::string> roots;
  importer_double importer;
  for (std::size_t i = 0; i < report.bundles.size(); ++i) {
    importer.import(dir_ / ("out/" + report.bundles[i].file));
    for (const auto& line : lines_of(fs::path(report.bundles[i].file).stem().string())) {
      if (line.contains("post")) roots.push_back(text(line.at("post").at("message")));
    }
  }
  EXPECT_EQ(importer.attachments, 12);
  ASSERT_EQ(roots.size(), split.records.size() + 1);
  EXPECT_EQ(roots.back(), "root") << "another thread is left alone";
  roots.pop_back();
  EXPECT_EQ(std::set<std::string>(roots.begin(), roots.end()),
            (std::set<std::string>{"root\n[file \"gone.txt\" is missing]"}));
}

TEST_F(assembler_test, takes_the_place_of_an_earlier_run) {
  add_workspace();
  fs::create_directories(dir_ / "out");
  for (const auto* name :
       {"bundle-001.zip", "bundle-002.zip", "bundle-1000.zip", ".bundle-003.zip.partial",
        "bundle-02.zip", "my-bundle-004.zip", "report.json", ".bundle-x.zip.partial"}) {
    write_file(dir_ / ("out/" + std::string(name)), "old");
  }
  run();
  auto files = snapshot(dir_ / "out");
  EXPECT_NE(files["bundle-001.zip"], "old");
  files.erase("bundle-001.zip");
  std::vector<std::string> left;
  for (const auto& [name, bytes] : files) left.push_back(name);
  EXPECT_THAT(left, testing::ElementsAre(".bundle-x.zip.partial", "bundle-02.zip",
                                         "my-bundle-004.zip", "report.json"));
}

TEST(assembler_media, knows_types_and_web_pages) {
  EXPECT_TRUE(is_compressed_type("files/F1/a.JPG"));
  EXPECT_TRUE(is_compressed_type("a.b.docx"));
  EXPECT_TRUE(is_compressed_type("a.7z"));
  EXPECT_TRUE(is_compressed_type("a.zst"));
  EXPECT_FALSE(is_compressed_type("a.txt"));
  EXPECT_FALSE(is_compressed_type("png"));
  EXPECT_TRUE(begins_like_web_page("\xEF\xBB\xBF\n<HTML lang=en>"));
  EXPECT_FALSE(begins_like_web_page("\x89PNG <html>"));
  EXPECT_FALSE(begins_like_web_page(""));
}

TEST(assembler_zip, the_bound_is_above_what_an_entry_takes) {
  temporary_directory dir;
  for (const std::size_t size : {0u, 1u, 5000u, 300000u}) {
    for (const bool compress : {false, true}) {
      for (const bool sized : {false, true}) {
        const std::string name = "data/" + std::string(150, 'n');
        zip_writer zip(dir / "x.zip");
        zip.begin_entry(name, sized ? std::optional<std::int64_t>(size) : std::nullopt, compress);
        zip.write(noise(size, 1));
        zip.end_entry();
        EXPECT_LE(zip.close().bytes,
                  zip_writer::bound(name, static_cast<std::int64_t>(size)) + zip_writer::end_bound);
      }
    }
  }
}

TEST(assembler_zip, leaves_nothing_when_given_up) {
  temporary_directory dir;
  {
    zip_writer zip(dir / "x.zip");
    zip.begin_entry("a", 5, true);
    zip.write("abc");
  }
  EXPECT_TRUE(snapshot(dir.path()).empty());
  EXPECT_THROW(zip_writer(dir / "none/x.zip"), assembly_error);
}

TEST(assembler_zip, more_data_than_announced_is_an_error) {
  temporary_directory dir;
  zip_writer zip(dir / "x.zip");
  zip.begin_entry("a", 2, false);
  EXPECT_THROW(zip.write("abc"), assembly_error);
}

TEST(assembler_budget, leaves_room_for_the_line) {
  EXPECT_EQ(record_file_budget(100 << 20), (100 << 20) - (18 << 20));
  EXPECT_EQ(record_file_budget(64 * 1024), 48 * 1024);
}

}  // namespace
}  // namespace crossdock::mattermost
