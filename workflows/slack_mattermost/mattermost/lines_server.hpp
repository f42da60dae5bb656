#pragma once

#include <compare>

/// What the importer of a server version understands.
namespace crossdock::mattermost {

struct server_version {
  int major = 0;
  int minor = 0;
  auto operator<=>(const server_version&) const = default;
};

/// The newest server these rules were checked against; what bundles are written for by default.
inline constexpr server_version newest_server{11, 6};

/// Parts of the JSONL format that older servers lack. Unknown keys are ignored by them, so such
/// data would vanish silently; an unknown line type ends their import.
struct server_features {
  bool bots = false;               ///< `bot` lines
  bool reply_props = false;        ///< `props` of replies
  bool reply_pins = false;         ///< `is_pinned` of replies
  bool reply_reactions = false;    ///< `reactions` of replies; read, but not stored, before
  bool participants = false;       ///< `participants` and `shown_by` of direct channels
  bool archived_channels = false;  ///< `deleted_at` of channels
};

/// Where the release that brought a part is not known, the first one it was seen in counts: a
/// feature less is reported, a feature too many is lost.
constexpr server_features features_of(server_version server) {
  server_features features;
  features.archived_channels = server >= server_version{9, 1};
  features.participants = server >= server_version{10, 2};
  features.bots = server >= server_version{10, 4};
  features.reply_props = server >= server_version{10, 5};
  features.reply_pins = server >= server_version{11, 0};
  features.reply_reactions = server >= server_version{11, 0};
  return features;
}

}  // namespace crossdock::mattermost
