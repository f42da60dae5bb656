#include <algorithm>

#include <boost/json/serialize.hpp>

#include "tests/doubles/mattermost_test/fixture.hpp"

namespace crossdock::doubles::test {

namespace json = boost::json;

class files : public captured {
 protected:
  files() { general = create_channel("general").id(); }
  answer upload(const std::string& name, const std::string& content) {
    return admin.post_form("/files", {{"channel_id", general, ""}, {"files", content, name}});
  }
  json::object info(const std::string& name, const std::string& content) {
    return upload(name, content).object().at("file_infos").at(0).as_object();
  }
  std::string file_id(const std::string& name, const std::string& content) {
    return std::string(info(name, content).at("id").as_string());
  }
  std::string general;
};

TEST_F(files, the_name_decides_on_the_type) {
  const auto note = info("note.txt", "hello world");
  EXPECT_EQ(note.at("size"), 11);
  EXPECT_EQ(note.at("extension"), "txt");
  EXPECT_EQ(note.at("mime_type"), "text/plain; charset=utf-8");
  EXPECT_FALSE(note.contains("post_id"));
  EXPECT_NE(info("note.txt", "hello world").at("id"), note.at("id"));
  const auto picture = info("pic.png", png(300, 200));
  EXPECT_EQ(picture.at("width"), 300);
  EXPECT_EQ(picture.at("height"), 200);
  EXPECT_EQ(picture.at("has_preview_image"), true);
  EXPECT_FALSE(info("bad.png", "no png at all").contains("width"));
  EXPECT_FALSE(info("x.txt", png(3, 3)).contains("width"));
  EXPECT_EQ(info("Makefile", "x").at("extension"), "");
  EXPECT_EQ(info("empty.txt", "").at("size"), 0);
  EXPECT_EQ(info("größe – 日本.txt", "x").at("name"), "größe – 日本.txt");
  EXPECT_EQ(info("../../etc/x.txt", "x").at("name"), "x.txt");
}

TEST_F(files, several_come_with_the_clients_ids) {
  const auto both = admin.post_form("/files", {{"channel_id", general, ""},
                                               {"files", "a", "a.txt"},
                                               {"files", "b", "b.txt"},
                                               {"client_ids", "c1", ""},
                                               {"client_ids", "c2", ""}});
  ASSERT_THAT(both, has_status(201));
  EXPECT_EQ(both.object().at("file_infos").as_array().size(), 2U);
  EXPECT_EQ(both.object().at("client_ids"), (json::array{"c1", "c2"}));
}

TEST_F(files, a_raw_body_needs_channel_and_name) {
  const auto send = [&](const std::string& query) {
    return admin.send("POST", "/files?" + query, "\1\2\3\4\5\6", "application/octet-stream");
  };
  const auto raw = send("channel_id=" + general + "&filename=raw.bin");
  ASSERT_THAT(raw, has_status(201));
  EXPECT_TRUE(raw.object().at("client_ids").is_null());
  EXPECT_EQ(raw.object().at("file_infos").at(0).at("mime_type"), "");
  const auto nameless = send("channel_id=" + general);
  EXPECT_THAT(nameless, refused_with(400, "api.context.invalid_url_param.app_error"));
  EXPECT_EQ(nameless.text("message"), "Invalid or missing filename parameter in request URL.");
  EXPECT_THAT(send(""), refused_with(400, "api.context.invalid_url_param.app_error"));
}

TEST_F(files, are_refused_where_they_may_not_go) {
  EXPECT_THAT(admin.post_form("/files", {{"channel_id", unknown_id, ""}, {"files", "x", "x.txt"}}),
              refused_with(403, "api.context.permissions.app_error"));
  EXPECT_THAT(admin.post_form("/files", {{"files", "x", "x.txt"}}),
              refused_with(400, "api.context.invalid_body_param.app_error"));
  EXPECT_THAT(upload(std::string(300, 'n') + ".txt", "x"),
              refused_with(500, "api.file.write_file.app_error"));
  EXPECT_THAT(admin.get(std::string("/files/") + unknown_id),
              refused_with(404, "app.file_info.get.app_error"));
}

TEST_F(files, ids_come_back_sorted_and_infos_in_order) {
  std::vector<std::string> ids;
  for (int i = 0; i < 10; ++i) ids.push_back(file_id("f" + std::to_string(i) + ".txt", "x"));
  const auto post =
      create_post(admin, general, "ten", {{"file_ids", json::array(ids.begin(), ids.end())}});
  ASSERT_THAT(post, has_status(201));
  std::vector<std::string> shown;
  const auto whole = post.object();
  for (const auto& id : whole.at("file_ids").as_array()) shown.emplace_back(id.as_string());
  EXPECT_TRUE(std::ranges::is_sorted(shown));
  EXPECT_THAT(shown, ::testing::UnorderedElementsAreArray(ids));
  const auto infos = admin.get("/posts/" + post.id() + "/files/info").array();
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(infos[i].at("id"), json::value(ids[i]));
}

TEST_F(files, what_is_not_to_be_had_is_left_out) {
  const auto file = file_id("a.txt", "a");
  const auto first =
      create_post(admin, general, "first", {{"file_ids", {file}}, {"create_at", 1500000000000}});
  EXPECT_EQ(first.object().at("file_ids"), json::array{file});
  EXPECT_EQ(first.number("update_at"), 1500000000000);
  const auto again =
      create_post(admin, general, "again", {{"file_ids", {file}}, {"create_at", 1500000000000}});
  ASSERT_THAT(again, has_status(201));
  EXPECT_FALSE(again.object().contains("file_ids"));
  EXPECT_GT(again.number("update_at"), 1500000000000);
  const auto alice = new_user("alice");
  join_channel(general, alice);
  auto as_alice = as(alice);
  const auto others =
      create_post(as_alice, general, "not mine", {{"file_ids", {file_id("b.txt", "b")}}});
  EXPECT_FALSE(others.object().contains("file_ids"));
}

TEST_F(files, are_given_back) {
  const auto id = file_id("größe.txt", "content");
  const auto bytes = admin.get("/files/" + id);
  EXPECT_EQ(bytes.body, "content");
  EXPECT_EQ(bytes.headers.at("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(admin.get("/files/" + id + "/info").text("name"), "größe.txt");
}

TEST_F(files, an_upload_session_goes_on_where_it_was) {
  const std::string content(6 * 1024 * 1024, 'x');
  const auto session =
      admin.post("/uploads",
                 {{"channel_id", general}, {"filename", "big.bin"}, {"file_size", content.size()}});
  ASSERT_THAT(session, has_status(201));
  EXPECT_EQ(session.text("type"), "attachment");
  const auto path = "/uploads/" + session.id();
  const auto send = [&](std::size_t from, std::size_t size) {
    return admin.send("POST", path, content.substr(from, size), "application/octet-stream");
  };
  EXPECT_THAT(send(0, 1000),
              refused_with(400, "api.upload.upload_data.first_part_too_small.app_error"));
  EXPECT_THAT(send(0, 5 * 1024 * 1024), has_status(204));
  EXPECT_EQ(admin.get(path).number("file_offset"), 5 * 1024 * 1024);
  const auto whole = send(5 * 1024 * 1024, 1024 * 1024);
  ASSERT_THAT(whole, has_status(200));
  EXPECT_NE(whole.id(), session.id());
  EXPECT_EQ(admin.get("/files/" + whole.id()).body, content);
  EXPECT_THAT(admin.post("/uploads",
                         {{"channel_id", general}, {"filename", "huge"}, {"file_size", 104857601}}),
              refused_with(413, "api.upload.create.upload_too_large.app_error"));
}

class emojis : public captured {
 protected:
  answer create(client& who, const std::string& name, const std::string& image,
                const std::string& creator) {
    return who.post_form(
        "/emoji",
        {{"image", image, "e.png"},
         {"emoji", json::serialize(json::object{{"name", name}, {"creator_id", creator}}), ""}});
  }
  answer create(const std::string& name, const std::string& image = png(8, 8)) {
    return create(admin, name, image, admin_id);
  }
};

TEST_F(emojis, names_are_checked_and_unique) {
  const auto made = create("party_slack");
  ASSERT_THAT(made, has_status(200));
  EXPECT_EQ(made.text("creator_id"), admin_id);
  EXPECT_THAT(create("party_slack"), refused_with(400, "api.emoji.create.duplicate.app_error"));
  for (const auto* name : {"smile", "+1", "+1_dark_skin_tone"}) {
    EXPECT_THAT(create(name), refused_with(400, "model.emoji.system_emoji_name.app_error")) << name;
  }
  for (const auto& name : {std::string("PartyUp"), std::string("a-b"), std::string("a+b"),
                           std::string("q"), std::string(64, 'e')}) {
    EXPECT_THAT(create(name), has_status(200)) << name;
  }
  for (const auto& name : {std::string("a b"), std::string("a.b"), std::string("übel"),
                           std::string(65, 'e'), std::string()}) {
    EXPECT_THAT(create(name), refused_with(400, "model.emoji.name.app_error")) << name;
  }
}

TEST_F(emojis, images_are_checked) {
  EXPECT_THAT(create("gif", std::string("GIF89a\x08\0\x08\0", 10)), has_status(200));
  EXPECT_THAT(create("svg", "<svg/>"), refused_with(400, "api.emoji.upload.image.app_error"));
  EXPECT_THAT(create("webp", std::string("RIFF\x10\0\0\0WEBPVP8 ", 16)),
              refused_with(400, "api.emoji.upload.image.app_error"));
  EXPECT_THAT(create("big", png(129, 129) + std::string(600 * 1024, 'x')), has_status(200));
  EXPECT_THAT(create("wide", png(1029, 8)),
              refused_with(400, "api.emoji.upload.large_image.too_large.app_error"));
  EXPECT_THAT(create("heavy", png(700, 700) + std::string(1024 * 1024, 'x')),
              refused_with(413, "api.emoji.create.too_large.app_error"));
}

TEST_F(emojis, belong_to_whoever_makes_them) {
  const auto alice = new_user("alice");
  auto as_alice = as(alice);
  EXPECT_THAT(create(admin, "hers", png(8, 8), alice),
              refused_with(403, "api.emoji.create.other_user.app_error"));
  EXPECT_EQ(create(as_alice, "hers", png(8, 8), alice).text("creator_id"), alice);
}

TEST_F(emojis, both_parts_are_needed) {
  const auto image = admin.post_form("/emoji", {{"emoji", "{}", ""}});
  EXPECT_THAT(image, refused_with(400, "api.context.invalid_body_param.app_error"));
  EXPECT_EQ(image.text("message"), "Invalid or missing createEmoji in request body.");
  const auto emoji = admin.post_form("/emoji", {{"image", png(8, 8), "e.png"}});
  EXPECT_THAT(emoji, refused_with(400, "api.context.invalid_body_param.app_error"));
  EXPECT_EQ(emoji.text("message"), "Invalid or missing emoji in request body.");
}

TEST_F(emojis, are_found_and_deleted) {
  const auto id = create("zebra").id();
  create("antler");
  EXPECT_EQ(admin.get("/emoji/name/zebra").id(), id);
  EXPECT_EQ(admin.get("/emoji/" + id + "/image").body, png(8, 8));
  EXPECT_THAT(admin.get("/emoji/name/smile"), refused_with(404, "app.emoji.get_by_name.no_result"));
  EXPECT_EQ(admin.get("/emoji?per_page=3").array()[0].at("name"), "zebra");
  EXPECT_EQ(admin.get("/emoji?per_page=3&sort=name").array()[0].at("name"), "antler");
  EXPECT_EQ(admin.post("/emoji/names", json::array{"antler", "nosuch"}).array().size(), 1U);
  EXPECT_EQ(admin.post("/emoji/search", {{"term", "zeb"}}).array().size(), 1U);
  EXPECT_THAT(admin.del("/emoji/" + id), has_status(200));
  EXPECT_THAT(create("zebra"), has_status(200));
}

}  // namespace crossdock::doubles::test
