#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "workflows/api/exporter.hpp"
#include "workflows/slack_mattermost/slack/archive.hpp"

namespace crossdock::slack {

/// Files that lie in an export beside its messages. A blob's `path` is member::path.
class archive_blob_reader final : public api::blob_reader {
 public:
  explicit archive_blob_reader(std::shared_ptr<const archive> from) : from_(std::move(from)) {}

  /// In the archive's own order, whatever the order of `wanted`; one pass over the archive, which
  /// ends with the last wanted member. (A path that is listed n times is read in n passes.) A
  /// damaged member calls `failed` instead of `end`, perhaps after some data; missing ones call it
  /// after all others, in the order of their paths. Throws archive_error when the archive itself
  /// fails.
  void read(std::span<const api::blob> wanted, const sink& to) override;

 private:
  std::shared_ptr<const archive> from_;
};

/// Enough of a file's start to tell whether it is a web page.
inline constexpr std::size_t html_probe_bytes = 512;

/// True when a file's first bytes are a web page although neither its declared media type nor its
/// name says so. Slack answers a download without a valid token with "200 OK" and its login page,
/// and export tools have stored these pages in place of pictures and documents.
bool looks_like_html(std::string_view first_bytes, std::string_view declared_mimetype,
                     std::string_view file_name);

}  // namespace crossdock::slack
