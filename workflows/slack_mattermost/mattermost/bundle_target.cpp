#include "workflows/slack_mattermost/mattermost/bundle_target.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <sstream>
#include <system_error>

#include <boost/json/serialize.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "workflows/slack_mattermost/mattermost/assembler.hpp"
#include "workflows/slack_mattermost/mattermost/bundle_exporters.hpp"
#include "workflows/slack_mattermost/mattermost/naming.hpp"

namespace crossdock::mattermost {

namespace json = boost::json;
namespace fs = std::filesystem;

namespace {

constexpr const char* generator = "crossdock";

/// "2024-01-31T12:00:00Z" of milliseconds since 1970.
std::string rfc3339(std::int64_t millis) {
  const auto seconds = static_cast<std::time_t>(millis / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  const auto length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text, length};
}

/// Throws api::target_error naming the file when not all of it is on the disk afterwards.
void write_durably(const fs::path& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const bool written =
      file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(file) == 0;
  const auto why = std::generic_category().message(errno);
  if (file >= 0) ::close(file);
  if (!written) throw api::target_error(path.string() + " cannot be written: " + why);
}

class target final : public api::target {
 public:
  target(const api::job_info& job, const json::object& options)
      : options_(read_bundle_options(options)) {
    if (job.output_path.empty()) {
      throw api::target_error("a bundle needs a directory to go to: give --output DIR");
    }
    output_ = job.output_path;
    work_ = output_ / ".crossdock" / ("job-" + std::to_string(job.id));
  }

  void prepare(api::target_context& context) override;
  std::unique_ptr<api::exporter> make_exporter(std::string_view type,
                                               api::target_context& context) override {
    return make_bundle_exporter(type, job_, context);
  }
  std::string finish(api::target_context& context) override;

 private:
  assembler_options assembly(api::target_context& context) const;
  void write_bundles(api::target_context& context) const;
  void report_missing(api::target_context& context, const assembly_report& report) const;

  fs::path marker() const { return work_ / "outputs.json"; }
  fs::path parts() const { return work_ / "parts"; }

  bundle_options options_;
  fs::path output_;
  fs::path work_;
  std::shared_ptr<const bundle_job> job_;
  std::int64_t last_message_ = 0;  ///< milliseconds since 1970
};

/// A run of ours has left its folder there.
bool was_written_to(const fs::path& work_area) {
  if (!fs::is_directory(work_area)) return false;
  const fs::directory_iterator all(work_area);
  return std::any_of(begin(all), end(all), [](const auto& entry) {
    return entry.path().filename().string().starts_with("job-");
  });
}

/// What no run has put there is not ours to replace.
void refuse_foreign_bundles(const fs::path& output) {
  if (!fs::is_directory(output) || was_written_to(output / ".crossdock")) return;
  for (const auto& entry : fs::directory_iterator(output)) {
    const auto name = entry.path().filename().string();
    if (!entry.is_regular_file() || !name.starts_with("bundle-") || !name.ends_with(".zip")) {
      continue;
    }
    throw api::target_error(
        output.string() + " has a " + name +
        " that crossdock has not written: choose another --output, or move it away");
  }
}

void target::prepare(api::target_context& context) {
  refuse_foreign_bundles(output_);
  std::error_code failed;
  fs::create_directories(parts(), failed);
  if (failed) {
    throw api::target_error(parts().string() + ": cannot be created: " + failed.message());
  }
  auto job = std::make_shared<bundle_job>();
  job->options = options_;
  job->names = std::make_shared<workspace>(context, options_);
  job->parts = parts();
  for (const auto& channel : context.lane_sizes("message")) {
    const auto last = channel.last_seq / 1000;
    last_message_ = std::max(last_message_, last);
    job->last_message[channel.lane] = last;
    if (options_.mark_read) {
      job->read[channel.lane] = {last, channel.entities, channel.groups};
    }
  }
  job_ = std::move(job);
}

assembler_options target::assembly(api::target_context& context) const {
  assembler_options how;
  how.max_bundle_bytes = options_.max_bundle_bytes;
  // The newest message's time, not the clock's: the same export gives the same bytes.
  how.version = {generator, "1", rfc3339(last_message_)};
  how.server = options_.server;
  how.stop = [&context] { return context.stopping(); };
  if (options_.create_team) {
    const auto display =
        options_.team_display_name.empty() ? options_.team : options_.team_display_name;
    how.own_team = team{job_->names->team(),
                        std::string(truncate_runes(display, limits::team_display_name_runes)),
                        {},
                        false};
  }
  return how;
}

json::object describe(const assembly_report& report) {
  json::array bundles;
  for (const auto& bundle : report.bundles) {
    json::object lines;
    for (const auto& [type, count] : bundle.lines) lines[type] = count;
    bundles.push_back(json::object{{"file", bundle.file},
                                   {"bytes", bundle.bytes},
                                   {"sha256", bundle.sha256},
                                   {"lines", std::move(lines)},
                                   {"files", bundle.files}});
  }
  return {{"bundles", std::move(bundles)},
          {"missing_files", report.missing.size()},
          {"dropped_lines", report.dropped_lines.size()}};
}

void target::report_missing(api::target_context& context, const assembly_report& report) const {
  for (const auto& file : report.missing) {
    context.report({api::finding::kind::left_out, "attachment", file.key, file.path,
                    "file_unreadable", file.reason});
  }
  for (const auto& line : report.dropped_lines) {
    context.report({api::finding::kind::left_out,
                    "custom_emoji",
                    line,
                    {},
                    "emoji_unreadable",
                    "its picture cannot be read from the source"});
  }
}

/// A small file, written once the bundles stand, remembers the result for a repetition after a
/// crash. The parts go after that, and must be gone before the job is done: they hold all messages.
std::string target::finish(api::target_context& context) {
  if (!fs::exists(marker())) write_bundles(context);
  fs::remove_all(parts());
  std::ifstream in(marker());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void target::write_bundles(api::target_context& context) const {
  assembly_report report;
  try {
    report = assemble(
        parts(), output_, assembly(context), context.blobs(),
        [&context](std::span<const std::string> keys) { return context.find_blobs(keys); });
  } catch (const assembly_stopped&) {
    throw api::stage_stopped{};
  } catch (const assembly_error& error) {
    throw api::target_error(error.what());
  }
  report_missing(context, report);
  write_durably(work_ / "outputs.json.part", json::serialize(describe(report)));
  fs::rename(work_ / "outputs.json.part", marker());
}

class bundle_plugin final : public api::target_plugin {
 public:
  std::string_view name() const override { return "mattermost-bundle"; }
  std::string_view summary() const override {
    return "Import bundles (zip) for Mattermost's bulk import, checked by the server's rules";
  }
  std::string_view options_schema() const override { return bundle_options_schema(); }
  std::vector<std::string> types() const override {
    return {"user", "custom_emoji", "channel", "message", "attachment", "reaction"};
  }
  /// What travels inside a post is settled after it; the lines themselves are ordered when the
  /// bundles are put together.
  std::vector<order_rule> order_rules() const override {
    return {{"message", "attachment"}, {"message", "reaction"}};
  }
  bool complete_per_job() const override { return true; }
  std::unique_ptr<api::target> make_target(const api::job_info& job,
                                           const json::object& options) const override {
    return std::make_unique<target>(job, options);
  }
};

}  // namespace

const api::target_plugin& bundle_target() {
  static const bundle_plugin plugin;
  return plugin;
}

}  // namespace crossdock::mattermost
