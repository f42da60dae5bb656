#include <chrono>
#include <thread>

#include <boost/json/serialize.hpp>

#include "tests/doubles/mattermost_test/fixture.hpp"

namespace crossdock::doubles::test {

namespace json = boost::json;

namespace {

constexpr millis past = 1500000000000;

/// The shape of the archive of the captures: every kind of line once, in a made-up crew.
std::vector<json::object> usual_lines() {
  const auto user = [](const char* name, const json::object& more) {
    json::object content{{"username", name},
                         {"email", std::string(name) + "@example.test"},
                         {"teams", {{{"name", "crew"}, {"channels", {{{"name", "imported"}}}}}}}};
    for (const auto& [key, value] : more) content[key] = value;
    return json::object{{"type", "user"}, {"user", content}};
  };
  const auto reaction = [](const char* user, const char* name, millis at) {
    return json::object{{"user", user}, {"emoji_name", name}, {"create_at", at}};
  };
  return {{{"type", "version"}, {"version", 1}},
          {{"type", "channel"},
           {"channel",
            {{"team", "crew"},
             {"name", "imported"},
             {"display_name", "Imported"},
             {"type", "O"},
             {"header", "h"},
             {"purpose", "p"}}}},
          {{"type", "channel"},
           {"channel",
            {{"team", "crew"},
             {"name", "imp-archived"},
             {"display_name", "A"},
             {"type", "P"},
             {"deleted_at", past + 9000}}}},
          user("imp.ann", {}),
          user("imp.bob", {{"delete_at", past + 8000}}),
          user("imp.gl", {{"auth_service", "gitlab"}, {"auth_data", "7007"}}),
          {{"type", "emoji"}, {"emoji", {{"name", "imp_emo"}, {"image", "emo.png"}}}},
          {{"type", "post"},
           {"post",
            {{"team", "crew"},
             {"channel", "imported"},
             {"user", "imp.ann"},
             {"message", "root **from** import :imp_emo:"},
             {"create_at", past},
             {"props", {{"attachments", {{{"text", "att"}}}}}},
             {"attachments", {{{"path", "doc.txt"}}}},
             {"reactions", {reaction("imp.bob", "imp_emo", past + 500)}},
             {"replies",
              {{{"user", "imp.bob"},
                {"message", "reply 1"},
                {"create_at", past + 1000},
                {"reactions", {reaction("imp.ann", "+1", past + 1500)}}},
               {{"user", "imp.ann"},
                {"message", "reply 2"},
                {"create_at", past + 2000},
                {"edit_at", past + 3000}}}}}}},
          {{"type", "post"},
           {"post",
            {{"team", "crew"},
             {"channel", "imported"},
             {"user", "imp.bob"},
             {"message", "same ms"},
             {"create_at", past}}}},
          {{"type", "direct_channel"}, {"direct_channel", {{"members", {"imp.ann", "imp.bob"}}}}},
          {{"type", "direct_post"},
           {"direct_post",
            {{"channel_members", {"imp.ann", "imp.bob"}},
             {"user", "imp.ann"},
             {"message", "dm"},
             {"create_at", past}}}},
          {{"type", "direct_post"},
           {"direct_post",
            {{"channel_members", {"imp.ann", "imp.bob", "imp.gl"}},
             {"user", "imp.gl"},
             {"message", "gm"},
             {"create_at", past}}}}};
}

json::object post_line(const std::string& channel, const std::string& message) {
  return {{"type", "post"},
          {"post",
           {{"team", "crew"},
            {"channel", channel},
            {"user", "imp.ann"},
            {"message", message},
            {"create_at", past + 50000}}}};
}

std::string archive_of(const std::vector<json::object>& lines, const std::string& tail = {}) {
  std::string text;
  for (const auto& line : lines) text += json::serialize(line) + "\n";
  return make_zip(
      {{"import.jsonl", text + tail}, {"data/emo.png", png(8, 8)}, {"data/doc.txt", "document"}});
}

}  // namespace

class imports : public captured {
 protected:
  imports() : imports("6.7.0") {}
  explicit imports(const std::string& version) : captured(options_of(version)) {}

  static double_options options_of(const std::string& version) {
    double_options options;
    options.server_version = version;
    options.job_pickup = std::chrono::milliseconds(1);
    return options;
  }

