#pragma once

#include <memory>
#include <span>

#include <spdlog/formatter.h>

#include "observability/logging.hpp"

namespace crossdock::logging {

/// Makes one line of an event: redacted, then escaped. See logging.hpp for the two shapes.
class line_formatter final : public spdlog::formatter {
 public:
  explicit line_formatter(log_format format) : format_(format) {}

  void format(const spdlog::details::log_msg& event, spdlog::memory_buf_t& line) override;
  std::unique_ptr<spdlog::formatter> clone() const override;

  /// spdlog's events carry no fields, but loggers here are synchronous: format() runs inside the
  /// call that logs, on its thread. So the fields wait in a thread-local for the time of that call.
  class fields_of_this_call {
   public:
    explicit fields_of_this_call(std::span<const log_field> fields);
    ~fields_of_this_call();
    fields_of_this_call(const fields_of_this_call&) = delete;
    fields_of_this_call& operator=(const fields_of_this_call&) = delete;

   private:
    std::span<const log_field> outer_;
  };

 private:
  log_format format_;
};

}  // namespace crossdock::logging
