#include "actors/cli/screen.hpp"

#include <cstdlib>
#include <iostream>

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

namespace crossdock::cli {

namespace {

constexpr const char* erase_line = "\r\x1b[2K";
constexpr const char* erase_below = "\x1b[J";

/// Needs no lock of its own: the screen has one, and the log hands out one line at a time.
class to_screen final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
  void sink_it_(const spdlog::details::log_msg& event) override {
    spdlog::memory_buf_t line;
    formatter_->format(event, line);
    screen::instance().print({line.data(), line.size()});
  }
  void flush_() override {}
};

}  // namespace

screen& screen::instance() {
  // Never destroyed: threads may log while the program ends.
  static auto* the_screen = new screen;
  return *the_screen;
}

bool screen::is_terminal() {
  const char* term = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) == 1 && term && std::string_view(term) != "dumb";
}

/// Moves to where the bars began. They are overwritten in place rather than erased, against
/// flicker.
std::string screen::without_bars() const {
  return bars_.empty() ? "" : "\x1b[" + std::to_string(bars_.size()) + "A";
}

std::string screen::with_bars() const {
  std::string text;
  for (const auto& bar : bars_) text += erase_line + bar + '\n';
  return text + erase_below;
}

void screen::show(std::vector<std::string> bars) {
  const std::lock_guard lock(mutex_);
  const auto begin = without_bars();
  bars_ = std::move(bars);
  std::cerr << begin << with_bars() << std::flush;
}

void screen::print(std::string_view lines) {
  const std::lock_guard lock(mutex_);
  if (bars_.empty()) {
    std::cerr << lines << std::flush;
  } else {
    std::cerr << without_bars() << '\r' << erase_below << lines << with_bars() << std::flush;
  }
}

void screen::leave_bars() {
  const std::lock_guard lock(mutex_);
  bars_.clear();
}

std::shared_ptr<spdlog::sinks::sink> screen_sink() {
  return std::make_shared<to_screen>();
}

}  // namespace crossdock::cli
