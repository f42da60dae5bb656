#include "observability/line_formatter.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "observability/escape.hpp"

namespace crossdock::logging {

namespace {

thread_local std::span<const log_field> current_fields;

std::string_view view(spdlog::string_view_t text) {
  return {text.data(), text.size()};
}

std::string time_text(spdlog::log_clock::time_point time, log_format format) {
  using namespace std::chrono;
  const auto seconds = floor<std::chrono::seconds>(time);
  const auto micros = duration_cast<microseconds>(time - seconds).count();
  const auto utc = fmt::gmtime(spdlog::log_clock::to_time_t(seconds));
  if (format == log_format::json) return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", utc, micros);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", utc, micros / 1000);
}

std::string_view level_text(spdlog::level::level_enum level) {
  return view(spdlog::level::to_string_view(level));
}

/// The names line up: five letters, the longer ones by their usual short form.
std::string_view level_column(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::trace: return "TRACE";
    case spdlog::level::debug: return "DEBUG";
    case spdlog::level::info: return "INFO ";
    case spdlog::level::warn: return "WARN ";
    case spdlog::level::err: return "ERROR";
    default: return "FATAL";
  }
}

// -- text ----------------------------------------------------------------------------------------

bool needs_quotes(std::string_view value) {
  return value.empty() || std::any_of(value.begin(), value.end(), [](unsigned char c) {
           return c <= ' ' || c == '"' || c == '=' || c == '\\' || c >= 0x7f;
         });
}

void append_text_value(std::string& line, std::string_view value) {
  if (needs_quotes(value)) {
    append_quoted(line, value, escape_style::text);
  } else {
    line += value;
  }
}

void append_text_value(std::string& line, bool value) {
  line += value ? "true" : "false";
}
template <class Number>
void append_text_value(std::string& line, Number value) {
  line += fmt::format("{}", value);
}

std::string text_line(const spdlog::details::log_msg& event) {
  std::string line = time_text(event.time, log_format::text) + ' ';
  event.color_range_start = line.size();
  line += level_column(event.level);
  event.color_range_end = line.size();
  line += ' ';
  append_escaped(line, view(event.logger_name), escape_style::text);
  line += ": ";
  append_escaped(line, redact(view(event.payload)), escape_style::text);
  for (const auto& field : current_fields) {
    line += ' ';
    append_escaped(line, field.key, escape_style::text);
    line += '=';
    if (const auto* text = std::get_if<std::string_view>(&field.value)) {
      append_text_value(line, std::string_view(redact(*text)));
    } else {
      std::visit([&](auto value) { append_text_value(line, value); }, field.value);
    }
  }
  return line;
}

// -- JSON ----------------------------------------------------------------------------------------

void append_json_value(std::string& line, std::string_view value) {
  append_quoted(line, redact(value), escape_style::json);
}
void append_json_value(std::string& line, bool value) {
  line += value ? "true" : "false";
}
void append_json_value(std::string& line, std::int64_t value) {
  line += std::to_string(value);
}
void append_json_value(std::string& line, double value) {
  line += std::isfinite(value) ? fmt::format("{}", value) : "null";
}

std::string json_line(const spdlog::details::log_msg& event) {
  std::string line = "{\"time\":\"" + time_text(event.time, log_format::json) + "\",\"level\":\"";
  line += level_text(event.level);
  line += "\",\"logger\":";
  append_quoted(line, view(event.logger_name), escape_style::json);
  line += ",\"message\":";
  append_json_value(line, view(event.payload));
  if (!current_fields.empty()) {
    line += ",\"fields\":";
    char separator = '{';
    for (const auto& field : current_fields) {
      line += separator;
      separator = ',';
      append_quoted(line, field.key, escape_style::json);
      line += ':';
      std::visit([&](auto value) { append_json_value(line, value); }, field.value);
    }
    line += '}';
  }
  return line + '}';
}

}  // namespace

line_formatter::fields_of_this_call::fields_of_this_call(std::span<const log_field> fields)
    : outer_(current_fields) {
  current_fields = fields;
}

line_formatter::fields_of_this_call::~fields_of_this_call() {
  current_fields = outer_;
}

void line_formatter::format(const spdlog::details::log_msg& event, spdlog::memory_buf_t& line) {
  std::string text = format_ == log_format::json ? json_line(event) : text_line(event);
  text += '\n';
  line.append(text.data(), text.data() + text.size());
}

std::unique_ptr<spdlog::formatter> line_formatter::clone() const {
  return std::make_unique<line_formatter>(format_);
}

}  // namespace crossdock::logging
