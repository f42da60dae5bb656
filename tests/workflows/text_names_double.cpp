#include "tests/workflows/text_names_double.hpp"

namespace crossdock::test {

std::optional<std::string> fixed_names::user(std::string_view slack_id) const {
  if (slack_id == "U1") return "alice";
  if (slack_id == "U2") return "bob.smith";
  if (slack_id == "U3") return "john_doe";
  return {};
}

std::optional<std::string> fixed_names::channel(std::string_view slack_id) const {
  if (slack_id == "C1") return "town-square";
  return {};
}

std::optional<std::string> fixed_names::usergroup(std::string_view slack_id) const {
  if (slack_id == "S1") return "devs";
  return {};
}

bool fixed_names::custom_emoji(std::string_view slack_name) const {
  return slack_name == "party_parrot" || slack_name == "котик";
}

std::optional<std::string> fixed_names::emoji_alias(std::string_view slack_name) const {
  if (slack_name == "yes") return "thumbsup";
  if (slack_name == "puddle") return "melting_face";
  if (slack_name == "gone") return "no_such_emoji";
  return {};
}

const slack::text_options& fixed_options() {
  static const fixed_names names;
  static const slack::text_options options{names};
  return options;
}

}  // namespace crossdock::test
