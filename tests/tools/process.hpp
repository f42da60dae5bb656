#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace crossdock::testing {

/// A directory of a test's own, removed at its end. Other users may pass through it, and no more.
class scratch_directory {
 public:
  scratch_directory();
  ~scratch_directory();
  scratch_directory(const scratch_directory&) = delete;
  scratch_directory& operator=(const scratch_directory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Writes a file and returns its path.
  std::string write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

std::string read_file(const std::filesystem::path& file);

struct process_result {
  int status = -1;  ///< exit status, or 128 + signal
  std::string out;
  std::string err;
};

/// The end of a program's output, for the message of a failed expectation.
std::string tail(const std::string& output);

/// A program under test, standard input empty, output kept in files.
class process {
 public:
  /// `environment` is added to this process's. The first argument is the program's path.
  process(std::vector<std::string> arguments, const std::map<std::string, std::string>& environment,
          const scratch_directory& scratch);
  ~process();  ///< kills it when nobody waited
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  pid_t id() const { return pid_; }
  void send(int signal) const;
  bool ended() const;  ///< wait() would return at once
  /// What it has written to standard error up to now.
  std::string errors_so_far() const;
  process_result wait();

 private:
  std::filesystem::path out_;
  std::filesystem::path err_;
  pid_t pid_ = -1;
};

}  // namespace crossdock::testing
