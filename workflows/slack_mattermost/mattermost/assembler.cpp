#include "workflows/slack_mattermost/mattermost/assembler.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <unordered_map>

#include <fcntl.h>
#include <unistd.h>

#include "workflows/slack_mattermost/mattermost/assembler_files.hpp"
#include "workflows/slack_mattermost/mattermost/assembler_plan.hpp"
#include "workflows/slack_mattermost/mattermost/assembler_rewrite.hpp"
#include "workflows/slack_mattermost/mattermost/assembler_zip.hpp"
#include "workflows/slack_mattermost/mattermost/rules.hpp"

namespace crossdock::mattermost {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t min_bundle_bytes = 64 * 1024;
constexpr std::size_t write_bytes = 1 << 18;
/// The JSONL's compressed size is guessed while a bundle is planned, from what the bundles before
/// it came to. A guess that proves too low costs one more attempt, never a bundle that is too
/// large.
constexpr double first_ratio = 0.35;
constexpr double ratio_margin = 1.05;
constexpr double ratio_step = 1.25;
constexpr double best_ratio = 0.01;
constexpr double worst_ratio = 1.01;

std::string bundle_name(std::size_t number) {
  char name[32];
  std::snprintf(name, sizeof name, "bundle-%03zu", number);
  return name;
}

/// The N of "bundle-N.zip", 0 for any other name.
std::size_t bundle_number(const std::string& file_name) {
  std::size_t number = 0;
  int end = 0;
  if (std::sscanf(file_name.c_str(), "bundle-%zu.zip%n", &number, &end) != 1) return 0;
  return file_name == bundle_name(number) + ".zip" ? number : 0;
}

fs::path temporary_path(const fs::path& directory, std::size_t number) {
  return directory / ("." + bundle_name(number) + ".zip.partial");
}

bool is_temporary(const std::string& name) {
  constexpr std::string_view tail = ".partial";
  return name.size() > tail.size() + 1 && name.front() == '.' &&
         name.compare(name.size() - tail.size(), tail.size(), tail) == 0 &&
         bundle_number(name.substr(1, name.size() - 1 - tail.size())) != 0;
}

/// What one bundle is to hold.
struct bundle_plan {
  record_place end;
  std::vector<bundle_file> files;  ///< distinct paths, known missing ones left out
  std::int64_t line_bytes = 0;
  std::int64_t records = 0;
  std::string first_record;  ///< for messages
};

/// The message of a root whose files are missing, carried over to the lines that repeat it.
using root_message = std::optional<std::string>;

class assembler {
 public:
  assembler(const fs::path& output, const assembler_options& options, api::blob_reader& blobs,
            const blob_finder& find_blobs)
      : output_(output), options_(options), blobs_(blobs), find_blobs_(find_blobs) {}
  assembler(const assembler&) = delete;
  assembler& operator=(const assembler&) = delete;
  ~assembler() { remove_temporaries(); }

  assembly_report run(const fs::path& parts_directory) {
    prepare_output();
    std::optional<part_record> own_team;
    if (options_.own_team) own_team = team_line(*options_.own_team).record;
    runs_ = order_runs(parts_directory, std::move(own_team), features_of(options_.server).bots,
                       check_stop_);
    record_place at;
    root_message carried;
    do {
      at = write_bundle(at, carried);
    } while (!at_end(at));
    publish();
    report_.missing = missing_.list();
    return std::move(report_);
  }

 private:
  enum class attempt { complete, spoiled, too_large };

  void prepare_output() {
    if (options_.max_bundle_bytes < min_bundle_bytes) {
      throw assembly_error("max_bundle_bytes is " + std::to_string(options_.max_bundle_bytes) +
                           ", but must be at least " + std::to_string(min_bundle_bytes));
    }
    std::error_code error;
    fs::create_directories(output_, error);
    if (error) throw assembly_error("cannot create " + output_.string() + ": " + error.message());
    remove_temporaries();
  }

  bool at_end(record_place at) const {
    part_record record;
    return !record_stream(runs_, at).next(record);
  }

  /// Writes the next bundle from `at` on and says where the one after it begins.
  record_place write_bundle(record_place at, root_message& carried) {
    for (;;) {
      const auto plan = plan_bundle(at);
      auto carried_on = carried;
      const auto missing_before = missing_.list().size();
      switch (try_bundle(at, plan, carried_on)) {
        case attempt::complete: carried = std::move(carried_on); return plan.end;
        case attempt::spoiled: break;
        case attempt::too_large:
          if (plan.records <= 1 && missing_.list().size() == missing_before) {
            throw too_large(plan.first_record);
          }
          ratio_ = std::max(ratio_ * ratio_step, measured_ratio_ * ratio_margin);
          break;
      }
    }
  }

