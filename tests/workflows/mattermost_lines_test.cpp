#include <set>

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "workflows/slack_mattermost/mattermost/lines.hpp"

namespace crossdock::mattermost {
namespace {

namespace json = boost::json;

constexpr server_version old_server{6, 7};

post_body post(std::string user, std::string message, std::int64_t create_at) {
  post_body body;
  body.user = std::move(user);
  body.message = std::move(message);
  body.create_at = create_at;
  return body;
}

std::map<std::string, std::int64_t> by_word(const std::vector<line_note>& notes) {
  std::map<std::string, std::int64_t> result;
  for (const auto& note : notes) result[std::string(note.what)] = note.count;
  return result;
}

using words = std::map<std::string, std::int64_t>;

TEST(lines, version) {
  EXPECT_EQ(version_line({"crossdock", "1.2", "2024-01-01T00:00:00Z"}),
            R"({"type":"version","version":1,"info":{"generator":"crossdock","version":"1.2",)"
            R"("created":"2024-01-01T00:00:00Z"}})");
}

TEST(lines, emoji) {
  const auto line = emoji_line({"parrot", {"parrot", "emoji/parrot.gif", 7}});
  EXPECT_EQ(line.record.line,
            R"({"type":"emoji","emoji":{"name":"parrot","image":"emoji/parrot.gif"}})");
  ASSERT_EQ(line.record.files.size(), 1u);
  EXPECT_EQ(line.record.files[0].size, 7);
  EXPECT_EQ(line.record.kind, segment::emoji);
}

TEST(lines, team) {
  EXPECT_EQ(team_line({"acme", "Acme", "", false}).record.line,
            R"({"type":"team","team":{"name":"acme","display_name":"Acme","type":"I",)"
            R"("allow_open_invite":false}})");
}

TEST(lines, channel_and_its_archiving) {
  const channel item{"acme", "old", "Old", "head", "why", true, 5};
  EXPECT_EQ(channel_line(item, newest_server).record.line,
            R"({"type":"channel","channel":{"team":"acme","name":"old","display_name":"Old",)"
            R"("type":"P","header":"head","purpose":"why","deleted_at":5}})");
  const auto line = channel_line(item, old_server);
  EXPECT_EQ(line.record.line.find("deleted_at"), std::string::npos);
  EXPECT_EQ(by_word(line.notes), (words{{"channel_deleted_at", 1}}));
  EXPECT_TRUE(channel_line({"acme", "x", "", "", "", false, 0}, old_server).notes.empty());
  EXPECT_NE(channel_line({"acme", "x", "", "", "", false, 0}, old_server)
                .record.line.find(R"("display_name":"x")"),
            std::string::npos);
}

user member() {
  user item;
  item.username = "bob";
  item.email = "bob@example.com";
  item.first_name = "Bob";
  item.teams = {{"acme", true, {{"dev", false, true, {9, 3, 2}}, {"ops", true, false, {}}}}};
  return item;
}

TEST(lines, user) {
  EXPECT_EQ(
      user_line(member()).record.line,
      R"({"type":"user","user":{"username":"bob","email":"bob@example.com","first_name":"Bob",)"
      R"("roles":"system_user","teams":[{"name":"acme","roles":"team_user team_admin",)"
      R"("channels":[{"name":"dev","roles":"channel_user","last_viewed_at":9,"msg_count":3,)"
      R"("msg_count_root":2,"mention_count":0,"favorite":true},)"
      R"({"name":"ops","roles":"channel_user channel_admin"}]}]}})");
}

TEST(lines, user_extras) {
  user item;
  item.username = "amy";
  item.email = "amy@example.com";
  item.kind = account_kind::system_administrator;
  item.auth_service = "gitlab";
  item.auth_data = "77";
  item.delete_at = 12;
  item.profile_image = bundle_file{"U1", "avatars/U1.png", 3};
  const auto line = user_line(item);
  EXPECT_EQ(line.record.line,
            R"({"type":"user","user":{"username":"amy","email":"amy@example.com",)"
            R"("auth_service":"gitlab","auth_data":"77","roles":"system_user system_admin",)"
            R"("delete_at":12,"profile_image":"avatars/U1.png"}})");
  EXPECT_EQ(line.record.files.size(), 1u);
}

TEST(lines, a_guest_is_a_guest_everywhere) {
  auto item = member();
  item.kind = account_kind::guest;
  const auto line = user_line(item).record.line;
  EXPECT_NE(line.find(R"("roles":"system_guest")"), std::string::npos);
  EXPECT_NE(line.find(R"("roles":"team_guest")"), std::string::npos);
  EXPECT_NE(line.find(R"("roles":"channel_guest")"), std::string::npos);
  EXPECT_EQ(line.find("_user"), std::string::npos);
  EXPECT_EQ(line.find("_admin"), std::string::npos);
}

TEST(lines, bots_only_where_the_server_knows_them) {
  const bot item{"jenkins", "Jenkins", "admin", "builds", 0, {}};
  const auto line = bot_line(item, newest_server);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->record.line,
            R"({"type":"bot","bot":{"username":"jenkins","display_name":"Jenkins",)"
            R"("owner":"admin","description":"builds"}})");
  EXPECT_FALSE(bot_line(item, {9, 11}));
}

TEST(lines, direct_channel) {
  const direct_channel item{{{"a", {5, 1, 1}}, {"b", {}}}, "hi", {"a"}};
  EXPECT_EQ(direct_channel_line(item, newest_server).record.line,
            R"({"type":"direct_channel","direct_channel":{"members":["a","b"],"participants":[)"
            R"({"username":"a","scheme_user":true,"last_viewed_at":5,"msg_count":1,)"
            R"("msg_count_root":1,"mention_count":0},{"username":"b","scheme_user":true}],)"
            R"("header":"hi","shown_by":["a"]}})");
  const auto old = direct_channel_line(item, old_server);
  EXPECT_EQ(old.record.line,
            R"({"type":"direct_channel","direct_channel":{"members":["a","b"],"header":"hi"}})");
  EXPECT_EQ(by_word(old.notes), (words{{"participants", 1}}));
}

thread rich_thread() {
  thread item;
  item.where = team_channel{"acme", "dev"};
  item.root = post("bob", "hi\n\"x\"", 1000);
  item.root.type = "me";
  item.root.edit_at = 1500;
  item.root.is_pinned = true;
  item.root.props = {{"attachments", json::array{}}};
  item.root.reactions = {{"amy", "+1_light_skin_tone", 1001}};
  item.root.attachments = {{"F1", "files/F1/a.png", 10}};
  auto reply = post("amy", "re", 2000);
  reply.props = {{"k", 1}};
  reply.is_pinned = true;
  reply.reactions = {{"bob", "tada", 2001}, {"amy", "tada", 2002}};
  reply.attachments = {{"F2", "files/F2/b.png", 20}};
  item.replies = {reply};
  return item;
}

TEST(lines, post) {
  const auto line = post_line(rich_thread(), newest_server);
  EXPECT_EQ(line.record.line,
            R"({"type":"post","post":{"team":"acme","channel":"dev","user":"bob","type":"me",)"
            R"("message":"hi\n\"x\"","props":{"attachments":[]},"create_at":1000,"edit_at":1500,)"
            R"("is_pinned":true,"reactions":[{"user":"amy","emoji_name":"+1_light_skin_tone",)"
            R"("create_at":1001}],"attachments":[{"path":"files/F1/a.png"}],"replies":[)"
            R"({"user":"amy","message":"re","props":{"k":1},"create_at":2000,"is_pinned":true,)"
            R"("reactions":[{"user":"bob","emoji_name":"tada","create_at":2001},)"
            R"({"user":"amy","emoji_name":"tada","create_at":2002}],)"
            R"("attachments":[{"path":"files/F2/b.png"}]}]}})");
  EXPECT_TRUE(line.notes.empty());
  EXPECT_EQ(line.record.files.size(), 2u);
}

