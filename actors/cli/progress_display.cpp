#include "actors/cli/progress_display.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

#include <boost/json/parse.hpp>

namespace crossdock::cli {

namespace {

using clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds redraw_interval{100};
constexpr std::chrono::seconds line_interval{5};

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value;
}

bool speaks_utf8() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (is_set(variable)) {
      const std::string_view locale = std::getenv(variable);
      return locale.find("UTF-8") != std::string_view::npos ||
             locale.find("utf8") != std::string_view::npos;
    }
  }
  return false;
}

bar_style style_of_terminal() {
  bar_style style;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.width = size.ws_col;
    style.height = size.ws_row;
  }
  style.colour = !is_set("NO_COLOR");
  style.unicode = speaks_utf8();
  return style;
}

bool is_terminal() {
  const char* term = std::getenv("TERM");
  return isatty(STDERR_FILENO) == 1 && term && std::string_view(term) != "dumb";
}

}  // namespace

progress_display::progress_display(run_progress progress)
    : progress_(std::move(progress)), terminal_(is_terminal()), began_(clock::now()) {}

progress_display::~progress_display() {
  if (terminal_ && last_) draw_bars(true);
}

void progress_display::show(const job_progress& now) {
  const std::chrono::duration<double> passed = clock::now() - began_;
  progress_.update(passed.count(), now.stage, boost::json::parse(now.meta).as_object());
  if (terminal_) {
    draw_bars(false);
  } else {
    print_line();
  }
}

void progress_display::draw_bars(bool always) {
  const auto now = clock::now();
  if (!always && last_ && now - *last_ < redraw_interval) return;
  last_ = now;
  std::string text;
  if (drawn_ > 0) text += "\x1b[" + std::to_string(drawn_) + "A";
  const auto lines = render_bars(progress_.lines(), style_of_terminal());
  for (const auto& line : lines) text += "\r\x1b[2K" + line + "\n";
  text += "\x1b[J";
  drawn_ = static_cast<int>(lines.size());
  std::cerr << text << std::flush;
}

void progress_display::print_line() {
  const auto now = clock::now();
  const bool changed = progress_.stage() != printed_stage_;
  if (!changed && last_ && now - *last_ < line_interval) return;
  const auto current = progress_.current();
  if (!current) return;
  printed_stage_ = progress_.stage();
  last_ = now;
  std::cerr << plain_text(*current) << std::endl;
}

}  // namespace crossdock::cli