  assembly_error too_large(const std::string& record) const {
    return assembly_error(record + " alone makes a bundle of more than max_bundle_bytes (" +
                          std::to_string(options_.max_bundle_bytes) +
                          "): raise the limit or leave its files out");
  }

  bundle_plan plan_bundle(record_place from) {
    bundle_plan plan;
    plan.end = from;
    std::unordered_map<std::string, std::string> keys;  // by path
    auto room =
        options_.max_bundle_bytes - zip_writer::end_bound - zip_writer::bound("jsonl", 4096);
    record_stream stream(runs_, from);
    for (part_record record; stream.next(record); plan.end = stream.place()) {
      check_stop_();
      const auto files_before = plan.files.size();
      const auto file_bytes = plan_files(record, keys, plan.files);
      const auto line = static_cast<std::int64_t>(record.line.size()) + 1;
      const auto guessed = static_cast<std::int64_t>(std::min(ratio_, worst_ratio) *
                                                     static_cast<double>(plan.line_bytes + line));
      if (plan.records == 0) {
        plan.first_record = stream.last_record();
        if (file_bytes > room) throw too_large(plan.first_record);
      } else if (file_bytes + guessed > room) {
        plan.files.resize(files_before);
        break;
      }
      room -= file_bytes;
      plan.line_bytes += line;
      ++plan.records;
    }
    return plan;
  }

  /// Adds the record's files that the bundle has not yet; returns what they add to it at most.
  std::int64_t plan_files(const part_record& record,
                          std::unordered_map<std::string, std::string>& keys,
                          std::vector<bundle_file>& files) const {
    std::int64_t bytes = 0;
    for (const auto& file : record.files) {
      const auto [known, is_new] = keys.emplace(file.path, file.key);
      if (known->second != file.key) {
        throw assembly_error("the path " + file.path + " stands for two files, " + known->second +
                             " and " + file.key);
      }
      if (!is_new || missing_.contains(file.path)) continue;
      bytes += zip_writer::bound("data/" + file.path, file.size);
      files.push_back(file);
    }
    return bytes;
  }

  attempt try_bundle(record_place from, const bundle_plan& plan, root_message& carried) {
    const auto number = report_.bundles.size() + 1;
    bundle_report bundle;
    bundle.file = bundle_name(number) + ".zip";
    zip_writer zip(temporary_path(output_, number));
    try {
      bundle.files = write_files(plan.files, zip, blobs_, find_blobs_, missing_, check_stop_);
    } catch (const zip_spoiled&) {
      return attempt::spoiled;
    }
    const auto data_bytes = zip.bytes_written();
    std::vector<std::string> dropped;
    zip.begin_entry(bundle_name(number) + ".jsonl", {}, true);
    const bool fits = write_lines(from, plan.end, zip, carried, bundle, dropped);
    if (fits) zip.end_entry();
    measured_ratio_ = static_cast<double>(zip.bytes_written() - data_bytes) /
                      static_cast<double>(std::max<std::int64_t>(lines_written_, 1));
    // Not closed: the writer removes its file.
    if (!fits || zip.bytes_written() > options_.max_bundle_bytes) return attempt::too_large;
    return keep(zip, std::move(bundle), dropped);
  }

  attempt keep(zip_writer& zip, bundle_report bundle, const std::vector<std::string>& dropped) {
    const auto result = zip.close();
    if (result.bytes > options_.max_bundle_bytes) {
      fs::remove(temporary_path(output_, report_.bundles.size() + 1));
      return attempt::too_large;
    }
    bundle.bytes = result.bytes;
    bundle.sha256 = result.sha256;
    report_.bundles.push_back(std::move(bundle));
    report_.dropped_lines.insert(report_.dropped_lines.end(), dropped.begin(), dropped.end());
    ratio_ = std::clamp(measured_ratio_ * ratio_margin, best_ratio, worst_ratio);
    return attempt::complete;
  }

