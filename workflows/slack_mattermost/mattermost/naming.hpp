#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// Names in the target: every source thing gets a name that the server accepts and that nothing
/// else has.
namespace crossdock::mattermost {

/// Each kind has its own rules and its own set of taken names; users and bots share `user`.
enum class name_kind { user, channel, emoji };

/// Why a name is not the one that was wanted.
enum class name_change {
  lower_cased,
  transliterated,       ///< letters of another alphabet, accents
  characters_replaced,  ///< characters the server does not allow
  shortened,            ///< more than 64 bytes
  fallback_used,        ///< nothing readable was left
  reserved_word,        ///< the server keeps the name for itself
  already_taken,        ///< another source thing has it
  default_channel,      ///< the source's general channel is the server's town-square
};

/// "lower-cased, already taken": for reports.
std::string describe(const std::vector<name_change>& changes);

struct assigned_name {
  std::string name;
  std::vector<name_change> changes;  ///< empty: exactly as wanted
};

struct name_request {
  std::string_view external_id;  ///< identity in the source
  std::string_view wanted;       ///< the source's name, any text
  std::string_view fallback;     ///< used when `wanted` yields nothing readable: the source's id
  /// Channels: the source's own default channel, which every member is in.
  bool is_general = false;
  /// Channels: public and not archived, as the server demands of town-square and off-topic.
  bool may_be_default = true;
};

struct naming_options {
  /// True: the source's general channel becomes the server's town-square, which every team has; no
  /// other channel may then take that name. False: it keeps its name like any other.
  bool general_is_town_square = true;
  /// Whether the server has a system emoji of this name; a custom one must not have it
  /// (`model.emoji.system_emoji_name.app_error`). Empty: none.
  std::function<bool(std::string_view)> is_system_emoji;
};

/// Gives out names. The result depends on the set of things alone: assign() is called in the order
/// of external ids (bytes), each thing takes the first free name of wanted, wanted-2, wanted-3, …;
/// names of an earlier job are reserved first. If some things of a set have the names of a full run
/// reserved, the others get the names of the full run too. Not thread-safe.
class name_map {
 public:
  explicit name_map(naming_options options = {});

  /// `name` belongs to `external_id` already. Throws std::invalid_argument when it belongs to
  /// another thing or the thing has another name.
  void reserve(name_kind kind, std::string_view name, std::string_view external_id);

  /// The name of a thing; the one it already has when it was reserved or assigned before. Throws
  /// std::logic_error when a new thing comes after one with a greater external id.
  assigned_name assign(name_kind kind, const name_request& request);

  /// The name of a thing, or nullptr when it has none.
  const std::string* find(name_kind kind, std::string_view external_id) const;

 private:
  struct names {
    std::map<std::string, std::string, std::less<>> by_id;
    std::unordered_map<std::string, std::string> holder;  ///< name → external id
    /// First suffix worth trying for a base name: all lower ones are taken for good.
    std::unordered_map<std::string, unsigned> next_suffix;
    std::string last_assigned;
  };

  names& of(name_kind kind) { return names_[static_cast<std::size_t>(kind)]; }
  const names& of(name_kind kind) const { return names_[static_cast<std::size_t>(kind)]; }
  bool allowed(name_kind kind, const std::string& name, const name_request& request) const;
  /// Why `base` itself could not be given.
  name_change obstacle_of(name_kind kind, const std::string& base,
                          const name_request& request) const;
  void choose(name_kind kind, const name_request& request, const std::string& base,
              assigned_name& result);

  naming_options options_;
  names names_[3];
};

/// A team's name from any text; `fallback` when nothing readable is left. Not made unique: a bundle
/// has one team.
assigned_name clean_team_name(std::string_view wanted, std::string_view fallback);

}  // namespace crossdock::mattermost
