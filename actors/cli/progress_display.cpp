#include "actors/cli/progress_display.hpp"

#include <cstdlib>
#include <iostream>
#include <string_view>
#include <utility>

#include <boost/json/parse.hpp>
#include <sys/ioctl.h>
#include <unistd.h>

#include "actors/cli/screen.hpp"
#include "observability/logging.hpp"

namespace crossdock::cli {

namespace {

using clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds redraw_interval{100};
constexpr std::chrono::seconds line_interval{5};

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool speaks_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto locale = variable(name);
    if (locale.empty()) continue;
    return locale.find("UTF-8") != locale.npos || locale.find("utf8") != locale.npos;
  }
  return false;
}

/// Asked anew for every drawing: windows change their size.
bar_style style_of_terminal() {
  bar_style style;
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
    style.width = size.ws_col;
    style.height = size.ws_row;
  }
  style.colour = variable("NO_COLOR").empty();
  style.unicode = speaks_utf8();
  return style;
}

}  // namespace

progress_display::progress_display(run_progress progress, form how)
    : progress_(std::move(progress)), form_(how), began_(clock::now()) {}

progress_display::~progress_display() {
  if (form_ != form::bars || !last_) return;
  draw_bars();
  screen::instance().leave_bars();
}

void progress_display::show(const job_progress& now) {
  const auto time = clock::now();
  const std::chrono::duration<double> passed = time - began_;
  progress_.update(passed.count(), now.stage, boost::json::parse(now.meta).as_object());
  const auto since_last = last_ ? time - *last_ : clock::duration::max();
  if (form_ == form::bars) {
    if (since_last < redraw_interval) return;
    draw_bars();
  } else {
    if (progress_.stage() == printed_stage_ && since_last < line_interval) return;
    print_lines();
  }
  last_ = time;
}

void progress_display::draw_bars() {
  screen::instance().show(render_bars(progress_.lines(), style_of_terminal()));
}

void progress_display::print_lines() {
  printed_stage_ = progress_.stage();
  for (const auto& line : progress_.lines()) {
    const bool done = line.now == progress_line::status::done;
    if (done && printed_done_.insert(line.label).second) print(line);
    if (line.now == progress_line::status::running) print(line);
  }
}

void progress_display::print(const progress_line& line) {
  if (form_ == form::log) {
    logging::logger("progress")->info(plain_text(line));
  } else {
    screen::instance().print(plain_text(line) + '\n');
  }
}

}  // namespace crossdock::cli