TEST(lines, post_for_an_old_server_says_what_it_omits) {
  const auto line = post_line(rich_thread(), old_server);
  EXPECT_EQ(by_word(line.notes),
            (words{{"reply_props", 1}, {"reply_pins", 1}, {"reply_reactions", 2}}));
  const auto reply = json::parse(line.record.line).at("post").at("replies").at(0).as_object();
  EXPECT_FALSE(reply.contains("props"));
  EXPECT_FALSE(reply.contains("is_pinned"));
  EXPECT_FALSE(reply.contains("reactions"));
  EXPECT_TRUE(reply.contains("attachments"));
}

TEST(lines, direct_post) {
  thread item;
  item.where = direct_conversation{{"a", "a"}};
  item.root = post("a", "", 1);
  const auto line = post_line(item, newest_server);
  EXPECT_EQ(line.record.line, R"({"type":"direct_post","direct_post":{"channel_members":["a","a"],)"
                              R"("user":"a","message":"","create_at":1}})");
  EXPECT_EQ(line.record.kind, segment::direct_post);
}

TEST(lines, text_is_made_storable) {
  thread item;
  item.where = team_channel{"acme", "dev"};
  item.root = post("bob", std::string("a\0\xff ä", 6), 1);
  const auto line = post_line(item, newest_server).record.line;
  EXPECT_EQ(json::parse(line).at("post").at("message").as_string(), "a\xef\xbf\xbd ä");
}

TEST(lines, times_are_put_in_order) {
  thread item;
  item.root = post("a", "root", 100);
  item.root.reactions = {{"b", "x", 99}, {"b", "x", 120}, {"c", "x", 120}};
  item.replies = {post("a", "early", 50), post("a", "same", 101), post("b", "same", 101),
                  post("b", "later", 500)};
  item.replies[2].reactions = {{"a", "x", 102}};
  const auto notes = by_word(normalize_thread(item));
  EXPECT_EQ(notes, (words{{"duplicate_reactions", 1}}));
  EXPECT_EQ(item.replies[0].create_at, 101);
  EXPECT_EQ(item.replies[1].create_at, 102);
  EXPECT_EQ(item.replies[2].create_at, 103);
  EXPECT_EQ(item.replies[3].create_at, 500);
  ASSERT_EQ(item.root.reactions.size(), 2u);
  EXPECT_EQ(item.root.reactions[0].create_at, 100);
  EXPECT_EQ(item.replies[2].reactions[0].create_at, 103);
  EXPECT_TRUE(normalize_thread(item).empty()) << "a thread in order stays as it is";
}

