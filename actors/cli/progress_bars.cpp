#include "actors/cli/progress_bars.hpp"

#include <algorithm>
#include <string_view>

#include "actors/cli/text_layout.hpp"

namespace crossdock::cli {

namespace {

using status = progress_line::status;

constexpr int gap = 2;
constexpr int min_bar = 8;
constexpr int max_bar = 30;
constexpr int percent_width = 4;
constexpr int min_note = 10;

struct glyphs {
  std::string_view full;
  std::string_view rest;
};
constexpr glyphs blocks{"█", "░"};
constexpr glyphs ascii{"#", "."};

/// What every line shows at most, so that columns stand under each other.
struct widths {
  int label = 0;
  int count = 0;
  int rate = 0;
  int left = 0;
  int bar = 0;
  int note = 0;
};

std::string count_column(const progress_line& line) {
  if (line.total == 0 && line.count == 0) return {};
  if (line.total == 0) return count_text(line.count);
  return count_text(line.count) + '/' + count_text(line.total);
}

std::string rate_column(const progress_line& line) {
  return line.rate && line.now == status::running ? rate_text(*line.rate) : "";
}

std::string left_column(const progress_line& line) {
  if (line.now == status::running && line.seconds_left) {
    return duration_text(*line.seconds_left) + " left";
  }
  if (line.now == status::done && line.seconds) return duration_text(*line.seconds);
  return {};
}

widths measure(const std::vector<progress_line>& lines, int available) {
  widths w;
  for (const auto& line : lines) {
    w.label = std::max(w.label, display_width(line.label));
    w.count = std::max(w.count, display_width(count_column(line)));
    w.rate = std::max(w.rate, display_width(rate_column(line)));
    w.left = std::max(w.left, display_width(left_column(line)));
    w.note = std::max(w.note, display_width(line.note));
  }
  w.label = std::min(w.label, available);
  const auto column = [](int width) { return width > 0 ? width + gap : 0; };
  const auto room = [&] {
    return available - w.label - gap - percent_width - column(w.count) - column(w.rate) -
           column(w.left) - column(w.note) - gap;
  };
  w.note += std::min(room() - min_bar, 0);
  if (w.note < min_note) w.note = 0;
  if (room() < min_bar) w.rate = 0;
  if (room() >= min_bar) {
    w.bar = std::min(room(), max_bar);
    return w;
  }
  if (room() < 0) w.left = 0;
  if (room() < 0) w.count = 0;
  return w;
}

std::string bar_text(const progress_line& line, int width, const glyphs& look) {
  const auto filled =
      static_cast<int>(static_cast<double>(line.count) * width / static_cast<double>(line.total));
  std::string text;
  for (int i = 0; i < width; ++i) text += i < filled ? look.full : look.rest;
  return text;
}

std::string percent_text(const progress_line& line) {
  return std::to_string(line.count * 100 / line.total) + '%';
}

std::string_view colour_of(status now) {
  switch (now) {
    case status::waiting: return "\x1b[2m";
    case status::running: return "\x1b[1m";
    case status::done: break;
  }
  return "\x1b[32m";
}

std::string render(const progress_line& line, const widths& w, const bar_style& style) {
  std::string text = padded(line.label, w.label);
  const std::string between(gap, ' ');
  const bool has_bar = line.total > 0;
  if (w.bar > 0) {
    text += between;
    text += has_bar ? bar_text(line, w.bar, style.unicode ? blocks : ascii)
                    : std::string(static_cast<std::size_t>(w.bar), ' ');
  }
  text += between + right_aligned(has_bar                    ? percent_text(line)
                                  : line.now == status::done ? "done"
                                                             : "",
                                  percent_width);
  if (w.count > 0) text += between + right_aligned(count_column(line), w.count);
  if (w.rate > 0) text += between + right_aligned(rate_column(line), w.rate);
  if (w.left > 0) text += between + right_aligned(left_column(line), w.left);
  if (w.note > 0) text += between + fitted(line.note, w.note);
  text = fitted(text, style.width);
  text.erase(text.find_last_not_of(' ') + 1);
  return style.colour ? std::string(colour_of(line.now)) + text + "\x1b[0m" : text;
}

/// Those that run, and as many of the others as there is room for, in order.
std::vector<progress_line> visible(const std::vector<progress_line>& lines, int rows) {
  if (static_cast<int>(lines.size()) <= rows) return lines;
  auto room =
      rows - static_cast<int>(std::count_if(lines.begin(), lines.end(), [](const auto& line) {
        return line.now == status::running;
      }));
  std::vector<progress_line> kept;
  for (const auto& line : lines) {
    const bool running = line.now == status::running;
    if (!running && line.now == status::done) continue;
    if (!running && room-- <= 0) continue;
    if (static_cast<int>(kept.size()) < rows) kept.push_back(line);
  }
  return kept;
}

}  // namespace

std::vector<std::string> render_bars(const std::vector<progress_line>& lines,
                                     const bar_style& style) {
  // The last row is the cursor's.
  const auto shown = visible(lines, std::max(style.height - 1, 1));
  const auto w = measure(shown, style.width);
  std::vector<std::string> text;
  text.reserve(shown.size());
  for (const auto& line : shown) text.push_back(render(line, w, style));
  return text;
}

std::string plain_text(const progress_line& line) {
  std::string text;
  const auto add = [&](const std::string& part) {
    if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
  };
  add(count_column(line));
  add(line.note);
  if (line.now == status::done) add("done");
  add(rate_column(line));
  add(left_column(line));
  return text.empty() ? line.label : line.label + ": " + text;
}

}  // namespace crossdock::cli
