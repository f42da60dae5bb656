#include "actors/report.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>

#include "actors/report_json.hpp"
#include "actors/report_markdown.hpp"

namespace crossdock {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, const std::string& why) {
  throw std::runtime_error("the report " + file.string() + " cannot be written: " + why);
}

/// Under its name there is the old file or the whole new one, never a part.
void write_file(const fs::path& file, const std::function<void(std::ostream&)>& content) {
  const fs::path unfinished = file.string() + ".part";
  errno = 0;
  std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
  if (!out) fail(file, std::strerror(errno));
  content(out);
  out.close();
  if (!out) fail(file, errno ? std::strerror(errno) : "the disk did not take it all");
  std::error_code error;
  fs::rename(unfinished, file, error);
  if (error) fail(file, error.message());
}

}  // namespace

void write_report(store::session& db, const store::job_row& job) {
  if (job.output.empty()) return;
  const fs::path folder(job.output);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) fail(folder, error.message());

  const auto about = report::summarize(job, db.current_meta(job.id));
  report::digest seen;
  write_file(folder / "report.json",
             [&](std::ostream& out) { report::write_json(out, db, job, about, seen); });
  write_file(folder / "report.md",
             [&](std::ostream& out) { out << report::markdown(about, seen, job.id); });
}

}  // namespace crossdock
