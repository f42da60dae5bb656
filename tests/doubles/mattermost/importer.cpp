#include "tests/doubles/mattermost/importer.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

#include <archive.h>
#include <archive_entry.h>
#include <boost/json/parse.hpp>

#include "tests/doubles/mattermost/operations.hpp"

namespace crossdock::doubles {

namespace json = boost::json;

namespace {

/// Entities of one step; posts come in batches of their own.
constexpr std::size_t lines_per_step = 100;

struct close_archive {
  void operator()(archive* open) const { archive_read_free(open); }
};

std::string read_entry(archive* open) {
  std::string content;
  std::string buffer(64 * 1024, '\0');
  for (;;) {
    const auto size = archive_read_data(open, buffer.data(), buffer.size());
    if (size < 0) throw std::runtime_error(archive_error_string(open));
    if (size == 0) return content;
    content.append(buffer, 0, static_cast<std::size_t>(size));
  }
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    if (end > at) lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

bool is_post(std::string_view type) {
  return type == "post" || type == "direct_post";
}

}  // namespace

import_archive read_import_archive(const std::string& zip) {
  const std::unique_ptr<archive, close_archive> open(archive_read_new());
  archive_read_support_format_zip(open.get());
  if (archive_read_open_memory(open.get(), zip.data(), zip.size()) != ARCHIVE_OK) {
    throw std::runtime_error(archive_error_string(open.get()));
  }
  import_archive result;
  bool has_lines = false;
  archive_entry* entry = nullptr;
  int status = ARCHIVE_OK;
  while ((status = archive_read_next_header(open.get(), &entry)) == ARCHIVE_OK) {
    const auto* utf8 = archive_entry_pathname_utf8(entry);
    const std::string name = utf8 ? utf8 : archive_entry_pathname(entry);
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    auto content = read_entry(open.get());
    if (name.ends_with(".jsonl") && name.find('/') == std::string::npos) {
      result.lines = split_lines(content);
      has_lines = true;
    } else {
      result.files[name] = std::make_shared<const std::string>(std::move(content));
    }
  }
  if (status != ARCHIVE_EOF) throw std::runtime_error(archive_error_string(open.get()));
  if (!has_lines) throw std::runtime_error("There is no jsonl file in the archive.");
  return result;
}

blob archived_file(const import_context& context, std::string_view path, std::size_t line) {
  const auto name = "data/" + std::string(path);
  const auto* found = find_in(context.archive.files, name);
  if (!found) {
    throw import_failure{
        "BulkImport: Error while processing bulk import attachments., attachment \"" + name +
            "\" not found in map",
        line};
  }
  return *found;
}

import_run::import_run(const double_options& options, const server_rules& rules,
                       import_archive archive)
    : options_(options), rules_(rules), archive_(std::move(archive)) {}

bool import_run::step(state& db) {
  const import_context context{db, rules_, options_.config, archive_};
  try {
    if (next_ == 0) {
      check_version();
      next_ = 1;
    }
    advance(context);
  } catch (const import_failure& failed) {
    failure_ = failed;
    return false;
  } catch (const std::exception& wrong) {
    // A value of another kind than the line's shape asks for.
    failure_ = {std::string("BulkImport: JSON decode of line failed., ") + wrong.what(), next_ + 1};
    return false;
  }
  return next_ < archive_.lines.size();
}

void import_run::check_version() const {
  const import_failure unreadable{
      "BulkImport: Unable to read the version of the data import file., ", 1};
  if (archive_.lines.empty()) throw unreadable;
  boost::system::error_code failed;
  const auto first = json::parse(archive_.lines.front(), failed);
  if (failed || !first.is_object() || text_in(first.as_object(), "type") != "version" ||
      number_in(first.as_object(), "version") != 1) {
    throw unreadable;
  }
}

import_line import_run::parse(std::size_t index) const {
  boost::system::error_code failed;
  const auto value = json::parse(archive_.lines[index], failed);
  if (failed || !value.is_object()) {
    // In the words of the server's JSON decoder.
    const bool truncated = failed == json::error::incomplete;
    throw import_failure{std::string("BulkImport: JSON decode of line failed., ") +
                             (truncated ? "unexpected EOF" : "invalid character"),
                         index + 1};
  }
  import_line line;
  line.type = text_in(value.as_object(), "type");
  line.content = object_in(value.as_object(), line.type);
  line.number = index + 1;
  return line;
}

void import_run::advance(const import_context& context) {
  for (std::size_t done = 0; done < lines_per_step && next_ < archive_.lines.size(); ++done) {
    auto line = parse(next_);
    if (is_post(line.type)) {
      // A step of its own, unless it is the first thing of this one.
      if (done == 0) advance_posts(context, std::move(line));
      return;
    }
    import_entity(context, line);
    ++next_;
  }
}

void import_run::advance_posts(const import_context& context, import_line first) {
  const auto type = first.type;
  std::vector<import_line> batch;
  std::optional<import_failure> unreadable;
  try {
    for (auto line = std::move(first);;) {
      if (line.type != type) break;
      check_attachments(context, line);
      batch.push_back(std::move(line));
      ++next_;
      if (batch.size() >= options_.import_batch || next_ >= archive_.lines.size()) break;
      line = parse(next_);
    }
  } catch (const import_failure& failed) {
    unreadable = failed;
  }
  import_posts(context, batch);
  if (unreadable) throw *unreadable;
}

}  // namespace crossdock::doubles
