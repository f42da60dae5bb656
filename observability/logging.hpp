#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include <spdlog/logger.h>

#include "observability/redaction.hpp"

/// Logging for the whole program: spdlog loggers that share one way out, to standard error.
///
/// Text:  2024-01-31T12:00:00.123Z INFO  exporter: exported type=message id=C1:1706702400.000100
/// JSON:  {"time":"2024-01-31T12:00:00.123456Z","level":"info","logger":"exporter",
///         "message":"exported","fields":{"type":"message","id":"C1:1706702400.000100"}}
///
/// One event is one line: control characters, broken UTF-8 and text direction marks in messages and
/// values are escaped. Registered secrets never appear (redaction.hpp). Times are UTC, RFC 3339.
namespace crossdock::logging {

enum class log_format : std::uint8_t { text, json };
enum class log_colour : std::uint8_t {
  automatic,  ///< when standard error is a terminal and NO_COLOR is not set
  never,
};

struct log_options {
  std::string level = "info";  ///< trace debug info warning error critical off
  log_format format = log_format::text;
  log_colour colour = log_colour::automatic;
  /// Where lines go instead of standard error (a progress display that makes room, a test).
  std::shared_ptr<spdlog::sinks::sink> sink;
};

std::optional<log_format> log_format_from(std::string_view text);
std::optional<log_colour> log_colour_from(std::string_view text);  ///< "auto", "never"

/// For all loggers, those that exist already included. Thread-safe. Throws std::invalid_argument
/// for an unknown level, naming the known ones.
void set_up_logging(const log_options& options);

/// The logger of this name, made on first use (with default options before set_up_logging()).
/// Thread-safe, and so is the logger.
std::shared_ptr<spdlog::logger> logger(std::string_view name);

/// A named value of a log line. Strings are borrowed until the call ends.
struct log_field {
  using value_type = std::variant<std::string_view, std::int64_t, double, bool>;

  template <class Value>
  log_field(std::string_view k, const Value& v) : key(k), value(convert(v)) {}

  std::string_view key;
  value_type value;

 private:
  template <class Value>
  static value_type convert(const Value& v) {
    if constexpr (std::is_same_v<Value, bool>) {
      return v;
    } else if constexpr (std::is_integral_v<Value>) {
      return static_cast<std::int64_t>(v);
    } else if constexpr (std::is_floating_point_v<Value>) {
      return static_cast<double>(v);
    } else {
      return std::string_view(v);
    }
  }
};

/// A line whose values stay apart from its message: key=value in text, an object in JSON.
void log_fields(spdlog::logger& to, spdlog::level::level_enum level, std::string_view message,
                std::initializer_list<log_field> fields);

/// One export action is one INFO line:
///   log_action(*log, "exported", {{"type", "message"}, {"id", id}, {"ms", 12}});
void log_action(spdlog::logger& to, std::string_view action,
                std::initializer_list<log_field> fields);

}  // namespace crossdock::logging
