#include "actors/cli/text_layout.hpp"

#include <algorithm>
#include <clocale>
#include <cwchar>
#include <stdexcept>

#include <locale.h>

#include "observability/escape.hpp"

namespace crossdock::cli {

namespace {

/// One character of UTF-8; broken bytes come alone.
struct character {
  std::string_view bytes;
  wchar_t code = 0;
  bool valid = false;
};

character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80   ? 1
                           : lead < 0xC2 ? 0
                           : lead < 0xE0 ? 2
                           : lead < 0xF0 ? 3
                           : lead < 0xF5 ? 4
                                         : 0;
  if (size == 0 || size > text.size()) return {text.substr(0, 1)};
  std::uint32_t code = size == 1 ? lead : lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return {text.substr(0, 1)};
    code = code << 6 | (next & 0x3FU);
  }
  return {text.substr(0, size), static_cast<wchar_t>(code), true};
}

/// wcwidth() knows widths in a UTF-8 locale only, whatever the user's is.
int width_of(const character& c) {
  if (!c.valid) return 0;
  static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (!utf8) return c.code < 0x20 ? 0 : 1;
  const locale_t before = ::uselocale(utf8);
  const int width = ::wcwidth(c.code);
  ::uselocale(before);
  return std::max(width, 0);
}

}  // namespace

int display_width(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const auto c = first_character(text);
    width += width_of(c);
    text.remove_prefix(c.bytes.size());
  }
  return width;
}

std::string fitted(std::string_view text, int width) {
  if (display_width(text) <= width) return std::string(text);
  if (width <= 0) return {};
  std::string cut;
  int used = 0;
  while (!text.empty()) {
    const auto c = first_character(text);
    if (used + width_of(c) > width - 1) break;
    used += width_of(c);
    cut += c.bytes;
    text.remove_prefix(c.bytes.size());
  }
  return cut + "…";
}

std::string padded(std::string_view text, int width) {
  auto result = fitted(text, width);
  result.append(static_cast<std::size_t>(std::max(width - display_width(result), 0)), ' ');
  return result;
}

std::string right_aligned(std::string_view text, int width) {
  const auto result = fitted(text, width);
  return std::string(static_cast<std::size_t>(std::max(width - display_width(result), 0)), ' ') +
         result;
}

std::string printable(std::string_view text) {
  std::string safe;
  logging::append_escaped(safe, text, logging::escape_style::text);
  return safe;
}

void table::add(std::vector<std::string> cells) {
  if (cells.size() != columns_.size()) throw std::logic_error("a table row of the wrong size");
  for (auto& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

std::string table::text() const {
  std::vector<int> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    int width = display_width(columns_[i].heading);
    for (const auto& row : rows_) width = std::max(width, display_width(row[i]));
    widths.push_back(width);
  }
  std::string text;
  const auto add_line = [&](auto cell_at) {
    std::string line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) line += "  ";
      line += columns_[i].numeric ? right_aligned(cell_at(i), widths[i])
                                  : padded(cell_at(i), widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  };
  add_line([&](std::size_t i) { return std::string_view(columns_[i].heading); });
  for (const auto& row : rows_) {
    add_line([&](std::size_t i) { return std::string_view(row[i]); });
  }
  return text;
}

}  // namespace crossdock::cli
