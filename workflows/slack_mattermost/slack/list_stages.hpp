#pragma once

#include "workflows/api/stage.hpp"

namespace crossdock::slack {

/// `extracting`: walks over the archive's names once. Counts the JSON files, notes where uploaded
/// files, avatars and emoji pictures lie, stages the listed custom emoji, and says what it leaves
/// out.
class extracting_stage final : public api::stage {
 public:
  void run(api::stage_context& context) override;
};

/// `users`: users.json, and org_users.json for who is only there.
class users_stage final : public api::stage {
 public:
  void run(api::stage_context& context) override;
};

/// `channels`: channels.json, groups.json, dms.json, mpims.json. Which file lists a channel decides
/// its kind, with is_private; its id does not.
class channels_stage final : public api::stage {
 public:
  void run(api::stage_context& context) override;
};

}  // namespace crossdock::slack
