#include "tests/bench/measure.hpp"

#include <charconv>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace crossdock::bench {

namespace {

/// Three significant digits below a thousand, whole numbers above.
std::string in_figures(double value) {
  return value < 1000 ? fmt::format("{:.3g}", value) : fmt::format("{:.0f}", value);
}

}  // namespace

void print_figure(std::string_view name, double value, std::string_view unit, std::string_view what,
                  double reference) {
  std::cout << fmt::format("figure {} {} {} reference {} {} ratio {}", name, in_figures(value),
                           unit, what, in_figures(reference), in_figures(value / reference))
            << std::endl;
}

std::int64_t process_status(std::string_view field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(std::string(field) + ':'))
      return std::stoll(line.substr(field.size() + 1));
  }
  throw std::runtime_error("/proc/self/status has no " + std::string(field));
}

int positive_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number <= 0) {
    throw std::runtime_error("\"" + std::string(text) + "\" is not a whole number above zero");
  }
  return number;
}

}  // namespace crossdock::bench
