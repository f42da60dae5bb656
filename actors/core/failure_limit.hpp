#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock {

/// `limits: failures:` of a workflow file: how much may fail before a job pauses for a person.
class failure_limit {
 public:
  /// "5%", "0.5%" (at most four decimals, 0 to 100) of the total, or "100" entities. Empty for
  /// anything else.
  static std::optional<failure_limit> parse(std::string_view text);

  /// True when more failed than is allowed. `total` is the frozen total of what is to be exported.
  bool exceeded(std::int64_t failed, std::int64_t total) const;
  /// As parse() reads it.
  std::string text() const;

  bool operator==(const failure_limit&) const = default;

 private:
  failure_limit(bool relative, std::int64_t amount) : relative_(relative), amount_(amount) {}

  bool relative_;
  std::int64_t amount_;  ///< relative: parts per million, else entities
};

}  // namespace crossdock