TEST(lines, feature_gates) {
  EXPECT_TRUE(features_of(newest_server).bots && features_of(newest_server).reply_reactions);
  EXPECT_FALSE(features_of({9, 11}).bots);
  EXPECT_FALSE(features_of({9, 11}).participants);
  EXPECT_TRUE(features_of({9, 9}).archived_channels);
  EXPECT_FALSE(features_of(old_server).archived_channels);
}

// -- splitting ------------------------------------------------------------------------------------

TEST(split_thread, stays_one_line_when_it_fits) {
  const auto result = split_thread(rich_thread(), newest_server, {});
  ASSERT_EQ(result.records.size(), 1u);
  EXPECT_EQ(result.records[0].line, post_line(rich_thread(), newest_server).record.line);
  EXPECT_FALSE(result.records[0].continuation);
}

TEST(split_thread, repeats_the_root_without_files_and_reactions) {
  auto item = rich_thread();
  item.replies.push_back(post("bob", "second", 3000));
  split_limits limits;
  limits.max_line_bytes = 600;
  const auto result = split_thread(item, newest_server, limits);
  ASSERT_EQ(result.records.size(), 2u);
  const auto first = json::parse(result.records[0].line).at("post").as_object();
  auto second = json::parse(result.records[1].line).at("post").as_object();
  EXPECT_TRUE(result.records[1].continuation);
  EXPECT_FALSE(second.contains("reactions"));
  EXPECT_FALSE(second.contains("attachments"));
  for (const auto* key : {"team", "channel", "user", "type", "message", "props", "create_at",
                          "edit_at", "is_pinned"}) {
    EXPECT_EQ(first.at(key), second.at(key)) << key;
  }
  EXPECT_EQ(second.at("replies").at(0).at("message").as_string(), "second");
  EXPECT_TRUE(result.records[1].files.empty());
}

TEST(split_thread, splits_at_the_byte_budget_of_files) {
  thread item;
  item.where = team_channel{"acme", "dev"};
  item.root = post("a", "root", 1);
  item.root.attachments = {{"F0", "files/F0/x", 60}};
  for (int i = 1; i <= 4; ++i) {
    item.replies.push_back(post("a", "r", 1 + i));
    const auto key = "F" + std::to_string(i);
    item.replies.back().attachments = {{key, "files/" + key + "/x", 50}};
  }
  split_limits limits;
  limits.max_file_bytes = 100;
  const auto result = split_thread(item, newest_server, limits);
  std::vector<std::size_t> files;
  for (const auto& record : result.records) files.push_back(record.files.size());
  EXPECT_EQ(files, (std::vector<std::size_t>{1, 2, 2}));
}

TEST(split_thread, a_reply_larger_than_the_limit_stands_alone) {
  thread item;
  item.where = team_channel{"acme", "dev"};
  item.root = post("a", "root", 1);
  item.replies = {post("a", "s", 2), post("a", std::string(1000, 'x'), 3), post("a", "s", 4)};
  split_limits limits;
  limits.max_line_bytes = 300;
  const auto result = split_thread(item, newest_server, limits);
  ASSERT_EQ(result.records.size(), 3u);
  EXPECT_GT(result.records[1].line.size(), 300u);
  EXPECT_LE(result.records[2].line.size(), 300u);
}

RC_GTEST_PROP(split_thread, keeps_every_reply_in_order_within_the_limit, ()) {
  thread item;
  item.where = team_channel{"acme", "dev"};
  item.root = post("a", "root", 1);
  const auto lengths = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 200));
  for (const int length : lengths) {
    item.replies.push_back(post("a", std::string(static_cast<std::size_t>(length), 'x'), 5));
  }
  split_limits limits;
  limits.max_line_bytes = static_cast<std::size_t>(*rc::gen::inRange(400, 2000));
  const auto result = split_thread(item, newest_server, limits);
  std::vector<int> seen;
  std::int64_t before = 1;
  for (std::size_t i = 0; i < result.records.size(); ++i) {
    const auto& record = result.records[i];
    RC_ASSERT(record.line.size() <= limits.max_line_bytes);
    RC_ASSERT(record.continuation == (i > 0));
    const auto content = json::parse(record.line).at("post").as_object();
    RC_ASSERT(content.at("message") == "root");
    if (!content.contains("replies")) continue;
    for (const auto& reply : content.at("replies").as_array()) {
      seen.push_back(static_cast<int>(reply.at("message").as_string().size()));
      RC_ASSERT(reply.at("create_at").as_int64() > before);
      before = reply.at("create_at").as_int64();
    }
  }
  RC_ASSERT(seen == lengths);
}

}  // namespace
}  // namespace crossdock::mattermost
