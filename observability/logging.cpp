#include "observability/logging.hpp"

#include <cstdlib>
#include <mutex>
#include <stdexcept>

#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/dist_sink.h>
#include <spdlog/spdlog.h>

#include "observability/line_formatter.hpp"

namespace crossdock::logging {

namespace {

spdlog::level::level_enum level_of(const std::string& name) {
  const auto level = spdlog::level::from_str(name);
  // from_str() answers "off" for what it does not know.
  if (level == spdlog::level::off && name != "off") {
    throw std::invalid_argument("unknown log level \"" + name +
                                "\"; known are trace, debug, info, warning, error, critical, off");
  }
  return level;
}

/// https://no-color.org: any value but the empty one switches colour off.
bool no_color_is_set() {
  const char* value = std::getenv("NO_COLOR");
  return value && *value != '\0';
}

std::shared_ptr<spdlog::sinks::sink> make_sink(const log_options& options) {
  const bool plain = options.colour == log_colour::never || no_color_is_set() ||
                     options.format == log_format::json;
  auto sink = options.sink ? options.sink
                           : std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>(
                                 plain ? spdlog::color_mode::never : spdlog::color_mode::automatic);
  sink->set_formatter(std::make_unique<line_formatter>(options.format));
  return sink;
}

/// The one way out that all loggers share, so that set_up_logging() reaches those that exist.
class way_out {
 public:
  way_out() : sink_(std::make_shared<spdlog::sinks::dist_sink_mt>()) { set_up({}); }

  void set_up(const log_options& options) {
    const auto level = level_of(options.level);
    const std::lock_guard lock(mutex_);
    sink_->set_sinks({make_sink(options)});
    level_ = level;
    spdlog::set_level(level);
  }

  std::shared_ptr<spdlog::logger> logger(const std::string& name) {
    const std::lock_guard lock(mutex_);
    if (auto known = spdlog::get(name)) return known;
    auto made = std::make_shared<spdlog::logger>(name, sink_);
    made->set_level(level_);
    spdlog::register_logger(made);
    return made;
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<spdlog::sinks::dist_sink_mt> sink_;
  spdlog::level::level_enum level_ = spdlog::level::info;
};

way_out& the_way_out() {
  // Never destroyed: threads may log while the program ends.
  static auto* instance = new way_out;
  return *instance;
}

}  // namespace

std::optional<log_format> log_format_from(std::string_view text) {
  if (text == "text") return log_format::text;
  if (text == "json") return log_format::json;
  return std::nullopt;
}

std::optional<log_colour> log_colour_from(std::string_view text) {
  if (text == "auto") return log_colour::automatic;
  if (text == "never") return log_colour::never;
  return std::nullopt;
}

void set_up_logging(const log_options& options) {
  the_way_out().set_up(options);
  // What a library says through spdlog's own functions goes the same way.
  spdlog::set_default_logger(logger("crossdock"));
}

std::shared_ptr<spdlog::logger> logger(std::string_view name) {
  return the_way_out().logger(std::string(name));
}

void log_fields(spdlog::logger& to, spdlog::level::level_enum level, std::string_view message,
                std::initializer_list<log_field> fields) {
  if (!to.should_log(level)) return;
  const line_formatter::fields_of_this_call scope({fields.begin(), fields.size()});
  to.log(level, spdlog::string_view_t(message.data(), message.size()));
}

void log_action(spdlog::logger& to, std::string_view action,
                std::initializer_list<log_field> fields) {
  log_fields(to, spdlog::level::info, action, fields);
}

}  // namespace crossdock::logging
