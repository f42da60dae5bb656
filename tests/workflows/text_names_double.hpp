#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "workflows/slack_mattermost/text/names.hpp"

namespace crossdock::test {

/// A small workspace: users U1 alice, U2 bob.smith, U3 john_doe; channel C1 town-square; group S1
/// devs; custom emoji party_parrot and котик; yes is an alias of thumbsup, puddle of melting_face,
/// gone of one that there is no more.
class fixed_names : public slack::name_resolver {
 public:
  std::optional<std::string> user(std::string_view slack_id) const override;
  std::optional<std::string> channel(std::string_view slack_id) const override;
  std::optional<std::string> usergroup(std::string_view slack_id) const override;
  bool custom_emoji(std::string_view slack_name) const override;
  std::optional<std::string> emoji_alias(std::string_view slack_name) const override;
};

/// Options over one such workspace.
const slack::text_options& fixed_options();

}  // namespace crossdock::test