  std::string upload(const std::string& zip) {
    const auto session = admin.post("/uploads", {{"type", "import"},
                                                 {"filename", "imp.zip"},
                                                 {"file_size", zip.size()},
                                                 {"user_id", admin_id}});
    EXPECT_THAT(session, has_status(201));
    EXPECT_FALSE(session.object().contains("channel_id"));
    const auto whole =
        admin.send("POST", "/uploads/" + session.id(), zip, "application/octet-stream");
    EXPECT_THAT(whole, has_status(200));
    EXPECT_EQ(whole.text("mime_type"), "application/zip");
    return session.id() + "_imp.zip";
  }
  answer start(const std::string& file) {
    return admin.post("/jobs", {{"type", "import_process"}, {"data", {{"import_file", file}}}});
  }
  answer end_of(const std::string& job) {
    for (int i = 0; i < 1000; ++i) {
      auto now = admin.get("/jobs/" + job);
      const auto status = now.text("status");
      if (status != "pending" && status != "in_progress") return now;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ADD_FAILURE() << "the job does not end";
    return {};
  }
  answer import(const std::string& zip) { return end_of(start(upload(zip)).id()); }

  json::object posts_of(const std::string& channel) {
    const auto where = admin.get("/teams/" + team_id + "/channels/name/" + channel).id();
    return admin.get("/channels/" + where + "/posts").object();
  }
  json::object post_named(const std::string& channel, const std::string& message) {
    const auto whole = posts_of(channel);
    for (const auto& [id, one] : whole.at("posts").as_object()) {
      if (one.at("message") == json::value(message)) return one.as_object();
    }
    ADD_FAILURE() << "no post " << message;
    return {};
  }
  std::vector<std::string> import_files() {
    std::vector<std::string> names;
    for (const auto& one : admin.get("/imports").array()) names.emplace_back(one.as_string());
    return names;
  }
};

TEST_F(imports, run_as_a_job_and_use_their_file_up) {
  const auto file = upload(archive_of(usual_lines()));
  EXPECT_THAT(import_files(), ::testing::ElementsAre(file));
  const auto job = start(file);
  ASSERT_THAT(job, has_status(201));
  EXPECT_EQ(job.text("status"), "pending");
  EXPECT_EQ(job.number("start_at"), 0);
  const auto end = end_of(job.id());
  EXPECT_EQ(end.text("status"), "success") << end.body;
  EXPECT_EQ(end.number("progress"), 0);
  EXPECT_GT(end.number("start_at"), 0);
  EXPECT_TRUE(import_files().empty());
}

TEST_F(imports, write_what_was_captured) {
  ASSERT_EQ(import(archive_of(usual_lines())).text("status"), "success");
  const auto where = admin.get("/teams/" + team_id + "/channels/name/imported");
  EXPECT_EQ(where.number("last_post_at"), past + 2000);
  EXPECT_EQ(where.number("total_msg_count"), 4);
  EXPECT_EQ(where.number("total_msg_count_root"), 2);
  EXPECT_EQ(where.number("last_root_post_at"), past);
  EXPECT_EQ(where.text("creator_id"), "");
  const auto attic =
      admin.get("/teams/" + team_id + "/channels/name/imp-archived?include_deleted=true");
  EXPECT_EQ(attic.text("type"), "P");
  EXPECT_EQ(attic.number("delete_at"), 0);
  EXPECT_EQ(admin.get("/users/username/imp.bob").number("delete_at"), past + 8000);
  EXPECT_EQ(admin.get("/users/username/imp.gl").text("auth_service"), "gitlab");
  EXPECT_EQ(admin.get("/emoji/name/imp_emo").text("creator_id"), "");

  const auto root = post_named("imported", "root **from** import :imp_emo:");
  EXPECT_EQ(root.at("update_at"), past + 2000);
  EXPECT_EQ(root.at("has_reactions"), true);
  EXPECT_EQ(root.at("reply_count"), 0);
  const auto& metadata = root.at("metadata").as_object();
  EXPECT_EQ(metadata.at("files").at(0).at("name"), "doc.txt");
  EXPECT_EQ(metadata.at("files").at(0).at("create_at"), past);
  EXPECT_EQ(metadata.at("files").at(0).at("user_id"), root.at("user_id"));
  EXPECT_EQ(metadata.at("emojis").at(0).at("name"), "imp_emo");
  EXPECT_EQ(metadata.at("reactions").at(0).at("create_at"), past + 500);
  const auto second = post_named("imported", "reply 2");
  EXPECT_EQ(second.at("edit_at"), past + 3000);
  EXPECT_EQ(second.at("root_id"), root.at("id"));
  EXPECT_EQ(post_named("imported", "same ms").at("create_at"), past);
}

TEST_F(imports, lose_the_reactions_of_replies) {
  import(archive_of(usual_lines()));
  const auto reply = post_named("imported", "reply 1");
  EXPECT_FALSE(reply.contains("has_reactions"));
  EXPECT_FALSE(reply.at("metadata").as_object().contains("reactions"));
}

TEST_F(imports, write_conversations_without_a_line_of_their_own) {
  import(archive_of(usual_lines()));
  const auto state = server.state_json();
  std::map<std::string, std::size_t> conversations;
  for (const auto& one : state.at("channels").as_array()) {
    if (one.at("type") == "D" || one.at("type") == "G") {
      conversations[std::string(one.at("channel").as_string())] = one.at("posts").as_array().size();
    }
  }
  EXPECT_THAT(conversations,
              ::testing::ElementsAre(::testing::Pair("direct: imp.ann imp.bob", 1U),
                                     ::testing::Pair("group: imp.ann imp.bob imp.gl", 1U)));
}

TEST_F(imports, done_again_change_nothing_but_update_at) {
  import(archive_of(usual_lines()));
  const auto first = server.state_text();
  const auto order = posts_of("imported").at("order");
  const auto root = post_named("imported", "same ms");
  ASSERT_EQ(import(archive_of(usual_lines())).text("status"), "success");
  EXPECT_EQ(server.state_text(), first);
  EXPECT_EQ(posts_of("imported").at("order"), order);
  EXPECT_EQ(post_named("imported", "same ms").at("create_at"), root.at("create_at"));
  EXPECT_GT(post_named("imported", "same ms").at("update_at").as_int64(), past + 9000);
}

struct failing_case {
  const char* name;
  std::vector<json::object> lines;
  std::string tail;
  const char* error;
  const char* line;
};

void PrintTo(const failing_case& one, std::ostream* out) {
  *out << one.name;
}

std::vector<json::object> usual_and(json::object last) {
  auto lines = usual_lines();
  lines.push_back(std::move(last));
  return lines;
}

std::vector<json::object> without_version() {
  auto lines = usual_lines();
  lines.erase(lines.begin());
  return lines;
}

std::vector<json::object> with_doubled_data() {
  auto lines = usual_lines();
  lines[7]["post"].as_object()["attachments"] = json::array{json::object{{"path", "data/doc.txt"}}};
  return lines;
}

class failing_imports : public imports, public ::testing::WithParamInterface<failing_case> {};

TEST_P(failing_imports, say_what_was_captured_and_keep_what_came_before) {
  const auto& one = GetParam();
  const auto end = import(archive_of(one.lines, one.tail));
  EXPECT_EQ(end.text("status"), "error");
  EXPECT_EQ(end.number("progress"), -1);
  const auto data = end.object().at("data").as_object();
  EXPECT_THAT(std::string(data.at("error").as_string()),
              ::testing::StartsWith(std::string("We could not count the users. — ") + one.error));
  EXPECT_EQ(data.at("line_number"), one.line);
  EXPECT_EQ(import_files().size(), 1U);
  const auto ann = admin.get("/users/username/imp.ann");
  if (std::string_view(one.line) == "1") {
    EXPECT_THAT(ann, has_status(404));
  } else {
    EXPECT_THAT(ann, has_status(200));
  }
}

INSTANTIATE_TEST_SUITE_P(
    captures, failing_imports,
    ::testing::Values(
        failing_case{"unknown_channel", usual_and(post_line("nosuch", "x")), "",
                     "BulkImport: Error importing post. Channel with name \"nosuch\" could not be "
                     "found., resource: Channel id: TeamId=",
                     "0"},
        failing_case{"broken_json", usual_lines(), "{\"type\":\"post\",",
                     "BulkImport: JSON decode of line failed., unexpected EOF", "13"},
        failing_case{"no_version", without_version(), "",
                     "BulkImport: Unable to read the version of the data import file., ", "1"},
        failing_case{"too_long", usual_and(post_line("imported", std::string(16384, 'm'))), "",
                     "BulkImport: Post Message property is longer than the maximum permitted "
                     "length., ",
                     "13"},
        failing_case{
            "email_taken",
            usual_and({{"type", "user"},
                       {"user", {{"username", "ann2"}, {"email", "imp.ann@example.test"}}}}),
            "",
            "importUser: An account with that email already exists., invalid input: entity: "
            "User field: email value: imp.ann@example.test",
            "13"},
        failing_case{"path_with_data", with_doubled_data(), "",
                     "BulkImport: Error while processing bulk import attachments., attachment "
                     "\"data/data/doc.txt\" not found in map",
                     "8"},
        failing_case{
            "wrong_kind",
            usual_and(
                {{"type", "user"},
                 {"user",
                  {{"username", "ann3"}, {"email", "ann3@example.test"}, {"teams", {"crew"}}}}}),
            "", "BulkImport: JSON decode of line failed., ", "13"},
        failing_case{"unknown_type", usual_and({{"type", "bot"}, {"bot", {{"username", "b"}}}}), "",
                     "BulkImport: Import data line has unknown type \"bot\".", "13"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(imports, a_user_missing_anywhere_fails_the_whole_batch) {
  auto lines = usual_and(post_line("imported", "good"));
  auto stranger = post_line("imported", "of a stranger");
  stranger["post"].as_object()["user"] = "nobody";
  lines.push_back(stranger);
  const auto end = import(archive_of(lines));
  EXPECT_EQ(end.text("status"), "error");
  EXPECT_EQ(end.object().at("data").at("line_number"), "0");
  std::vector<std::string> messages;
  const auto list = posts_of("imported");
  for (const auto& [id, one] : list.at("posts").as_object()) {
    messages.emplace_back(one.at("message").as_string());
  }
  EXPECT_THAT(messages, ::testing::Not(::testing::Contains("good")));
  EXPECT_THAT(messages, ::testing::Contains("same ms"));
}

TEST_F(imports, a_reply_older_than_its_root_gets_its_time) {
  auto line = post_line("imported", "late root");
  line["post"].as_object()["replies"] = {
      {{"user", "imp.bob"}, {"message", "early"}, {"create_at", past}}};
  ASSERT_EQ(import(archive_of(usual_and(line))).text("status"), "success");
  EXPECT_EQ(post_named("imported", "early").at("create_at"), past + 50000);
}

class imports_11 : public imports {
 protected:
  imports_11() : imports("11.6.0") {}
};

TEST_F(imports_11, keep_more) {
  auto lines = with_doubled_data();  // a missing attachment is no error any more
  lines.push_back(
      {{"type", "bot"},
       {"bot", {{"username", "jenkins"}, {"display_name", "J"}, {"owner", "mmadmin"}}}});
  ASSERT_EQ(import(archive_of(lines)).text("status"), "success");
  EXPECT_EQ(admin.get("/teams/" + team_id + "/channels/name/imp-archived?include_deleted=true")
                .number("delete_at"),
            past + 9000);
  EXPECT_EQ(post_named("imported", "reply 1").at("has_reactions"), true);
  EXPECT_EQ(admin.get("/bots").array().at(0).at("username"), "jenkins");
}

TEST(full_server, refuses_imported_members_and_channels) {
  double_options options;
  options.job_pickup = std::chrono::milliseconds(1);
  options.config.max_users_per_team = 1;
  mattermost_double server(options);
  client admin(server, server.admin_token());
  const auto zip = archive_of(usual_lines());
  const auto session = admin.post(
      "/uploads", {{"type", "import"}, {"filename", "i.zip"}, {"file_size", zip.size()}});
  admin.send("POST", "/uploads/" + session.id(), zip, "application/octet-stream");
  const auto job = admin.post(
      "/jobs", {{"type", "import_process"}, {"data", {{"import_file", session.id() + "_i.zip"}}}});
  auto end = admin.get("/jobs/" + job.id());
  for (int i = 0; i < 1000 && end.text("status") != "error"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    end = admin.get("/jobs/" + job.id());
  }
  const auto data = end.object().at("data").as_object();
  EXPECT_THAT(std::string(data.at("error").as_string()),
              ::testing::HasSubstr("the team has reached the limit of members"));
  EXPECT_EQ(data.at("line_number"), "4");
}

TEST(without_bulk, import_jobs_are_refused) {
  double_options options;
  options.bulk = false;
  mattermost_double server(options);
  client admin(server, server.admin_token());
  EXPECT_THAT(admin.post("/jobs", {{"type", "import_process"}}),
              refused_with(400, "api.job.unable_to_create_job.incorrect_job_type"));
}

}  // namespace crossdock::doubles::test
