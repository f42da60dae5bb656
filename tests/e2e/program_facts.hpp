#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace crossdock::testing {

/// A message or post as both sides know it.
struct message_fact {
  std::int64_t millis = 0;  ///< since 1970
  std::string user;         ///< name of a listed user; empty when somebody else wrote it
  std::string text;         ///< of posts only
  std::vector<message_fact> replies;
};

/// What an export or a set of bundles says, in the order of time. Channels go by their name in the
/// target, direct conversations by "direct: " and their members' names. A reply that was sent to
/// the channel as well has a message of its own there.
struct conversation_facts {
  std::map<std::string, std::vector<message_fact>> messages;
  std::map<std::string, std::string> files;  ///< bytes by Slack's file id
  std::int64_t broadcasts = 0;               ///< known of exports only
};

std::string direct_conversation(std::vector<std::string> members);

/// Reads a generated export on a road of its own: every message below the root it names, roots that
/// are missing made up.
conversation_facts facts_of_export(const std::filesystem::path& zip);

/// How the bundles' messages differ from the export's; empty when they do not.
std::vector<std::string> differences(const conversation_facts& source,
                                     const conversation_facts& bundles);

}  // namespace crossdock::testing