  /// False when the bundle grew too large on the way.
  bool write_lines(record_place from, record_place end, zip_writer& zip, root_message& carried,
                   bundle_report& bundle, std::vector<std::string>& dropped) {
    lines_written_ = 0;
    std::string buffer = version_line(options_.version) + "\n";
    const auto flush = [&] {
      zip.write(buffer);
      lines_written_ += static_cast<std::int64_t>(buffer.size());
      buffer.clear();
      return zip.bytes_written() <= options_.max_bundle_bytes;
    };
    record_stream stream(runs_, from);
    for (part_record record; stream.place() != end && stream.next(record);) {
      check_stop_();
      if (!final_line(record, carried)) {
        dropped.push_back(std::move(record.line));
        continue;
      }
      ++bundle.lines[std::string(name_of(record.kind))];
      buffer.append(record.line).push_back('\n');
      if (buffer.size() >= write_bytes && !flush()) return false;
    }
    return flush();
  }

  /// Takes references to missing files out of a record's line; false when nothing is left of it.
  bool final_line(part_record& record, root_message& carried) const {
    if (!record.continuation) carried.reset();
    const bool touched =
        std::any_of(record.files.begin(), record.files.end(),
                    [&](const auto& file) { return missing_.contains(file.path); });
    if (!touched && !carried) return true;
    auto rewritten = rewrite_line(
        record, [this](std::string_view path) { return missing_.contains(path); }, carried);
    if (rewritten.root_message) carried = std::move(rewritten.root_message);
    if (!rewritten.line) return false;
    record.line = std::move(*rewritten.line);
    if (const auto bad = check_line_size(record.line.size())) {
      throw assembly_error("with the notes about missing files a line " + bad->detail);
    }
    return true;
  }

  /// All bundles are complete and durable: they take the place of those of an earlier run.
  void publish() {
    const auto count = report_.bundles.size();
    for (std::size_t number = 1; number <= count; ++number) {
      const auto bundle = output_ / (bundle_name(number) + ".zip");
      std::error_code error;
      fs::rename(temporary_path(output_, number), bundle, error);
      if (error) {
        throw assembly_error("cannot put " + bundle.string() + " in place: " + error.message());
      }
    }
    std::vector<fs::path> surplus;
    for (const auto& entry : fs::directory_iterator(output_)) {
      if (bundle_number(entry.path().filename().string()) > count) surplus.push_back(entry.path());
    }
    for (const auto& path : surplus) {
      std::error_code error;
      fs::remove(path, error);
      if (error) throw assembly_error("cannot remove " + path.string() + ": " + error.message());
    }
    sync_output();
  }

  void sync_output() const {
    const int handle = ::open(output_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = handle >= 0 && ::fsync(handle) == 0;
    const std::string reason = std::strerror(errno);
    if (handle >= 0) ::close(handle);
    if (!synced) throw assembly_error("cannot sync " + output_.string() + ": " + reason);
  }

  void remove_temporaries() const {
    // Called from the destructor too: what cannot be removed now is removed by the next run.
    std::error_code error;
    std::vector<fs::path> found;
    for (fs::directory_iterator entry(output_, error), end; !error && entry != end;
         entry.increment(error)) {
      if (is_temporary(entry->path().filename().string())) found.push_back(entry->path());
    }
    for (const auto& path : found) fs::remove(path, error);
  }

  const fs::path& output_;
  const assembler_options& options_;
  api::blob_reader& blobs_;
  const blob_finder& find_blobs_;
  const std::function<void()> check_stop_ = [this] {
    if (options_.stop && options_.stop()) throw assembly_stopped{};
  };
  std::vector<record_run> runs_;
  missing_files missing_;
  assembly_report report_;
  double ratio_ = first_ratio;  ///< compressed bytes per byte of JSONL, as guessed
  double measured_ratio_ = first_ratio;
  std::int64_t lines_written_ = 0;  ///< bytes of JSONL in the running attempt
};

}  // namespace

std::int64_t record_file_budget(std::int64_t max_bundle_bytes) {
  // Room for the longest line, deflated badly, and for headers; a quarter in small bundles.
  constexpr std::int64_t most = 18 * 1024 * 1024;
  return max_bundle_bytes - std::min(max_bundle_bytes / 4, most);
}

assembly_report assemble(const fs::path& parts_directory, const fs::path& output_directory,
                         const assembler_options& options, api::blob_reader& blobs,
                         const blob_finder& find_blobs) {
  return assembler(output_directory, options, blobs, find_blobs).run(parts_directory);
}

}  // namespace crossdock::mattermost
