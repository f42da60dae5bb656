#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "tests/doubles/mattermost/options.hpp"

/// What goes wrong, when, by a script:
///
///     {"seed": 7, "rules": [
///       {"method": "POST", "path": "/api/v4/posts", "nth": 3, "fault": "reset_after"},
///       {"path": "/api/v4/*", "probability": 0.01, "fault": "status", "status": 503},
///       {"path": "*", "fault": "latency", "ms": 20, "jitter_ms": 5}]}
///
/// A rule looks at requests whose method (absent: any) and path (`*` stands for any text; the query
/// does not count) match, and counts them from 1. Of these it takes: the `nth` one and the
/// `count - 1` after it (`count` 1 unless given), or every `every`-th, or each with `probability`,
/// or, with none of the three, all; never more than `limit` (0: no limit). Latencies of all rules
/// that take a request add up; of the others the first one acts.
namespace crossdock::doubles {

enum class fault_kind {
  latency,        ///< `ms` (+ up to `jitter_ms`) before the effect
  late_answer,    ///< the effect, then `ms` (+ jitter) before the answer
  status,         ///< no effect, answers `status` with `body`; 429 with `retry_after` seconds
  status_after,   ///< the effect, then such an answer: a proxy that gave up waiting
  reset_before,   ///< no effect, the connection is reset
  reset_after,    ///< the effect, then the connection is reset
  half_response,  ///< the effect, then half of the answer and the end of the connection
  restart,        ///< no effect, all connections are reset, memory-only state is forgotten; back
                  ///< after `ms`
  away            ///< no effect, all connections are reset, nobody listens for `ms`
};

struct fault {
  fault_kind kind = fault_kind::latency;
  int ms = 0;
  int jitter_ms = 0;
  int status = 503;
  std::string body;
  int retry_after = 1;
  retry_after_form form = retry_after_form::seconds;
};

/// What is to happen to one request.
struct fault_verdict {
  int delay_before_ms = 0;
  std::optional<fault> act;
};

/// Thread-safe.
class fault_plan {
 public:
  /// Replaces the script and begins counting anew. Throws std::invalid_argument naming what is
  /// wrong with it; the old one stays then.
  void load(const boost::json::value& script);
  void load_text(std::string_view script);
  void clear();
  /// Counts the request and decides. `target` as it was sent.
  fault_verdict decide(std::string_view method, std::string_view target);
  /// How many requests the rules took, in the script's order.
  std::vector<std::uint64_t> taken() const;

 private:
  struct rule {
    std::string method;
    std::string path = "*";
    std::uint64_t nth = 0;
    std::uint64_t count = 1;
    std::uint64_t every = 0;
    double probability = -1;
    std::uint64_t limit = 0;
    fault what;
    std::uint64_t seen = 0;
    std::uint64_t taken = 0;
  };
  static rule parse_rule(const boost::json::value& value);
  bool takes(rule& one);

  mutable std::mutex mutex_;
  std::mt19937_64 random_{1};
  std::vector<rule> rules_;
};

}  // namespace crossdock::doubles
