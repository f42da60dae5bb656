#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "actors/store/types.hpp"

namespace crossdock::cli {

/// Why nothing can be written to a folder that may not exist yet; empty when something can. Makes
/// nothing.
std::string why_not_writable(const std::filesystem::path& folder);

/// Keeps other processes from writing to the same output: a lock on `.crossdock/lock` inside of it,
/// which ends with the process however that ends. The file tells who holds it.
class output_lock {
 public:
  /// Makes the folder. Throws usage_error naming the holder when another process has the lock,
  /// std::runtime_error when the folder or the file cannot be made or locked.
  explicit output_lock(const std::filesystem::path& output);
  output_lock(const output_lock&) = delete;
  output_lock& operator=(const output_lock&) = delete;
  /// Takes away what the lock has made, as far as nothing else came to it.
  ~output_lock();

  /// Tells others which job the output belongs to meanwhile.
  void name_job(store::job_id job);

 private:
  void make_folder(const std::filesystem::path& folder);
  bool try_open(std::chrono::steady_clock::time_point deadline);
  void write_holder(const std::string& text);

  std::filesystem::path output_;
  std::filesystem::path file_;
  std::vector<std::filesystem::path> made_;  ///< folders, outermost first
  int descriptor_ = -1;
};

}  // namespace crossdock::cli
