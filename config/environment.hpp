#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock::config {

/// What a configuration may read of the world around it: environment variables and small files.
/// An interface, so that tests need not change the process.
class environment {
 public:
  virtual ~environment() = default;
  /// Empty variables count as unset.
  virtual std::optional<std::string> variable(std::string_view name) const = 0;

  struct file_text {
    std::optional<std::string> text;
    std::string error;  ///< why there is no text
  };
  /// The text of a regular file of at most `max_bytes`.
  virtual file_text read(const std::filesystem::path& path, std::size_t max_bytes) const = 0;
};

/// The environment of this process. Not to be used while another thread changes it (setenv).
class process_environment final : public environment {
 public:
  std::optional<std::string> variable(std::string_view name) const override;
  file_text read(const std::filesystem::path& path, std::size_t max_bytes) const override;
};

/// A made-up environment.
class fixed_environment final : public environment {
 public:
  explicit fixed_environment(std::map<std::string, std::string> variables = {},
                             std::map<std::string, std::string> files = {})
      : variables_(std::move(variables)), files_(std::move(files)) {}
  std::optional<std::string> variable(std::string_view name) const override;
  file_text read(const std::filesystem::path& path, std::size_t max_bytes) const override;

 private:
  std::map<std::string, std::string> variables_;
  std::map<std::string, std::string> files_;  ///< path → text
};

}  // namespace crossdock::config
