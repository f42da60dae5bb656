#pragma once

#include "workflows/api/stage.hpp"

namespace crossdock::slack {

/// `messages`: the single pass over all day files, in the archive's order. Stages messages,
/// reactions, attachments and custom emoji as they come, each day file a unit of its own. At its
/// end, set-based over what was staged: placeholders for missing thread roots, users that only
/// messages, reactions or member lists know, and distinct times.
class messages_stage final : public api::stage {
 public:
  void run(api::stage_context& context) override;
};

}  // namespace crossdock::slack
