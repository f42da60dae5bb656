#include "workflows/slack_mattermost/slack/archive_member.hpp"

#include <gtest/gtest.h>

namespace crossdock::slack {
namespace {

member classified(std::string path) {
  member item;
  item.path = std::move(path);
  classify(item);
  return item;
}

struct kind_case {
  const char* path;
  member_kind kind;
  const char* folder = "";
  const char* id = "";
};

TEST(archive_member, kinds_follow_from_paths) {
  using enum member_kind;
  const kind_case cases[] = {
      {"users.json", top_level_list},
      {"integration_logs.json", top_level_list},
      {"org_users.json", top_level_list},
      {"canvases.json", canvas},
      {"canvas_in_the_conversation.json", canvas},
      {"content_flags.json", other},
      {"emoji.json", emoji_index},
      {"index.json", emoji_index},
      {"D012AB3CD.json", other},
      {"general/2024-01-01.json", day_file, "general"},
      {"D012AB3CD/2024-01-01.json", day_file, "D012AB3CD"},
      {"mpdm-a--b--c-1/2024-01-01.json", day_file, "mpdm-a--b--c-1"},
      {"-sql/2024-01-01.json", day_file, "-sql"},
      {"español-spanish/2024-01-01.json", day_file, "español-spanish"},
      {"users.json/2024-01-01.json", day_file, "users.json"},
      {"emojis/2024-01-01.json", day_file, "emojis"},
      {"teams/2024-01-01.json", day_file, "teams"},
      {"teams/acme/general/2024-01-01.json", grid},
      {"teams/acme/users.json", grid},
      {"FC:F012:Plan/2024-01-01.json", canvas},
      {"__uploads/F01/photo.png", upload, "", "F01"},
      {"__uploads/F01/notes.json", upload, "", "F01"},
      {"__uploads/F01", other},
      {"__avatars/U01/face.jpg", avatar, "", "U01"},
      {"general/attachments/F01AB-report.pdf", attachment, "general", "F01AB"},
      {"general/attachments/report.pdf", other},
      {"teams/attachments/F01AB-report.pdf", attachment, "teams", "F01AB"},
      {"emojis/party.gif", emoji_image},
      {"__MACOSX/general/._2024-01-01.json", junk},
      {"general/.DS_Store", junk},
      {"general/._2024-01-01.json", junk},
      {"__secret/2024-01-01.json", other},
      {"general/sub/2024-01-01.json", other},
  };
  for (const auto& expected : cases) {
    const auto item = classified(expected.path);
    EXPECT_EQ(to_string(item.kind), to_string(expected.kind)) << expected.path;
    EXPECT_EQ(item.folder, expected.folder) << expected.path;
    EXPECT_EQ(item.id, expected.id) << expected.path;
  }
}

TEST(archive_member, names_of_files_come_without_their_id) {
  EXPECT_EQ(classified("__uploads/F01/a/b.png").name, "a/b.png");
  EXPECT_EQ(classified("general/attachments/F01-a-b.png").name, "a-b.png");
  EXPECT_EQ(classified("__avatars/U01/face.jpg").name, "face.jpg");
  EXPECT_EQ(classified("emojis/party.gif").name, "party.gif");
}

TEST(archive_member, harmless_names_are_normalised) {
  EXPECT_EQ(check_name("a/b").path, "a/b");
  EXPECT_EQ(check_name("./a//./b/").path, "a/b");
  EXPECT_EQ(check_name("a/..b/...").path, "a/..b/...");
  EXPECT_EQ(check_name("./").path, "");
  EXPECT_EQ(check_name("FC:F1:x/a").path, "FC:F1:x/a");
}

TEST(archive_member, names_that_lead_elsewhere_are_refused) {
  for (const auto* name : {"../a", "a/../b", "a/..", "..", "/etc/passwd", "//a", "\\a", "a\\b",
                           "C:/a", "c:a", "a\\..\\b", "__uploads\\F1\\a", "x__uploads/F1/a\\b",
                           "__uploads/F1/..\\..\\a", "__uploads/F1/a\\..", "__uploads/F\\1/a"}) {
    EXPECT_FALSE(check_name(name).refusal.empty()) << name;
  }
}

TEST(archive_member, a_backslash_in_an_uploads_own_name_is_data) {
  EXPECT_EQ(check_name("__uploads/F1/a\\b.txt").path, "__uploads/F1/a\\b.txt");
  EXPECT_TRUE(check_name("export/__uploads/F1/a\\b.txt").refusal.empty());
}

}  // namespace
}  // namespace crossdock::slack
