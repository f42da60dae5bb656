#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "tests/doubles/mattermost/options.hpp"
#include "tests/doubles/mattermost/rules.hpp"
#include "tests/doubles/mattermost/state.hpp"

namespace crossdock::doubles {

/// What ends an import: what the job's data says about it. Line 0: the server does not know.
struct import_failure {
  std::string text;
  std::size_t line = 0;
};

/// The archive of an import, read whole.
struct import_archive {
  std::vector<std::string> lines;
  std::map<std::string, blob, std::less<>> files;  ///< by name in the zip
};
/// Throws std::runtime_error with libarchive's words, or when there is no *.jsonl at the root.
import_archive read_import_archive(const std::string& zip);

/// One line, taken apart.
struct import_line {
  std::string type;
  boost::json::object content;  ///< the value of the key that is named like the type
  std::size_t number = 0;       ///< from 1
};

/// What the functions below need; they throw import_failure.
struct import_context {
  state& db;
  const server_rules& rules;
  const server_config& config;
  const import_archive& archive;
};

/// A file below `data/`; throws when it is not in the archive.
blob archived_file(const import_context& context, std::string_view path, std::size_t line);

/// Everything but posts: version, emoji, team, channel, user, bot, direct_channel.
void import_entity(const import_context& context, const import_line& line);

/// `post` or `direct_post` lines that the server takes together: all are checked, then their
/// channels and users are looked up (a miss fails them all, as line 0), then all are saved.
void import_posts(const import_context& context, const std::vector<import_line>& batch);
/// A missing attachment ends the import as soon as the line is read.
void check_attachments(const import_context& context, const import_line& line);

/// One import job, a few lines at a time so that requests are answered in between. What the steps
/// do depends on the state and the archive alone. As on the server, lines take effect one after
/// the other and stay; the first failing line ends the import.
class import_run {
 public:
  import_run(const double_options& options, const server_rules& rules, import_archive archive);

  /// Returns whether there is more to do; not after a failure.
  bool step(state& db);
  const std::optional<import_failure>& failure() const { return failure_; }

 private:
  void check_version() const;
  void advance(const import_context& context);
  void advance_posts(const import_context& context, import_line first);
  import_line parse(std::size_t index) const;

  const double_options& options_;
  const server_rules& rules_;
  import_archive archive_;
  std::size_t next_ = 0;
  std::optional<import_failure> failure_;
};

}  // namespace crossdock::doubles
